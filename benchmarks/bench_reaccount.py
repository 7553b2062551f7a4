"""A county's year of bills computed anew into a result set of its own, beside copying the same rows out and in.

REACCOUNT_BILLS says how many bills the year has. Every result is held against the one-bill function, uncounted.
"""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl
from bench_import import filled
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from measuring import Bench, Goal, Way

from facilities.enums import FacilityKind
from facilities.models import Facility
from healthaid.accounts.enums import Duty
from healthaid.accounts.models import Posting, User
from healthaid.core import bulk
from healthaid.coverage.actions.confirming import apply_run
from healthaid.coverage.actions.runs import compute_run
from healthaid.coverage.actions.settlements import no_progress
from healthaid.coverage.models import Bill, RunResult, Settlement, SettlementRun
from healthaid.coverage.settlement.bill import Bill as EngineBill
from healthaid.coverage.settlement.engine import replay
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.coverage.settlement.rulebook import Rulebook
from healthaid.coverage.settling.facts import local_documents
from healthaid.coverage.settling.totals import SUMS_BEFORE
from healthaid.coverage.settling.years import BILL, COMPARED
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.regions.models import Place
from healthaid.regions.selectors import place_by_code
from patients.models import Household, Person, PovertySpell

DATABASES = ("sqlite", "postgresql")
BILLS, BILLS_A_PERSON = int(os.environ.get("REACCOUNT_BILLS", "200000")), 4
COUNTY, SMALL_COUNTY, YEAR = "533103", "533102", 2018
MOST = {"postgresql": 3, "sqlite": 3}  # times copying the rows out and in
FLOOR_RUN = 1_000_000  # the run under which the bare copy stands
LOCAL = {"critical.deductible.ordinary": 10000, "income.rural_per_capita.previous_year": 9000}
RESULT = ("run_id", "bill_id", "rules_id", "is_changed", "settlement_id", *PAYERS, *SUMS_BEFORE)
BLOCK = 1 << 20
ROOT = Path(__file__).resolve().parent.parent


