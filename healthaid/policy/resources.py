"""Sheets of what regions set themselves; what comes in waits for a second person like what is entered on a page."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.core import bulk
from healthaid.exchange.checking import Sheet, rows_named
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Merge, Plan, Run, read, with_ids
from healthaid.exchange.resources import Column, SheetResource
from healthaid.policy import catalogue, domain
from healthaid.policy.domain import Days, Parameter
from healthaid.policy.local_selectors import (
    PRICE,
    codes_of_places,
    confirmed_numbers,
    documents_at_places,
    hospitals_near,
    places_of_codes,
    settable,
    standing_values,
)
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.policy.texts import FAULTS, ONE_YEAR, number_typed
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
        _refuse_blanks(sheet, ("place_code", "parameter", "worth", "starts_on"))

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        by_name = {catalogue.normal(text): item for item in settable() for text in (item.name, item.label)}

        def said(row: dict[str, Any], place: Place) -> "_Said | _Fault":
            parameter = by_name.get(catalogue.normal(row["parameter"]))
            if parameter is None:
                return _Fault("parameter", _("没有这个项目，或该项目不由地方规定。"))
            try:
                number = number_typed(row["worth"])
            except ValueError:
                return _Fault("worth", _("不是数字。"))
            return _Said(parameter, place.pk, "", number, row["starts_on"], row["ends_on"])

        return _plan(sheet, run, said)

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        return confirmed_numbers(user).filter(disease="")

    @classmethod
    def showers(cls) -> dict[str, Callable[[Any], Any]]:
        known = catalogue.parameters()
        return {
            "place_code": codes_of_places().get,
            "parameter": lambda name: known[name].label,
            "worth": lambda number: f"{number.normalize():f}",
        }


class PriceSheet(SheetResource):
    """Single-disease prices of hospitals."""

    kind = "package_prices"
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
        _refuse_blanks(sheet, ("place_code", "hospital", "disease", "worth", "starts_on"))

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        near: dict[int, dict[str, list[int]]] = {}

        def said(row: dict[str, Any], place: Place) -> "_Said | _Fault":
            if place.pk not in near:
                near[place.pk] = defaultdict(list)
                for leaf in hospitals_near(place):
                    near[place.pk][leaf.name].append(leaf.pk)
            found = near[place.pk].get(row["hospital"], [])
            disease = catalogue.find(row["disease"])
            if len(found) != 1:
                reason = _("有多家同名医院，请在页面录入。") if found else _("当地和上级没有这家医院。")
                return _Fault("hospital", reason)
            if disease is None or not disease.lists:
                return _Fault("disease", _("不是大病专项救治的病种。"))
            parameter = catalogue.parameters()[PRICE]
            return _Said(parameter, found[0], disease.code, row["worth"], row["starts_on"], row["ends_on"])

        return _plan(sheet, run, said)

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        return confirmed_numbers(user).exclude(disease="")

    @classmethod
    def showers(cls) -> dict[str, Callable[[Any], Any]]:
        known = catalogue.diseases()
        return {"place_code": codes_of_places().get, "disease": lambda code: known[code].name}


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why a row is refused, and in which column."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says."""

    parameter: Parameter
    place_id: int
    disease: str
    number: Decimal
    starts_on: date
    given_end: date | None

    @property
    def key(self) -> tuple[int, str, str]:
        """What it is about."""
        return self.place_id, self.parameter.name, self.disease

    @property
    def days(self) -> Days:
        """First and last day."""
        return self.starts_on, domain.last_day(self.parameter, self.starts_on, self.given_end)

    def fault(self) -> _Fault | None:
        """What is wrong with it by itself."""
        first, last = self.days
        if found := domain.fault_of(self.parameter, self.number):
            return _Fault("worth", str(FAULTS[found]))
        if last is not None and last < first:
            return _Fault("ends_on", _("截止日期不能早于起始日期。"))
        if self.parameter.is_yearly and last is not None and last.year != first.year:
            return _Fault("ends_on", str(ONE_YEAR))
        return None


def _refuse_blanks(sheet: Sheet, names: Iterable[str]) -> None:
    for name in names:
        sheet.refuse(pl.col(name).is_null(), name, _("没有填写%(label)s。") % {"label": sheet.columns[name].header})


Teller = Callable[[dict[str, Any], Place], _Said | _Fault]


def _plan(sheet: Sheet, run: Run, teller: Teller) -> Plan:
    """New documents and new values; what stands already is left as it is."""
    rows = sheet.good().to_dicts()
    places = places_of_codes({row["place_code"] for row in rows})
    told: dict[int, _Said] = {}
    for row in rows:
        place = places.get(row["place_code"])
        if place is None or not run.scope.covers_path(place.path):
            sheet.refuse_rows([row["row"]], "place_code", _("该区划代码不是您任职范围内的县市、州市或省。"))
            continue
        said = teller(row, place)
        wrong = said if isinstance(said, _Fault) else said.fault()
        if wrong:
            sheet.refuse_rows([row["row"]], wrong.column, wrong.reason)
        elif isinstance(said, _Said):
            told[row["row"]] = said
    unchanged = _refuse_clashes(sheet, told)
    undone = [row for row in sheet.good().to_dicts() if row["row"] not in unchanged]
    documents, document_ids = _documents(sheet, run, undone, places)
    new = [row for row in sheet.good().to_dicts() if row["row"] in document_ids]
    values = _values(run, new, told, places, document_ids)
    states = [(row["row"], "unchanged" if row["row"] in unchanged else "new") for row in sheet.good().to_dicts()]
    return Plan(
        [documents, values],
        pl.DataFrame(states, schema={"row": pl.Int64, "state": pl.String}, orient="row"),
    )


