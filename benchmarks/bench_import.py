"""A county's register in and out: beside the bare limit, and beside plain django-import-export row by row.

The limit parses and loads in bulk, without checks, encryption or record. Row mode is measured on a part.
"""

import os
import resource
import tempfile
from collections.abc import Iterator
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
BARE = {"户编号": "household", "人编号": "number", "姓名": "name", "证件号码": "identity_index", "民族": "ethnicity"}


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
    print(f"  parsing children at most {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB")
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
    """Everything a row of ours holds, as text of the file, with every index, and nothing else."""
    frame = pl.read_excel(file, engine="calamine", infer_schema_length=0)
    village = place_by_code(COUNTY)
    rows = frame.rename(BARE).with_columns(pl.col("与户主关系").alias("relation").str.head(2))
    numbers = rows.select(pl.col("household").unique(maintain_order=True))
    numbers = numbers.with_columns(pl.Series("household_id", bulk.reserve_ids(Household, numbers.height)))
    rows = rows.join(numbers, on="household", maintain_order="left").with_columns(
        pl.Series("id", bulk.reserve_ids(Person, rows.height))
    )
    now = pl.lit(timezone.now(), pl.Datetime("us", "UTC"))
    common = {"path": pl.lit(village.path), "created_at": now, "updated_at": now, "version": pl.lit(1)}
    households = numbers.select(
        pl.col("household_id").alias("id"),
        pl.col("household").alias("number"),
        pl.lit(village.pk).alias("village_id"),
        *blanks(Household, {"number"}),
        *(value.alias(name) for name, value in common.items()),
    )
    persons = rows.select(
        "id",
        "household_id",
        "number",
        "name",
        "identity_index",
        pl.col("name").str.tail(2).alias("given_name"),
        pl.col("name").alias("initials"),
        pl.col("identity_index").alias("identity_sealed"),
        pl.col("identity_index").str.tail(6).alias("identity_last6"),
        pl.col("identity_index").str.tail(4).alias("identity_last4"),
        pl.lit("1990-01-01").str.to_date().alias("born_on"),
        pl.col("户联系电话").fill_null("").alias("phone_sealed"),
        *blanks(Person, {"number", "name", "given_name", "initials", "identity_sealed", "phone_sealed"}),
        *(value.alias(name) for name, value in common.items()),
    )
    with bulk.staged(Household, households) as first, bulk.staged(Person, persons) as second, transaction.atomic():
        bulk.insert_staged(Household, first)
        bulk.insert_staged(Person, second)


def blanks(model: type, given: set[str]) -> list[pl.Expr]:
    """Empty text for every text column that must hold something."""
    schema = bulk.frame_schema(model)
    texts = [field.attname for field in model._meta.concrete_fields if not field.null and field.attname not in given]  # noqa: SLF001
    return [pl.lit("").alias(name) for name in texts if schema[name] == pl.String and name != "path"]


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