def benches() -> Iterator[Bench]:
    call_command("load_places", verbosity=0)
    users = [made_user(name, duty) for name, duty in (("clerk", Duty.INSURANCE), ("official", Duty.COUNTY_OFFICIAL))]
    for county, bills in ((SMALL_COUNTY, BILLS // 10), (COUNTY, BILLS)):
        fill(county, bills)
        settle_all(users, county)
    tell_memory()
    copied = rows_to_copy()
    yield Bench(
        f"a year of {BILLS:,} bills, {BILLS_A_PERSON} a person",
        [
            Way("bare limit: copy out and in", lambda: copy_rows(copied), BILLS, remove_copied),
            Way("computed, compared, written", lambda: compute(users[0], COUNTY), BILLS),
        ],
        [Goal("computed, compared, written", "bare limit: copy out and in", MOST[connection.vendor])],
        unit="bill",
    )
    check_every_bill()


def made_user(name: str, duty: str) -> User:
    user = User.objects.create(username=name, full_name=name)
    for county in (COUNTY, SMALL_COUNTY):
        Posting.objects.create(user=user, duty=duty, place=place_by_code(county), starts_on="2016-01-01")
    return user


def fill(code: str, bills: int) -> None:
    """People with a standing of the register, hospitals, and a year of waiting bills, the same every time."""
    county, chance = place_by_code(code), np.random.default_rng(11)
    set_local_values(county)
    people, now = bills // BILLS_A_PERSON, pl.lit(timezone.now(), pl.Datetime("us", "UTC"))
    stamps = [now.alias("created_at"), now.alias("updated_at"), pl.lit(1).alias("version")]
    household = Household.objects.create(number=code, village=county, path=county.path)
    ids = bulk.reserve_ids(Person, people)
    persons = pl.DataFrame({"id": ids}).with_columns(
        pl.lit(household.pk).alias("household_id"),
        pl.lit(county.path).alias("path"),
        pl.lit("人").alias("name"),
        pl.lit(date(1950, 3, 12)).alias("born_on"),
        pl.lit("present").alias("life_state"),
        pl.lit("99").alias("relation"),
        pl.lit("1").alias("sex"),
        *stamps,
    )
    bulk.insert(Person, filled(Person, persons))
    spells = pl.DataFrame({"person_id": ids}).with_columns(
        pl.lit("not_lifted").alias("status"), pl.lit(date(2015, 1, 1)).alias("starts_on"), pl.lit("").alias("source")
    )
    bulk.insert(PovertySpell, spells)
    hospitals = [made_hospital(county, level, tier) for level, tier in KINDS]
    bulk.insert(Bill, filled(Bill, made_bills(county, code, np.array(ids), hospitals, chance).with_columns(*stamps)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


KINDS = (("township", "1"), ("county", "2"), ("prefecture", "3"))


def made_hospital(county: Place, level: str, tier: str) -> tuple[int, str, str, str]:
    name = f"{county.name}{level}"
    leaf = Place.objects.create(name=name, level="facility", parent=county, path=f"{county.path}{level[:2]}/")
    facility = Facility.objects.create(
        place=leaf, path=leaf.path, code=name, name=name, kind=FacilityKind.HOSPITAL, level=tier
    )
    return facility.pk, leaf.path, level, tier


def made_bills(
    county: Place,
    code: str,
    people: np.ndarray,
    hospitals: list[tuple[int, str, str, str]],
    chance: np.random.Generator,
) -> pl.DataFrame:
    """Stays at all levels in no order of people or days, a tenth with a listed disease, a few referral faults."""
    size = len(people) * BILLS_A_PERSON
    total = np.clip(chance.lognormal(13, 1.2, size).astype(np.int64), 100, 10**9)
    days = np.datetime64("2018-01-01") + chance.integers(0, 365, size)
    at = chance.integers(0, len(hospitals), size)
    frame = pl.DataFrame(
        {
            "person_id": chance.permutation(np.repeat(people, BILLS_A_PERSON)),
            "at": at,
            "number": np.arange(size),
            "served_on": days,
            "total": total,
            "in_policy": (total * chance.uniform(0.85, 1, size)).astype(np.int64),
            "disease": chance.choice(["", "gastric_cancer", "lung_cancer"], size, p=[0.9, 0.05, 0.05]),
            "referral": chance.choice(["compliant", "hospital_fault"], size, p=[0.98, 0.02]),
        }
    )
    places = pl.DataFrame(
        [(number, *hospital) for number, hospital in enumerate(hospitals)],
        schema=["at", "facility_id", "facility_path", "level", "tier"],
        orient="row",
    )
    return frame.join(places, on="at", maintain_order="left").with_columns(
        pl.format("JS{}", "number").alias("number"),
        pl.lit(county.path).alias("path"),
        pl.lit(code).alias("region"),
        pl.lit("inpatient").alias("setting"),
        pl.lit("one_stop").alias("desk"),
        pl.lit("waiting").alias("state"),
        pl.lit('{"code": "queued"}').alias("obstacle"),
        pl.lit(0).alias("necessary"),
        pl.lit(value=False).alias("is_sensitive"),
    )


def set_local_values(county: Place) -> None:
    user, other = User.objects.get(username="clerk"), User.objects.get(username="official")
    document = LocalDocument.objects.create(place=county, path=county.path, title="基准", note="基准", entered_by=user)
    for parameter, number in LOCAL.items():
        LocalValue.objects.create(
            document=document,
            place=county,
            path=county.path,
            parameter=parameter,
            number=number,
            starts_on=date(2018, 1, 1),
            entered_by=user,
            decided_by=other,
            state=ValueState.CONFIRMED,
        )


def compute(user: User, code: str) -> SettlementRun:
    county = place_by_code(code)
    run = SettlementRun.objects.create(
        place=county, path=county.path, region=code, year=YEAR, purpose="year_end", engine="1", requested_by=user
    )
    compute_run(run_id=run.pk, progress=no_progress)
    run.refresh_from_db()
    return run


def settle_all(users: list[User], code: str) -> None:
    """The first run settles everything that waits; its confirmation is timed by the way."""
    run = compute(users[0], code)
    began = perf_counter()
    apply_run(by=users[1], run_id=run.pk)
    print(f"  confirmed {run.totals['changed']:,} of {run.totals['bills']:,} bills in {perf_counter() - began:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def tell_memory() -> None:
    """The peak of a process of its own, for a tenth of the year and for the whole, above an idle one."""
    manage = (sys.executable, str(ROOT / "manage.py"))
    idle = peak_of((*manage, "check"))
    for code, bills in ((SMALL_COUNTY, BILLS // 10), (COUNTY, BILLS)):
        peak = peak_of((*manage, "reaccount", "--place", code, "--year", str(YEAR), "--as", "clerk"))
        print(f"  {bills:,} bills: {peak - idle:.0f} MB above an idle process of {idle:.0f} MB")


def peak_of(command: tuple[str, ...]) -> float:
    """Megabytes, measured by a process between, since the peak is that of the largest child."""
    told = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
    told += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    done = subprocess.run((sys.executable, "-c", told, *command), capture_output=True, text=True, check=True)
    return float(done.stdout)


def rows_to_copy() -> bytes | list[tuple]:
    """The result set of the last run, as the bare copy writes it."""
    last = RunResult.objects.filter(run=SettlementRun.objects.filter(region=COUNTY).latest("pk"))
    frame = bulk.read(last.order_by("bill_id"), RESULT[1:]).select(pl.lit(FLOOR_RUN).alias("run_id"), pl.all())
    if connection.vendor == "postgresql":
        return frame.write_csv(include_header=False).encode()
    return list(frame.with_columns(pl.col("is_changed").cast(pl.Int8)).iter_rows())


def remove_copied() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {bulk.table(RunResult)} WHERE run_id = %s", [FLOOR_RUN])  # noqa: S608
        if connection.vendor == "postgresql":
            cursor.execute(f"VACUUM {bulk.table(RunResult)}")


def copy_rows(copied: bytes | list[tuple]) -> None:
    """The bills of the year and their current settlements out, and the results in; nothing is looked at."""
    bills = Bill.objects.filter(region=COUNTY, served_on__year=YEAR).order_by().values_list(*BILL)
    current = Settlement.objects.filter(is_current=True, bill__region=COUNTY).order_by()
    for rows in (bills, current.values_list("id", "bill_id", *COMPARED)):
        copy_out(*rows.query.sql_with_params())
    columns = ", ".join(RESULT)
    with transaction.atomic(), connection.cursor() as cursor:
        if isinstance(copied, bytes):
            with cursor.copy(f"COPY {bulk.table(RunResult)} ({columns}) FROM STDIN (FORMAT csv)") as copy:
                for start in range(0, len(copied), BLOCK):
                    copy.write(copied[start : start + BLOCK])
        else:
            marks = ", ".join(["%s"] * len(RESULT))
            cursor.executemany(f"INSERT INTO {bulk.table(RunResult)} ({columns}) VALUES ({marks})", copied)  # noqa: S608


def copy_out(statement: str, parameters: tuple) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({statement}) TO STDOUT", parameters) as copy:
                for _block in copy:
                    pass
            return
        cursor.execute(statement, parameters)
        while cursor.fetchmany(bulk.CHUNK):
            pass


def check_every_bill() -> None:
    """Each result of the last run against the one-bill function, person by person; stops the run at a difference."""
    run = SettlementRun.objects.filter(region=COUNTY).latest("pk")
    rows = RunResult.objects.filter(run=run).order_by("bill__person_id")
    given = ("served_on", "level", "tier", "referral", "disease", "total", "in_policy", "necessary")
    frame = bulk.read(rows, ("bill__person_id", "bill_id", *PAYERS, *(f"bill__{name}" for name in given)))
    people: dict[int, list[tuple[int, EngineBill]]] = defaultdict(list)
    found = {}
    for person, number, *amounts in frame.iter_rows():
        paid, (on, level, tier, *rest) = amounts[: len(PAYERS)], amounts[len(PAYERS) :]
        people[person].append((number, EngineBill(COUNTY, on, "inpatient", level, int(tier), *rest)))
        found[number] = paid
    rulebook = Rulebook(local_documents([COUNTY]))
    for bills in people.values():
        for number, settled in replay(bills, rulebook).items():
            if found[number] != [getattr(settled.outcome, name) for name in PAYERS]:
                raise SystemExit(f"MISSED bill {number}: {found[number]}, one by one {settled.outcome}")
    print(f"  {len(found):,} bills equal to the one-bill function")
