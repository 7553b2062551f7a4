"""Special-disease cards, one row a card."""

from collections.abc import Callable
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from facilities.models import Facility
from healthaid.accounts.enums import Ability
from healthaid.coverage.domain.cards import diagnosis_counts
from healthaid.coverage.enums import CardState
from healthaid.coverage.filters.cards import CardFilter
from healthaid.coverage.models import SpecialCard
from healthaid.coverage.selectors.cards import RUNNING, readable_cards
from healthaid.coverage.selectors.diagnosing import lowest_tier, too_low
from healthaid.coverage.selectors.diseases import card_diseases, listed_where
from healthaid.exchange.checking import Sheet, rows_named
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Merge, Plan, Run, read, with_ids
from healthaid.exchange.resources import Column, SheetResource
from healthaid.policy import catalogue
from healthaid.policy.selectors.rules import rules_of
from healthaid.regions.models import Place
from patients.enums import LifeState
from patients.resources.people import find_people, person_columns, refuse_nobody, refuse_repeated, refuse_sensitive

RUNNING_CODES = [state.value for state in RUNNING]
WRITTEN = (
    "state",
    "number",
    "diagnosed_on",
    "diagnosed_by_id",
    "diagnosed_level",
    "entered_on",
    "valid_from",
    "valid_to",
    "ended_on",
    "reason",
)


class CardSheet(SheetResource):
    """Cards; person, disease and day of application together say which row it is."""

    kind = "cards"
    list_page = "coverage:card-list"
    title = gettext_lazy("门诊慢特病卡表")
    explanation = gettext_lazy("一人一病种一行；只限当地生效的28种门诊慢特病。")
    edit_ability = Ability.EDIT_ENROLMENT
    read_ability = Ability.READ_COVERAGE
    filterset = CardFilter

    identity, person_number, name = person_columns("持卡人", "患者姓名")
    disease = Column(
        "disease",
        gettext_lazy("病种"),
        synonyms=("慢特病病种", "慢病病种", "疾病名称", "病种名称", "门诊慢特病病种"),
        required=True,
        hint=gettext_lazy("填写28种门诊慢特病中的名称。"),
    )
    applied_on = Column(
        "applied_on",
        gettext_lazy("申请日期"),
        ColumnKind.DATE,
        synonyms=("申请时间", "申报日期", "申报时间"),
        required=True,
    )
    state = Column(
        "state",
        gettext_lazy("状态"),
        ColumnKind.CHOICE,
        choices=CardState,
        aliases={
            "已录入": "valid",
            "已办理": "valid",
            "已办": "valid",
            "办理中": "applied",
            "不通过": "refused",
            "停用": "ended",
        },
        synonyms=("卡状态", "办理状态"),
        hint=gettext_lazy("不填时按已填的日期。"),
    )
    number = Column(
        "number", gettext_lazy("卡号"), ColumnKind.CODE, synonyms=("慢特病卡号", "慢病证号", "证号"), max_length=40
    )
    diagnosed_on = Column(
        "diagnosed_on",
        gettext_lazy("鉴定日期"),
        ColumnKind.DATE,
        synonyms=("鉴定时间", "诊断日期", "诊断时间", "确诊日期", "确诊时间"),
    )
    hospital = Column(
        "diagnosed_by__name",
        gettext_lazy("鉴定医院"),
        synonyms=("鉴定机构", "诊断医院", "诊断机构", "确诊医院"),
        max_length=100,
        hint=gettext_lazy("填写系统中的机构名称；级别须符合鉴定当日当地的规定。"),
    )
    entered_on = Column(
        "entered_on", gettext_lazy("录入日期"), ColumnKind.DATE, synonyms=("录入时间", "录入医保时间", "办理日期")
    )
    valid_from = Column(
        "valid_from",
        gettext_lazy("生效日期"),
        ColumnKind.DATE,
        synonyms=("有效期起", "生效时间", "起始日期", "待遇开始日期"),
        allow_future=True,
    )
    valid_to = Column(
        "valid_to",
        gettext_lazy("截止日期"),
        ColumnKind.DATE,
        synonyms=("有效期止", "到期日期", "失效日期", "待遇结束日期"),
        allow_future=True,
        hint=gettext_lazy("最后一天；留空为长期。"),
    )
    ended_on = Column("ended_on", pgettext_lazy("card", "停用日期"), ColumnKind.DATE, synonyms=("停用时间", "注销日期"))
    reason = Column("reason", gettext_lazy("原因"), synonyms=("未通过原因", "停用原因", "备注"))

    class Meta:
        model = SpecialCard

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        refuse_nobody(sheet)
        _find_diseases(sheet)
        sheet.refuse(pl.col("applied_on").is_null(), "applied_on", _("没有填写申请日期。"))
        sheet.refuse(pl.col("valid_to") < pl.col("valid_from"), "valid_to", _("截止日期早于生效日期。"))
        sheet.refuse(pl.col("valid_from") < pl.col("diagnosed_on"), "valid_from", _("生效日期早于鉴定日期。"))

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        find_people(sheet, run)
        refuse_sensitive(sheet, run)
        _refuse_unlisted(sheet, run)
        refuse_repeated(
            sheet, ("disease_code", "applied_on"), "disease", _("第 %(rows)s 行是同一个人同一病种同一天的申请。")
        )
        _find_hospitals(sheet)
        keys = ["person_id", "disease", "applied_on"]
        good = sheet.good().rename({"disease": "typed", "disease_code": "disease"})
        stored = read(SpecialCard, "person_id", good["person_id"], ["disease", "applied_on", "is_sensitive", *WRITTEN])
        beside = stored.select("id", *keys, *(pl.col(name).alias(f"{name}_was") for name in WRITTEN))
        rows = good.join(beside, on=keys, how="left", maintain_order="left").with_columns(_state_after().alias("state"))
        _refuse_incomplete(sheet, rows)
        _refuse_low(sheet, rows, run)
        _refuse_second(sheet, rows, stored)
        rows = rows.join(sheet.good().select("row"), on="row", how="semi", maintain_order="left")
        wanted = with_ids(rows, SpecialCard, run).with_columns(pl.col("p:path").alias("path"))
        merge = Merge(
            SpecialCard,
            wanted.select("row", "id", "is_new", *keys, "path", "is_sensitive", *WRITTEN),
            stored,
            recorded=["person_id", "disease", "applied_on", *WRITTEN],
            verb="coverage.card.imported",
            columns={name: cls.fields[name] for name in WRITTEN if name in cls.fields},
            hidden="is_sensitive",
        )
        return Plan([merge], merge.states())

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        return readable_cards(user).order_by("path", "person", "disease", "applied_on")

    @classmethod
    def showers(cls) -> dict[str, Callable[[Any], Any]]:
        return {"disease": {code: disease.name for code, disease in catalogue.diseases().items()}.get}


