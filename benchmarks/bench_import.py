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
from django.db import connection, transaction
from django.utils import timezone
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import DateWidget, ForeignKeyWidget
from measuring import Bench, Goal, Way

from healthaid.accounts.enums import Duty
from healthaid.accounts.models import Posting, User
from healthaid.core import bulk
from healthaid.exchange import actions, registry
from healthaid.exchange.models import AppliedRow
from healthaid.regions.selectors import place_by_code
from patients.models import Household, Person, PovertySpell

DATABASES = ("sqlite", "postgresql")
PEOPLE, PART = 60_000, 2_000
COUNTY = "533103"
ROW_MODE = {"sqlite": 15, "postgresql": 30}  # times less processor time than row mode, at least
TEXTS = {  # of a person, as the file has them
    "number": "人编号",
    "name": "姓名",
    "given_name": "姓名",
    "initials": "姓名",
    "ethnicity": "民族",
    "education": "文化程度",
    "schooling": "在校生状况",
    "health": "健康状况",
    "labour": "劳动技能",
    "poverty_status": "脱贫属性",
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
    frame = pl.read_excel(file, engine="calamine", infer_schema_length=0)
    village, today = place_by_code(COUNTY), pl.lit(timezone.localdate())
    now = pl.lit(timezone.now(), pl.Datetime("us", "UTC"))
    common = {"path": pl.lit(village.path), "created_at": now, "updated_at": now, "version": pl.lit(1)}
    rows = frame.with_columns(
        pl.col("户联系电话").fill_null("").str.pad_end(50, "=").alias("phone_sealed"),
        pl.col("户联系电话").fill_null("").str.pad_start(64, "0").alias("phone_index"),
        pl.lit("0123456789abcdef").alias("seal_id"),
    )
    households = rows.unique("户编号", maintain_order=True).with_columns(*(common[name].alias(name) for name in common))
    households = households.with_columns(
        pl.Series("id", bulk.reserve_ids(Household, households.height)),
        pl.lit(village.pk).alias("village_id"),
        *(pl.col(header).alias(name) for name, header in {"number": "户编号", "natural_village": "自然村"}.items()),
        *(today.alias(name) for name in ("identified_on", "lifted_on")),
    )
    persons = rows.join(households.select("户编号", pl.col("id").alias("household_id")), on="户编号", how="left")
    digest = pl.col("人编号").str.pad_start(64, "0")
    persons = persons.with_columns(
        pl.Series("id", bulk.reserve_ids(Person, persons.height)),
        *(pl.col(header).alias(name) for name, header in TEXTS.items()),
        *(digest.alias(name) for name in ("identity_index", "identity_last6", "identity_last4")),
        pl.col("证件号码").fill_null("").str.pad_end(66, "=").alias("identity_sealed"),
        pl.lit("99").alias("relation"),
        *(today.alias(name) for name in ("born_on", "identified_on")),
        *(common[name].alias(name) for name in common),
    )
    spells = persons.select(
        pl.Series("id", bulk.reserve_ids(PovertySpell, persons.height)),
        pl.col("id").alias("person_id"),
        pl.lit("not_lifted").alias("status"),
        today.alias("starts_on"),
        pl.lit("").alias("source"),
    )
    tables = (Household, households), (Person, persons), (PovertySpell, spells)
    with ExitStack() as stack:
        stagings = [stack.enter_context(bulk.staged(model, filled(model, rows))) for model, rows in tables]
        with transaction.atomic():
            for (model, _rows), staging in zip(tables, stagings, strict=True):
                bulk.insert_staged(model, staging)


def filled(model: type, rows: pl.DataFrame) -> pl.DataFrame:
    """Text for every text column that must hold something, cut to what the column takes."""
    schema = bulk.frame_schema(model)
    return rows.with_columns(
        pl.col(field.attname).fill_null("").str.head(field.max_length or 200)
        if field.attname in rows.columns
        else pl.lit("").alias(field.attname)
        for field in model._meta.concrete_fields  # noqa: SLF001
        if not field.null and schema[field.attname] == pl.String
    )


class PlainResource(ModelResource):
    """The usual way: one resource, one row after another, every option as it comes."""

    household = Field("household", "户编号", ForeignKeyWidget(Household, "number"))
    number = Field("number", "人编号")
    name = Field("name", "姓名")
    identity_index = Field("identity_index", "证件号码")
    relation = Field("relation", "关系")
    ethnicity = Field("ethnicity", "民族")
    education = Field("education", "文化程度")
    schooling = Field("schooling", "在校生状况")
    health = Field("health", "健康状况")
    labour = Field("labour", "劳动技能")
    sex = Field("sex", "性别")
    born_on = Field("born_on", "出生日期", DateWidget("%Y-%m-%d"))
    poverty_status = Field("poverty_status", "脱贫属性")
    path = Field("path", "路径")

    class Meta:
        model = Person
        import_id_fields = ("identity_index",)
        fields = (
            *("household", "number", "name", "identity_index", "relation", "ethnicity", "education", "schooling"),
            *("health", "labour", "sex", "born_on", "poverty_status", "path"),
        )


def empty_with_households(file: Path) -> None:
    """Row mode imports persons only; its households are there already."""
    empty()
    village = place_by_code(COUNTY)
    numbers = pl.read_excel(file, engine="calamine", infer_schema_length=0)["户编号"].unique()
    Household.objects.bulk_create(Household(number=number, village=village, path=village.path) for number in numbers)


def load_rows(file: Path) -> None:
    """Read as django-import-export reads, cut the values to what the columns take, import row by row."""
    sheet = tablib.Dataset().load(file.read_bytes(), format="xlsx")
    names = [column.column_name for column in PlainResource().get_import_fields()]
    rows = tablib.Dataset(headers=names)
    for row in sheet.dict:
        cells = {**row, "关系": "99", "路径": "1/", "性别": "1", "出生日期": "1990-01-01"}
        short = {"民族": 2, "文化程度": 2, "在校生状况": 2, "健康状况": 9, "劳动技能": 2, "脱贫属性": 9}
        rows.append([str(cells.get(name) or "")[: short.get(name, 40)] for name in names])
    result = PlainResource().import_data(rows, raise_errors=True)
    print(f"  row mode: {result.totals}")
