"""Enrolments, one row a person and year."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.coverage.domain.enrolments import FIRST_YEAR
from healthaid.coverage.enums import Absence
from healthaid.coverage.filters.enrolments import EnrolmentFilter
from healthaid.coverage.models import Enrolment
from healthaid.coverage.selectors.checks import with_rows
from healthaid.exchange.checking import EMPTY_TYPES, Sheet
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Merge, Plan, Run, read, with_ids
from healthaid.exchange.resources import CHUNK, Column, SheetResource
from patients.models import Person
from patients.resources.people import find_people, person_columns, refuse_nobody, refuse_repeated

FLAGS = ("has_basic", "has_critical", "has_assistance", "has_supplementary")
WRITTEN = (*FLAGS, "premium", "enrolled_on", "absence", "absence_note")


class EnrolmentSheet(SheetResource):
    """Enrolments; the person and the year together say which row it is."""

    kind = "enrolments"
    list_page = "coverage:enrolment-list"
    title = gettext_lazy("年度参保表")
    explanation = gettext_lazy("一人一年一行；未参保的填写原因。")
    edit_ability = Ability.EDIT_ENROLMENT
    read_ability = Ability.READ_COVERAGE
    filterset = EnrolmentFilter

    identity, person_number, name = person_columns("参保人", "参保人姓名")
    year = Column(
        "year",
        gettext_lazy("年度"),
        ColumnKind.NUMBER,
        synonyms=("参保年度", "缴费年度", "年份"),
        required=True,
        maximum=2100,
    )
    has_basic = Column(
        "has_basic",
        gettext_lazy("基本医保"),
        ColumnKind.YES_NO,
        synonyms=(
            "是否参加基本医保",
            "基本医疗保险",
            "是否参加基本医疗保险",
            "参加城乡居民基本医疗保险",
            "是否参加城乡居民基本医疗保险",
            "城乡居民医保",
            "新农合",
        ),
        required=True,
    )
    has_critical = Column(
        "has_critical",
        gettext_lazy("大病保险"),
        ColumnKind.YES_NO,
        synonyms=("是否参加大病保险", "参加大病保险", "城乡居民大病保险"),
    )
    has_assistance = Column(
        "has_assistance",
        gettext_lazy("医疗救助"),
        ColumnKind.YES_NO,
        synonyms=("是否纳入医疗救助", "是否接受医疗救助", "民政救助", "医疗救助对象"),
    )
    has_supplementary = Column(
        "has_supplementary",
        gettext_lazy("补充保险"),
        ColumnKind.YES_NO,
        synonyms=("商业补充医疗保险", "是否参加商业补充医疗保险", "补充医疗保险", "商业保险"),
    )
    premium = Column(
        "premium",
        gettext_lazy("个人缴费标准"),
        ColumnKind.AMOUNT,
        synonyms=("个人缴费标准（元）", "个人缴费", "缴费标准", "缴费金额"),
        hint=gettext_lazy("元；留空按当地当年标准。"),
    )
    enrolled_on = Column(
        "enrolled_on", gettext_lazy("参保日期"), ColumnKind.DATE, synonyms=("参保时间", "缴费日期", "缴费时间")
    )
    absence = Column(
        "absence",
        gettext_lazy("未参保原因"),
        ColumnKind.CHOICE,
        choices=Absence,
        aliases={
            "参军": "elsewhere_army",
            "参军异地参保": "elsewhere_army",
            "就学异地参保": "elsewhere_study",
            "上学": "elsewhere_study",
            "就学": "elsewhere_study",
            "务工": "elsewhere_work",
            "务工异地参保": "elsewhere_work",
            "外出务工": "elsewhere_work",
            "婚姻": "elsewhere_marriage",
            "婚嫁": "elsewhere_marriage",
            "婚姻异地参保": "elsewhere_marriage",
            "新增": "registered_after_fee_window",
            "新识别": "registered_after_fee_window",
            "出生": "newborn",
            "死亡人员": "dead",
            "失踪": "lost_contact",
        },
        synonyms=("未参保的原因", "不参保原因"),
    )
    absence_note = Column("absence_note", gettext_lazy("原因说明"), synonyms=("备注", "未参保说明"))

    class Meta:
        model = Enrolment

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        refuse_nobody(sheet)
        sheet.refuse(pl.col("year").is_null(), "year", _("没有填写年度。"))
        sheet.refuse(pl.col("year") < FIRST_YEAR, "year", _("年度早于四重保障开始的2017年。"))
        sheet.refuse(
            pl.col("has_basic") & pl.col("absence").is_not_null(),
            "absence",
            _("已参加基本医保的，不填未参保原因。"),
            _("清空原因，或更正是否参保。"),
        )
        sheet.refuse(
            ~pl.col("has_basic") & pl.col("enrolled_on").is_not_null(),
            "enrolled_on",
            _("没有参加基本医保的，不填参保日期。"),
        )

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        find_people(sheet, run)
        sheet.refuse(pl.col("year") > run.today.year + 1, "year", _("年度不能晚于下一年。"))
        refuse_repeated(sheet, ("year",), "year", _("第 %(rows)s 行是同一个人的同一年度。"))
        stored = read(Enrolment, "person_id", sheet.good()["person_id"], ["year", *WRITTEN])
        rows = sheet.good().join(
            stored.select("id", "person_id", "year", pl.col("has_basic").alias("has_basic_was")),
            on=["person_id", "year"],
            how="left",
            maintain_order="left",
        )
        _refuse_incomplete(sheet, rows)
        rows = rows.join(sheet.good().select("row"), on="row", how="semi", maintain_order="left")
        wanted = with_ids(rows, Enrolment, run).with_columns(*_settled(), pl.col("p:path").alias("path"))
        merge = Merge(
            Enrolment,
            wanted.select("row", "id", "is_new", "person_id", "path", "year", *WRITTEN),
            stored,
            recorded=["person_id", "year", *WRITTEN],
            verb="coverage.enrolment.imported",
            columns={name: cls.fields[name] for name in WRITTEN},
        )
        return Plan([merge], merge.states())

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        return Enrolment.objects.visible_to(user, cls.read_ability).order_by("path", "person", "year")


def _settled() -> list[pl.Expr]:
    """Whoever is enrolled by now is no longer absent; a new row lacks what it does not name."""
    enrols = pl.col("has_basic").fill_null(value=False)
    return [
        pl.when(enrols).then(pl.lit("")).otherwise(pl.col("absence")).alias("absence"),
        pl.when(enrols).then(pl.lit("")).otherwise(pl.col("absence_note")).alias("absence_note"),
        (pl.col("premium") * 100).cast(pl.Int64).alias("premium"),
        *(
            pl.when(pl.col("is_new")).then(pl.col(name).fill_null(value=False)).otherwise(pl.col(name)).alias(name)
            for name in FLAGS
        ),
    ]


def _refuse_incomplete(sheet: Sheet, rows: pl.DataFrame) -> None:
    """A new row says whether the person is enrolled; a stored one is not absent while it stays enrolled."""
    blank = rows.filter(pl.col("id").is_null() & pl.col("has_basic").is_null())["row"]
    sheet.refuse_rows(blank, "has_basic", _("新的年度须填写是否参加基本医保。"))
    enrolled = pl.col("has_basic").is_null() & pl.col("has_basic_was")
    both = rows.filter(enrolled & pl.col("absence").is_not_null())["row"]
    sheet.refuse_rows(both, "absence", _("系统中此人该年度已参加基本医保。"), _("同时填写基本医保为“否”。"))


# People of the check in the form of the sheet


def frames_of_people(people: QuerySet[Person], year: int) -> Iterator[pl.DataFrame]:
    """The sheet's rows for people of a check, to be filled in: who they are, and what the year's row says if any."""
    columns = EnrolmentSheet.columns()
    schema = {column.name: EMPTY_TYPES.get(column.kind, pl.String()) for column in columns} | dict.fromkeys(
        FLAGS, pl.String()
    )
    found = with_rows(people, WRITTEN).order_by("path", "pk").iterator(chunk_size=CHUNK)
    while some := list(islice(found, CHUNK)):
        yield pl.DataFrame([_cells(columns, person, year) for person in some], schema=schema, orient="row")


def _cells(columns: Sequence[Column], person: Any, year: int) -> list[Any]:
    known = {"identity": person.identity, "person_number": person.number, "name": person.name, "year": year}
    return [
        known[column.name] if column.name in known else column.shower()(getattr(person, f"row_{column.name}"))
        for column in columns
    ]