def _find_diseases(sheet: Sheet) -> None:
    """Add the code of the outpatient disease and whether it is sensitive."""
    typed = sheet.frame["disease"].drop_nulls().unique().to_list()
    named = ((text, catalogue.find(text)) for text in typed)
    known = {
        text: card_diseases()[disease.code] for text, disease in named if disease and disease.code in card_diseases()
    }
    table = pl.DataFrame(
        [(text, code, catalogue.diseases()[code].is_sensitive) for text, code in known.items()],
        schema={"disease": pl.String, "disease_code": pl.String, "is_sensitive": pl.Boolean},
        orient="row",
    )
    sheet.frame = sheet.frame.join(table, on="disease", how="left", maintain_order="left")
    sheet.derived += ["disease_code", "is_sensitive"]
    sheet.refuse(pl.col("disease").is_null(), "disease", _("没有填写病种。"))
    sheet.refuse(
        pl.col("disease").is_not_null() & pl.col("disease_code").is_null(),
        "disease",
        _("不是28种门诊慢特病之一。"),
        _("填写政策页“病种”中列为门诊慢特病的名称。"),
    )


def _refuse_unlisted(sheet: Sheet, run: Run) -> None:
    """The 28 are in force where the deepest place that a document names says so."""
    listed = pl.lit(value=False)
    for said in sorted(listed_where(run.today), key=lambda each: len(each.path)):
        inside = pl.col("p:path").str.starts_with(said.path)
        listed = pl.when(inside).then(pl.lit(said.value is not None)).otherwise(listed)
    sheet.refuse(
        pl.col("p:found") & pl.col("disease_code").is_not_null() & ~listed,
        "disease",
        _("当地没有生效的门诊慢特病病种目录。"),
    )


def _find_hospitals(sheet: Sheet) -> None:
    """Add the hospital of each name and its level."""
    names = sheet.frame["hospital"].drop_nulls().unique().to_list()
    found = Facility.objects.filter(name__in=names, is_open=True).values_list("name", "pk", "level")
    table = pl.DataFrame(
        list(found),
        schema={"hospital": pl.String, "diagnosed_by_id": pl.Int64, "diagnosed_level": pl.String},
        orient="row",
    )
    counted = table.group_by("hospital").agg(pl.len().alias("same"), pl.all().exclude("hospital").first())
    sheet.frame = sheet.frame.join(counted, on="hospital", how="left", maintain_order="left")
    given = pl.col("hospital").is_not_null()
    sheet.refuse(given & pl.col("same").is_null(), "hospital", _("没有这个名称的在用机构。"), _("核对机构名称。"))
    sheet.refuse(pl.col("same") > 1, "hospital", _("有多个同名机构，请先在机构页改为全称。"))