def _refuse_clashes(sheet: Sheet, told: dict[int, _Said]) -> set[int]:
    """Refuse rows that meet one another or what stands; the rows that say what stands already."""
    standing = standing_values({said.place_id for said in told.values()})
    codes = codes_of_places({said.place_id for said in told.values()})
    unchanged: set[int] = set()
    same: dict[tuple[int, str, str], list[tuple[int, _Said]]] = defaultdict(list)
    for row, said in told.items():
        known = standing.get(said.key, [])
        if any((*said.days, said.number) == (value.starts_on, value.ends_on, value.number) for value in known):
            unchanged.add(row)
        elif domain.clashes(said.days, [(value.starts_on, value.ends_on) for value in known]):
            advice = _("待复核的先撤回，已生效的在其页面更正。")
            sheet.refuse_rows([row], "starts_on", _("同一地方、同一项目在这段日期内已有不同的数值。"), advice)
        elif _is_ruled(said, codes.get(said.place_id, "")):
            sheet.refuse_rows([row], "starts_on", _("同一地方同一天起已有政策文件规定该项目。"))
        same[said.key].append((row, said))
    for group in same.values():
        for row, said in group:
            others = [(other, it.days) for other, it in group if other != row]
            if met := [other for other, days in others if domain.clashes(said.days, [days])]:
                reason = _("与第 %(rows)s 行的日期重叠。") % {"rows": rows_named(met)}
                sheet.refuse_rows([row], "starts_on", reason)
    return unchanged


def _is_ruled(said: _Said, code: str) -> bool:
    """Whether a reviewed document gives the value at the place of this code from the same day on."""
    return any(value.place == code and value.starts_on == said.starts_on for value in said.parameter.values)


def _documents(
    sheet: Sheet, run: Run, rows: list[dict[str, Any]], places: dict[str, Place]
) -> tuple[Merge, dict[int, int]]:
    """The documents that are new, and for each row the id of its document."""
    known = documents_at_places({places[row["place_code"]].pk for row in rows})
    fresh: dict[tuple[int, str, str], dict[str, Any]] = {}
    keys: dict[int, tuple[int, str, str]] = {}
    found: dict[int, int] = {}
    for row in rows:
        place, number, title = places[row["place_code"]], row["number"] or "", row["document_title"] or ""
        fits = [
            item
            for item in known
            if item.place_id == place.pk and title in {"", item.title} and number in {"", item.number}
        ]
        if len(fits) == 1 and (number or title):
            found[row["row"]] = fits[0].pk
            continue
        for name in ("document_title", "note"):
            if not row[name]:
                label = sheet.columns[name].header
                sheet.refuse_rows([row["row"]], name, _("新的文件须填写%(label)s。") % {"label": label})
        if title and row["note"]:
            key = keys[row["row"]] = (place.pk, number, title)
            fresh.setdefault(key, {"note": row["note"], "path": place.path})
    schema = {"id": pl.Int64, "place_id": pl.Int64, "number": pl.String, "title": pl.String, "note": pl.String}
    wanted = pl.DataFrame(
        [(None, *key, item["note"], item["path"], run.by.pk) for key, item in fresh.items()],
        schema=schema | {"path": pl.String, "entered_by_id": pl.Int64},
        orient="row",
    )
    wanted = with_ids(wanted, LocalDocument, run)
    ids = {(row["place_id"], row["number"], row["title"]): row["id"] for row in wanted.to_dicts()}
    found |= {row: ids[key] for row, key in keys.items()}
    stored = read(LocalDocument, "id", pl.Series("id", [], pl.Int64), ["place_id", "number", "title", "note"])
    merge = Merge(
        LocalDocument, wanted, stored, recorded=["number", "title", "note"], verb="policy.localdocument.imported"
    )
    return merge, found


def _values(
    run: Run, rows: list[dict[str, Any]], told: dict[int, _Said], places: dict[str, Place], documents: dict[int, int]
) -> Merge:
    """The new values, each waiting for its second person."""
    names = ("document_id", "place_id", "path", "parameter", "disease", "number", "starts_on", "ends_on", "article")
    kinds = bulk.frame_schema(LocalValue)
    data = []
    for row in rows:
        said = told[row["row"]]
        place, disease = places[row["place_code"]], said.disease
        what = (documents[row["row"]], said.place_id, place.path, said.parameter.name, disease, said.number)
        data.append((row["row"], None, *what, *said.days, row["article"] or "", run.by.pk))
    schema = {"row": pl.Int64, "id": pl.Int64} | {name: kinds[name] for name in names} | {"entered_by_id": pl.Int64}
    wanted = with_ids(pl.DataFrame(data, schema=schema, orient="row"), LocalValue, run)
    stored = read(LocalValue, "id", pl.Series("id", [], pl.Int64), list(names))
    recorded = ["parameter", "disease", "number", "starts_on", "ends_on", "article"]
    return Merge(LocalValue, wanted, stored, recorded=recorded, verb="policy.localvalue.imported")
