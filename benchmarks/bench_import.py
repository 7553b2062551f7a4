"""A county's register in and out: beside the bare limit, and beside plain django-import-export row by row.

The limit parses and loads in bulk, without checks, encryption or record. Row mode is measured on a part.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import tablib
from django.core.management import call_command
from django.db import connection, models, transaction
from django.utils import timezone
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import BooleanWidget, DateWidget, ForeignKeyWidget, IntegerWidget, Widget
from measuring import Bench, Goal, Way

from healthaid.accounts.enums import Duty
from healthaid.accounts.models import Posting, User
from healthaid.core import bulk, frames
from healthaid.exchange import actions, registry
from healthaid.exchange.models import AppliedRow
from healthaid.regions.selectors import place_by_code
from patients import enums
from patients.models import Household, Person, PovertySpell

DATABASES = ("sqlite", "postgresql")
PEOPLE, PART = 60_000, 2_000
COUNTY = "533103"
ROW_MODE = {"sqlite": 15, "postgresql": 30}  # times less processor time than row mode, at least
SEALED_PHONE, SEALED_NUMBER = 54, 66  # characters of a sealed telephone and identity number
HOUSEHOLD = {  # column of the table: header of the file
    "number": "户编号",
    "natural_village": "自然村",
    "category": "贫困户属性",
    "kind": "户类型",
    "standard": "识别标准",
    "main_cause": "致贫原因1",
    "other_causes": "其他致贫原因",
    "identified_on": "首次识别时间",
    "lifted_on": "脱贫时间",
    "monitored_kind": "易返贫致贫户（监测对象）类型",
    "risk_found_on": "风险识别时间",
    "risk_removed": "风险是否消除",
    "risk_removed_on": "风险消除时间",
    "income_per_head": "人均纯收入",
    "unsafe_housing": "危房户",
    "safe_water": "是否解决安全饮用水",
}
PERSON = {
    "number": "人编号",
    "name": "姓名",
    "given_name": "姓名",
    "initials": "姓名",
    "document_kind": "证件类型",
    "sex": "性别",
    "born_on": "出生日期",
    "ethnicity": "民族",
    "education": "文化程度",
    "schooling": "在校生状况",
    "health": "健康状况",
    "labour": "劳动技能",
    "work_months": "务工时间（月）",
    "has_critical_insurance": "是否参加大病保险",
    "has_basic_insurance": "是否参加基本医疗保险",
    "key_groups": "重点人群",
    "identified_on": "人员识别时间",
    "poverty_status": "脱贫属性",
    "marriage": "婚姻状况",
    "is_away": "是否外出",
    "workplace": "务工所在地/企业",
    "out_of_school_reason": "义务教育阶段未上学原因",
    "speaks_mandarin": "是否会讲普通话",
    "certificate_year": "残疾证办证年度",
    "has_employee_insurance": "是否参加城镇职工基本医疗保险",
    "has_supplementary_insurance": "是否参加商业补充医疗保险",
    "has_resident_pension": "是否参加城乡居民基本养老保险",
    "has_employee_pension": "是否参加城镇职工基本养老保险",
}


def benches() -> Iterator[Bench]:
    call_command("load_places", verbosity=0)
    user = User.objects.create(username="poverty", full_name="扶贫办")
    Posting.objects.create(user=user, duty=Duty.POVERTY_OFFICE, place=place_by_code(COUNTY), starts_on="2016-01-01")
    folder = Path(tempfile.mkdtemp(dir=os.environ["DATA_DIR"]))
    whole, part = folder / "whole.xlsx", folder / "part.xlsx"
    call_command("generate_register", whole, county=COUNTY, people=PEOPLE, verbosity=0)
    call_command("generate_register", part, county=COUNTY, people=PART, verbosity=0)
    yield Bench(
        f"import of {PEOPLE:,} new people",
        [
            Way("bare limit: parse and load", lambda: load_bare(whole), PEOPLE, empty),
            Way("checked, sealed, recorded", lambda: take_in(user, whole), PEOPLE, empty),
            Way("the same file again", lambda: take_in(user, whole), PEOPLE, lambda: None),
            Way("row mode of import-export", lambda: load_rows(part), PART, lambda: empty_with_households(part)),
        ],
        [
            Goal("checked, sealed, recorded", "bare limit: parse and load", 2.5),
            Goal("the same file again", "bare limit: parse and load", 2.5),
            Goal("checked, sealed, recorded", "row mode of import-export", 1 / ROW_MODE[connection.vendor]),
        ],
        unit="rows",
    )
    empty()
    take_in(user, whole)
    yield Bench(
        f"export of {PEOPLE:,} people",
        [
            Way("our export", lambda: write_out(user, folder / "out.xlsx"), PEOPLE),
            Way("import-export", lambda: PlainResource().export(Person.objects.all()[:PART]).xlsx, PART),
        ],
        [Goal("our export", "import-export", 1 / 10)],
        unit="rows",
    )


def empty() -> None:
    with connection.cursor() as cursor:
        for model in (PovertySpell, Person, Household, AppliedRow):
            cursor.execute(f"DELETE FROM {bulk.table(model)}")  # noqa: S608 -- our own names


def take_in(user: User, file: Path) -> None:
    """What an upload, its check, its confirmation and its application cost together."""
    batch = actions.receive(by=user, kind="register", name=file.name, data=file.read_bytes())
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    actions.approve(by=user, batch=batch)
    actions.apply(batch_id=batch.pk)
    batch.refresh_from_db()
    written = AppliedRow.objects.filter(batch=batch).count()
    print(f"  {batch.state}: new {batch.new_count}, unchanged {batch.unchanged_count}, rows written {written}")


def write_out(user: User, file: Path) -> None:
    with file.open("wb") as out:
        actions.export_to(by=user, resource=registry.sheet("register"), filters={}, fmt="xlsx", out=out)


def load_bare(file: Path) -> None:
    """The same tables, columns, lengths and indexes as ours, filled with the file's text as it stands, and no more."""
    rows = pl.read_excel(file, engine="calamine", infer_schema_length=0)
    village, now = place_by_code(COUNTY), pl.lit(timezone.now(), pl.Datetime("us", "UTC"))
    common = (
        pl.lit(village.path).alias("path"),
        *(now.alias(name) for name in ("created_at", "updated_at")),
        pl.lit(1).alias("version"),
        pl.lit("0123456789abcdef").alias("seal_id"),
    )
    households = rows.unique("户编号", maintain_order=True)
    households = households.with_columns(
        pl.Series("id", bulk.reserve_ids(Household, households.height)),
        pl.lit(village.pk).alias("village_id"),
        *as_typed(Household, HOUSEHOLD),
        *as_sealed("户联系电话", "phone_sealed", SEALED_PHONE, phone_index=None),
        *common,
    )
    persons = rows.join(households.select("户编号", pl.col("id").alias("household_id")), on="户编号", how="left")
    persons = persons.with_columns(
        pl.Series("id", bulk.reserve_ids(Person, persons.height)),
        *as_typed(Person, PERSON),
        *as_sealed("人联系电话", "phone_sealed", SEALED_PHONE, phone_index=None),
        *as_sealed(
            "证件号码", "identity_sealed", SEALED_NUMBER, identity_index=None, identity_last6=6, identity_last4=4
        ),
        *as_sealed("残疾证号", "disability_sealed", SEALED_NUMBER),
        *as_sealed("社保卡号", "card_sealed", SEALED_PHONE),
        pl.lit("99").alias("relation"),
        pl.lit("present").alias("life_state"),
        *common,
    )
    lifted = households.filter(pl.col("lifted_on").is_not_null()).select(
        "户编号", pl.col("lifted_on").alias("starts_on")
    )
    beginnings = [
        persons.select("id", pl.lit("not_lifted").alias("status"), pl.col("identified_on").alias("starts_on")),
        persons.join(lifted, on="户编号").select("id", pl.lit("lifted").alias("status"), "starts_on"),
    ]
    spells = pl.concat(beginnings).rename({"id": "person_id"})
    spells = spells.with_columns(
        pl.Series("id", bulk.reserve_ids(PovertySpell, spells.height)), pl.lit("").alias("source")
    )
    tables = (Household, households), (Person, persons), (PovertySpell, spells)
    with ExitStack() as stack:
        stagings = [stack.enter_context(bulk.staged(model, filled(model, frame))) for model, frame in tables]
        with transaction.atomic():
            for (model, _frame), staging in zip(tables, stagings, strict=True):
                bulk.insert_staged(model, staging)