def _state_after() -> pl.Expr:
    """The state given; without one the stored one, or what the days of a new card say."""
    told = (
        pl.when(pl.col("ended_on").is_not_null())
        .then(pl.lit(CardState.ENDED.value))
        .when(pl.col("valid_from").is_not_null())
        .then(pl.lit(CardState.VALID.value))
        .when(pl.col("diagnosed_on").is_not_null())
        .then(pl.lit(CardState.DIAGNOSED.value))
        .otherwise(pl.lit(CardState.APPLIED.value))
    )
    return pl.coalesce("state", "state_was", told)


def _refuse_incomplete(sheet: Sheet, rows: pl.DataFrame) -> None:
    """Each state has the days and the reason that lead to it."""

    def lacks(name: str) -> pl.Expr:
        return pl.coalesce(name, f"{name}_was").is_null()

    state = pl.col("state")
    diagnosed = state.is_in([CardState.DIAGNOSED, CardState.VALID])
    for name, shown, where in (
        ("diagnosed_by_id", "hospital", diagnosed),
        ("diagnosed_on", "diagnosed_on", diagnosed),
        ("valid_from", "valid_from", state == CardState.VALID),
        ("ended_on", "ended_on", state == CardState.ENDED),
    ):
        missing = rows.filter(where & lacks(name))["row"]
        label = sheet.columns[shown].header
        sheet.refuse_rows(missing, shown, _("这一状态须填写%(label)s。") % {"label": label})
    closed = state.is_in([CardState.REFUSED, CardState.ENDED])
    silent = rows.filter(closed & (pl.coalesce("reason", "reason_was", pl.lit("")) == ""))["row"]
    sheet.refuse_rows(silent, "reason", _("未通过和已停用的须填写原因。"))
    lasting = rows.filter((state != CardState.ENDED) & ~lacks("ended_on"))["row"]
    sheet.refuse_rows(lasting, "ended_on", _("只有已停用的卡有停用日期。"))
    gone = rows.filter(
        pl.col("id").is_null() & state.is_in(RUNNING_CODES) & (pl.col("p:life_state") != LifeState.PRESENT)
    )
    sheet.refuse_rows(gone["row"], "name", _("此人已死亡或迁出，不能办理慢特病卡。"))


def _refuse_low(sheet: Sheet, rows: pl.DataFrame, run: Run) -> None:
    """The hospital has the level that the documents ask for where the person lives, on the day of the diagnosis."""
    made = rows.select(
        "row",
        path="p:path",
        level=pl.coalesce("diagnosed_level", "diagnosed_level_was"),
        day=pl.coalesce("diagnosed_on", "diagnosed_on_was", pl.lit(run.today)),
    ).filter(pl.col("level") != "")
    paths = made["path"].unique(maintain_order=True).to_list()
    rules = dict(zip(paths, rules_of([Place(path=path) for path in paths], run.today), strict=True)) if paths else {}
    for (path, level, day), same in made.group_by("path", "level", "day", maintain_order=True):
        there = rules[path].on_day(day)
        if not diagnosis_counts(level, lowest_tier(there)):
            sheet.refuse_rows(same["row"], "hospital", too_low(_("该机构"), level, there))


def _refuse_second(sheet: Sheet, rows: pl.DataFrame, stored: pl.DataFrame) -> None:
    """A person has one running card of a disease, counting those that are not in the file."""
    running = rows.filter(pl.col("state").is_in(RUNNING_CODES))
    for same in running.group_by("person_id", "disease", maintain_order=True).agg("row")["row"]:
        if len(same) > 1:
            reason = _("第 %(rows)s 行是同一个人同一病种在办或有效的卡。") % {"rows": rows_named(same.to_list())}
            sheet.refuse_rows(same, "state", reason, _("同一病种只能有一张。"))
    held = stored.filter(pl.col("state").is_in(RUNNING_CODES)).join(rows.select("id"), on="id", how="anti")
    second = running.join(held.select("person_id", "disease"), on=["person_id", "disease"], how="semi")["row"]
    sheet.refuse_rows(second, "state", _("此人该病种已有慢特病卡或正在办理。"), _("核对申请日期，或先停用原卡。"))
