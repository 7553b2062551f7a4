"""Sheets of what regions set themselves; what comes in waits for a second person like what is entered on a page."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.core.money import bare
from healthaid.exchange.checking import Sheet
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Plan, Run
from healthaid.exchange.resources import Column, SheetResource
from healthaid.policy import catalogue
from healthaid.policy.models import LocalValue
from healthaid.policy.resources.planning import Fault, Said, plan_of, refuse_blanks
from healthaid.policy.selectors.places import codes_of_places, hospitals_near
from healthaid.policy.selectors.prices import PRICE
from healthaid.policy.selectors.values import confirmed_numbers, settable
from healthaid.policy.texts import number_typed
from healthaid.regions.models import Place


def _place_code() -> Column:
    return Column(
        "document__place_id",
        gettext_lazy("区划代码"),
        ColumnKind.CODE,
        synonyms=("行政区划代码", "地区代码", "统筹地区代码"),
        required=True,
        max_length=12,
        hint=gettext_lazy("6位：县市、州市或省。"),
        fill_down=True,
    )


def _place_name() -> Column:
    return Column(
        "document__place__name", gettext_lazy("地方"), synonyms=("统筹地区", "县（市）", "县市", "地区"), fill_down=True
    )


def _starts_on() -> Column:
    names = ("开始日期", "执行日期", "生效日期", "施行日期")
    return Column(
        "starts_on", gettext_lazy("起始日期"), ColumnKind.DATE, synonyms=names, required=True, allow_future=True
    )


def _ends_on() -> Column:
    return Column(
        "ends_on",
        gettext_lazy("截止日期"),
        ColumnKind.DATE,
        synonyms=("结束日期", "失效日期"),
        allow_future=True,
        hint=gettext_lazy("最后一天；长期有效的留空，年度数值留空即到年底。"),
    )


def _article() -> Column:
    return Column("article", gettext_lazy("条款"), synonyms=("文件条款",), max_length=60)


def _number() -> Column:
    return Column(
        "document__number", gettext_lazy("文号"), synonyms=("文件号", "发文字号"), max_length=60, fill_down=True
    )


def _title() -> Column:
    names = ("标题", "文件名称", "依据文件")
    return Column(
        "document__title", gettext_lazy("文件标题"), synonyms=names, required=True, max_length=200, fill_down=True
    )


def _note() -> Column:
    names = ("来源", "数据来源", "发布单位")
    return Column(
        "document__note", gettext_lazy("来源说明"), synonyms=names, required=True, max_length=300, fill_down=True
    )


class ValueSheet(SheetResource):
    """Numbers that regions set: income of each year, deductibles, rates, limits."""

    kind = "policy_values"
    list_page = "policy:local-list"
    title = gettext_lazy("地方政策数值表")
    explanation = gettext_lazy("一行一个地方、一个项目、一个起始日期；导入后须由另一人逐项复核才生效。")
    edit_ability = Ability.EDIT_POLICY
    read_ability = Ability.READ_PLACES

    place_code = _place_code()
    place = _place_name()
    parameter = Column(
        "parameter",
        gettext_lazy("项目"),
        synonyms=("政策项目", "参数"),
        required=True,
        max_length=100,
        hint=gettext_lazy("项目的名称或代号，见“政策”页。"),
    )
    worth = Column(
        "number",
        gettext_lazy("数值"),
        synonyms=("标准", "金额", "比例"),
        required=True,
        max_length=30,
        hint=gettext_lazy("金额按元；比例填小数或带百分号。"),
    )
    starts_on = _starts_on()
    ends_on = _ends_on()
    article = _article()
    number = _number()
    document_title = _title()
    note = _note()

    class Meta:
        model = LocalValue

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        refuse_blanks(sheet, ("place_code", "parameter", "worth", "starts_on"))

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        by_name = {catalogue.normal(text): item for item in settable() for text in (item.name, item.label)}

        def said(row: dict[str, Any], place: Place) -> Said | Fault:
            parameter = by_name.get(catalogue.normal(row["parameter"]))
            if parameter is None:
                return Fault("parameter", _("没有这个项目，或该项目不由地方规定。"))
            try:
                number = number_typed(row["worth"])
            except ValueError:
                return Fault("worth", _("不是数字。"))
            return Said(parameter, place.pk, "", number, row["starts_on"], row["ends_on"])

        return plan_of(sheet, run, said)

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        return confirmed_numbers(user).filter(disease="")

    @classmethod
    def showers(cls) -> dict[str, Callable[[Any], Any]]:
        known = catalogue.parameters()
        return {
            "place_code": codes_of_places().get,
            "parameter": lambda name: known[name].label,
            "worth": bare,
        }


class PriceSheet(SheetResource):
    """Single-disease prices of hospitals."""

    kind = "package_prices"
    list_page = "policy:local-list"
    title = gettext_lazy("单病种收费标准表")
    explanation = gettext_lazy("一行一家医院、一个病种、一个起始日期；导入后须由另一人逐项复核才生效。")
    edit_ability = Ability.EDIT_POLICY
    read_ability = Ability.READ_PLACES

    place_code = _place_code()
    place = _place_name()
    hospital = Column(
        "place__name",
        gettext_lazy("医疗机构"),
        synonyms=("医院", "医院名称", "机构名称", "定点医院"),
        required=True,
        max_length=100,
        fill_down=True,
    )
    disease = Column(
        "disease", gettext_lazy("病种"), synonyms=("疾病", "病种名称", "疾病名称"), required=True, max_length=60
    )
    worth = Column(
        "number",
        gettext_lazy("收费标准（元）"),
        ColumnKind.AMOUNT,
        synonyms=("收费标准", "单病种价格", "价格", "定额标准"),
        required=True,
    )
    starts_on = _starts_on()
    ends_on = _ends_on()
    article = _article()
    number = _number()
    document_title = _title()
    note = _note()

    class Meta:
        model = LocalValue

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        refuse_blanks(sheet, ("place_code", "hospital", "disease", "worth", "starts_on"))

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        near: dict[int, dict[str, list[int]]] = {}

        def said(row: dict[str, Any], place: Place) -> Said | Fault:
            if place.pk not in near:
                near[place.pk] = defaultdict(list)
                for leaf in hospitals_near(place):
                    near[place.pk][leaf.name].append(leaf.pk)
            found = near[place.pk].get(row["hospital"], [])
            disease = catalogue.find(row["disease"])
            if len(found) != 1:
                reason = _("有多家同名医院，请在页面录入。") if found else _("当地和上级没有这家医院。")
                return Fault("hospital", reason)
            if disease is None or not disease.lists:
                return Fault("disease", _("不是大病专项救治的病种。"))
            parameter = catalogue.parameters()[PRICE]
            return Said(parameter, found[0], disease.code, row["worth"], row["starts_on"], row["ends_on"])

        return plan_of(sheet, run, said)

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        return confirmed_numbers(user).exclude(disease="")

    @classmethod
    def showers(cls) -> dict[str, Callable[[Any], Any]]:
        known = catalogue.diseases()
        return {"place_code": codes_of_places().get, "disease": lambda code: known[code].name}