def as_typed(model: type, columns: dict[str, str]) -> Iterator[pl.Expr]:
    """The file's texts as what the columns hold, cut to what they take."""
    schema = frames.frame_schema(model)
    for name, header in columns.items():
        text, kind = pl.col(header), schema[name]
        if kind == pl.Date:
            yield text.str.head(10).str.to_date("%Y-%m-%d").alias(name)
        elif kind == pl.Boolean:
            yield (text == "是").alias(name)
        elif kind == pl.String:
            yield text.str.head(model._meta.get_field(name).max_length).alias(name)  # noqa: SLF001
        else:
            yield text.cast(kind).alias(name)


def as_sealed(header: str, sealed: str, length: int, **indexes: int | None) -> Iterator[pl.Expr]:
    """Clear text as long as a sealed one, and as digests the text or its last so many characters."""
    text = pl.col(header)
    yield text.str.pad_end(length, "=").alias(sealed)
    for name, last in indexes.items():
        yield (text.str.tail(last) if last else text).str.pad_start(64, "0").alias(name)


def filled(model: type, rows: pl.DataFrame) -> pl.DataFrame:
    """Text for every text column that must hold something."""
    schema = frames.frame_schema(model)
    return rows.with_columns(
        pl.col(field.attname).fill_null("") if field.attname in rows.columns else pl.lit("").alias(field.attname)
        for field in model._meta.concrete_fields  # noqa: SLF001
        if not field.null and schema[field.attname] == pl.String
    )


