"""Bills of a county's year brought in as a sheet: with settling at most twice the cost of without."""

import os
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import polars as pl
from django.core.management import call_command
from django.db import connection
from measuring import Bench, Goal, Way

from facilities.actions import register_facility
from facilities.enums import FacilityKind, HospitalLevel
from healthaid.accounts.enums import Duty
from healthaid.accounts.models import Posting, User
from healthaid.core import bulk
from healthaid.coverage.actions.imports import settle_batch
from healthaid.coverage.actions.settlements import no_progress
from healthaid.coverage.models import Bill, Settlement, YearAccount
from healthaid.exchange import actions
from healthaid.exchange.models import AppliedRow, ImportBatch
from healthaid.policy.actions import Ruling, confirm_value, enter_value, record_document
from healthaid.regions.selectors import place_by_code

DATABASES = ("sqlite", "postgresql")
PEOPLE, BILLS = 20_000, 50_000
COUNTY, YEAR = "533103", 2019
DISEASES = (None, None, None, "肺癌", "胃癌", "终末期肾病")
LOCAL = {"critical.deductible.ordinary": 10_000, "income.rural_per_capita.previous_year": 9_000}


def benches() -> Iterator[Bench]:
    call_command("load_places", verbosity=0)
    county = place_by_code(COUNTY)
    clerk, other = (
        _official(name, duty) for name, duty in (("clerk", Duty.INSURANCE), ("other", Duty.COUNTY_OFFICIAL))
    )
    poverty = _official("poverty", Duty.POVERTY_OFFICE)
    folder = Path(tempfile.mkdtemp(dir=os.environ["DATA_DIR"]))
    people, bills = folder / "people.xlsx", folder / "bills.csv"
    call_command("generate_register", people, county=COUNTY, people=PEOPLE, verbosity=0)
    _take_in(poverty, "register", people)
    for number, level in enumerate((HospitalLevel.SECONDARY, HospitalLevel.TERTIARY), 1):
        register_facility(
            by=other,
            parent_id=county.pk,
            kind=FacilityKind.HOSPITAL,
            name=f"第{number}医院",
            code=f"H{number}",
            level=level,
        )
    _set_values(clerk, other, county.pk)
    _write(people, bills)
    yield Bench(
        f"import of {BILLS:,} bills",
        [
            Way("without settling", lambda: _take_in(clerk, "bills", bills), BILLS, _empty),
            Way("with settling", lambda: _settled(clerk, bills), BILLS, _empty),
        ],
        [Goal("with settling", "without settling", 2.0)],
        unit="bills",
    )


def _official(name: str, duty: Duty) -> User:
    user = User.objects.create(username=name, full_name=name)
    Posting.objects.create(user=user, duty=duty, place=place_by_code(COUNTY), starts_on="2016-01-01")
    return user


def _set_values(clerk: User, other: User, county: int) -> None:
    document = record_document(by=clerk, place_id=county, title="试用", note="试用")
    for name, number in LOCAL.items():
        ruling = Ruling(name, starts_on=date(YEAR, 1, 1), ends_on=None, number=number)  # type: ignore[arg-type]
        value = enter_value(by=clerk, document_id=document.pk, ruling=ruling)
        confirm_value(by=other, value_id=value.pk, version=value.version)


def _write(people: Path, bills: Path) -> None:
    """The bills of made-up stays of the register's people."""
    rng = Random(YEAR)  # noqa: S311 -- made-up data, no secrets
    known = pl.read_excel(people, engine="calamine", infer_schema_length=0).select("姓名", "证件号码")
    persons = known.filter(pl.col("证件号码").str.slice(6, 4).cast(pl.Int64, strict=False) < YEAR).rows()
    rows = []
    for number in range(BILLS):
        name, identity = rng.choice(persons)
        left = date(YEAR, 1, 5) + timedelta(days=rng.randrange(355))
        total = rng.randrange(50_000, 6_000_000)
        rows.append(
            {
                "姓名": name,
                "证件号码": identity,
                "结算单号": f"ZY{number:07}",
                "机构编码": rng.choice(("H1", "H1", "H2")),
                "就医类别": "住院",
                "入院日期": str(left - timedelta(days=4)),
                "出院日期": str(left),
                "疾病诊断": "试用诊断",
                "病种": rng.choice(DISEASES),
                "总费用": f"{total / 100:.2f}",
                "政策范围内费用": f"{int(total * rng.uniform(0.85, 1)) / 100:.2f}",
                "目录外费用已签字": "是",
            }
        )
    pl.DataFrame(rows).write_csv(bills, include_bom=True)


def _take_in(user: User, kind: str, file: Path) -> ImportBatch:
    batch = actions.receive(by=user, kind=kind, name=file.name, data=file.read_bytes())
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    actions.approve(by=user, batch=batch)
    actions.apply(batch_id=batch.pk)
    batch.refresh_from_db()
    print(f"  {batch.state}: new {batch.new_count}, errors {batch.error_count}")
    return batch


def _settled(user: User, file: Path) -> None:
    batch = _take_in(user, "bills", file)
    counts = settle_batch(by=user, batch_id=batch.pk, progress=no_progress)
    print(f"  settled {counts['settled']}, waiting {counts['waiting']}")


def _empty() -> None:
    with connection.cursor() as cursor:
        for model in (Settlement, Bill, YearAccount, AppliedRow):
            cursor.execute(f"DELETE FROM {bulk.table(model)}")  # noqa: S608 -- our own names