class LabelWidget(Widget):
    """Codes from their labels, several joined by 、 where the column holds several."""

    def __init__(self, choices: type[models.TextChoices]) -> None:
        super().__init__()
        self.codes = {str(label): value for value, label in choices.choices}
        self.labels = {value: label for label, value in self.codes.items()}

    def clean(self, value: str | None, _row: object = None, **_kwargs: object) -> str:
        return ",".join(sorted(self.codes[label] for label in value.split("、"))) if value else ""

    def render(self, value: str | None, _obj: object = None, **_kwargs: object) -> str:
        return "、".join(self.labels[code] for code in value.split(",")) if value else ""


class YesNoWidget(BooleanWidget):
    TRUE_VALUES, FALSE_VALUES, NULL_VALUES = ("是",), ("否",), ("", None)


def label_field(column: str, header: str, choices: type[models.TextChoices]) -> Field:
    return Field(column, header, LabelWidget(choices))


class PlainResource(ModelResource):
    """The usual way: every column of a person, the household by its number, models cleaned, unchanged rows skipped.

    Identity and telephone numbers stay clear text; nothing is recorded.
    """

    household = Field("household", "户编号", ForeignKeyWidget(Household, "number"))
    path = Field("path", "路径")
    number = Field("number", "人编号")
    name = Field("name", "姓名")
    identity_index = Field("identity_index", "证件号码")
    document_kind = label_field("document_kind", "证件类型", enums.DocumentKind)
    sex = label_field("sex", "性别", enums.Sex)
    born_on = Field("born_on", "出生日期", DateWidget("%Y-%m-%d"))
    relation = label_field("relation", "与户主关系", enums.Relation)
    ethnicity = label_field("ethnicity", "民族", enums.Ethnicity)
    education = label_field("education", "文化程度", enums.Education)
    schooling = label_field("schooling", "在校生状况", enums.Schooling)
    health = label_field("health", "健康状况", enums.Health)
    labour = label_field("labour", "劳动技能", enums.Labour)
    work_months = Field("work_months", "务工时间（月）", IntegerWidget())
    has_critical_insurance = Field("has_critical_insurance", "是否参加大病保险", YesNoWidget())
    has_basic_insurance = Field("has_basic_insurance", "是否参加基本医疗保险", YesNoWidget())
    disability_sealed = Field("disability_sealed", "残疾证号", default="")
    key_groups = label_field("key_groups", "重点人群", enums.KeyGroup)
    phone_index = Field("phone_index", "人联系电话")
    identified_on = Field("identified_on", "人员识别时间", DateWidget("%Y-%m-%d"))
    poverty_status = label_field("poverty_status", "脱贫属性", enums.PovertyStatus)

    class Meta:
        model = Person
        import_id_fields = ("identity_index",)
        fields = (
            *("household", "path", "number", "name", "identity_index", "document_kind", "sex", "born_on", "relation"),
            *("ethnicity", "education", "schooling", "health", "labour", "work_months", "has_critical_insurance"),
            *("has_basic_insurance", "disability_sealed", "key_groups", "phone_index", "identified_on"),
            "poverty_status",
        )
        skip_unchanged = True
        clean_model_instances = True

    def validate_instance(self, instance: Person, *_args: object, **_kwargs: object) -> None:
        """Only what a sheet fills; the columns that our own code derives may be blank here."""
        instance.full_clean(exclude={field.name for field in Person._meta.fields if not field.editable})  # noqa: SLF001


def empty_with_households(file: Path) -> None:
    """Row mode imports persons only; its households are there already."""
    empty()
    village = place_by_code(COUNTY)
    numbers = pl.read_excel(file, engine="calamine", infer_schema_length=0)["户编号"].unique()
    Household.objects.bulk_create(Household(number=number, village=village, path=village.path) for number in numbers)


def load_rows(file: Path) -> None:
    """Read as django-import-export reads, and import row by row."""
    sheet = tablib.Dataset().load(file.read_bytes(), format="xlsx")
    sheet.append_col([place_by_code(COUNTY).path] * sheet.height, header="路径")
    result = PlainResource().import_data(sheet, raise_errors=True)
    print(f"  row mode: {result.totals}")
