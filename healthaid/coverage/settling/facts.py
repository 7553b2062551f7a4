"""What the database knows about bills that are to be settled, a column at a time and in a fixed number of queries."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from facilities.models import Facility
from healthaid.core import bulk
from healthaid.coverage.enums import BillState
from healthaid.coverage.models import Bill, Enrolment, Settlement
from healthaid.coverage.selectors.cards import with_serving_card
from healthaid.coverage.selectors.groups import statuses_helped
from healthaid.coverage.settlement.basis import outpatient_disease
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.policy import catalogue
from healthaid.policy.selectors.prices import package_prices
from healthaid.policy.selectors.rules import rules_of
from patients.models import PovertySpell

SUMS = ("critical_base", "assistance", "major_assistance", "personal")  # as `Running` has them
MOVED = tuple(f"moved_{name}" for name in SUMS)  # what a settled bill added to the year's sums
BILL = (
    "id",
    "person_id",
    "path",
    "region",
    "facility_id",
    "level",
    "tier",
    "setting",
    "served_on",
    "disease",
    "referral",
    "total",
    "in_policy",
    "necessary",
    "is_signed",
    "package_price",
    "state",
    *(f"stated_{name}" for name in PAYERS),
)


def bills_waiting(ids: pl.Series) -> pl.DataFrame:
    """Those of the bills that wait, in the order of person, day and number, with their year."""
    frame = bulk.find(Bill, "id", ids, BILL)
    waiting = frame.filter(pl.col("state") == BillState.WAITING)
    return waiting.with_columns(pl.col("served_on").dt.year().cast(pl.Int64).alias("year")).sort(
        "person_id", "served_on", "id"
    )


def with_facts(bills: pl.DataFrame) -> pl.DataFrame:
    """Add what decides whether a bill can be settled: standing, card, enrolment, and the price of the disease."""
    people = bills["person_id"].unique()
    frame = _with_standing(bills, people)
    frame = _with_card(frame)
    frame = _with_enrolment(frame, people)
    return with_price(frame)


def _with_standing(bills: pl.DataFrame, people: pl.Series) -> pl.DataFrame:
    """`is_poor`: whether a standing that is helped in the county covers the day."""
    spells = bulk.find(PovertySpell, "person_id", people, ["person_id", "status", "starts_on", "ends_on"])
    beside = bills.select("id", "person_id", "region", "served_on").join(spells, on="person_id")
    beside = beside.join(_helped(bills), on=["region", "served_on", "status"], how="semi")
    held = beside.filter(
        (pl.col("starts_on") <= pl.col("served_on"))
        & (pl.col("ends_on").is_null() | (pl.col("served_on") <= pl.col("ends_on")))
    )
    return bills.with_columns(pl.col("id").is_in(held["id"].unique().implode()).alias("is_poor"))


def _helped(bills: pl.DataFrame) -> pl.DataFrame:
    """The standings that are helped in each county of the bills on each of their days."""
    days = bills.select("region", "served_on").unique().iter_rows()
    rows = [(region, on, status) for region, on in days for status in sorted(statuses_helped(region, on))]
    schema = {"region": pl.String, "served_on": pl.Date, "status": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _with_card(bills: pl.DataFrame) -> pl.DataFrame:
    """`benefit`: the outpatient disease that covers the bill's; `has_card`: a valid card for it on the day."""
    benefits = {code: found.code for code in catalogue.diseases() if (found := outpatient_disease(code))}
    frame = bills.with_columns(
        pl.col("disease").replace_strict(benefits, default=None, return_dtype=pl.String).alias("benefit")
    )
    asked = frame.filter((pl.col("setting") == "outpatient_special") & pl.col("benefit").is_not_null())
    held = with_serving_card(asked)
    return frame.with_columns(pl.col("id").is_in(held.implode()).alias("has_card"))


def _with_enrolment(bills: pl.DataFrame, people: pl.Series) -> pl.DataFrame:
    """`is_enrolled`: basic insurance in the year; null where nothing is recorded."""
    found = bulk.find(Enrolment, "person_id", people, ["person_id", "year", "has_basic"])
    return bills.join(
        found.rename({"has_basic": "is_enrolled"}), on=["person_id", "year"], how="left", maintain_order="left"
    )


def with_price(bills: pl.DataFrame) -> pl.DataFrame:
    """`price` in fen: what the bill says, else what is agreed for hospital and disease on the day."""
    wanted = bills.filter((pl.col("disease") != "") & pl.col("package_price").is_null())
    if wanted.is_empty():
        return bills.with_columns(pl.col("package_price").alias("price"))
    keys = wanted.select("facility_id", "disease", "served_on").unique(maintain_order=True)
    leaves = dict(Facility.objects.filter(pk__in=keys["facility_id"].unique().to_list()).values_list("pk", "place_id"))
    asked = {(leaves[row[0]], row[1], row[2]): row for row in keys.iter_rows()}
    prices = package_prices(list(asked))
    rows = [(*asked[key], int(price * 100)) for key, price in prices.items()]
    schema = {"facility_id": pl.Int64, "disease": pl.String, "served_on": pl.Date, "agreed": pl.Int64}
    agreed = pl.DataFrame(rows, schema=schema, orient="row")
    frame = bills.join(agreed, on=["facility_id", "disease", "served_on"], how="left", maintain_order="left")
    return frame.with_columns(pl.coalesce("package_price", "agreed").alias("price")).drop("agreed")


def settled_before(bills: pl.DataFrame) -> pl.DataFrame:
    """Current settlements of the same people and years: whose, when, and what each added to the sums, in fen."""
    schema: dict[str, Any] = {"person_id": pl.Int64, "year": pl.Int64, "other_on": pl.Date, "other_id": pl.Int64}
    schema |= dict.fromkeys(MOVED, pl.Int64)
    people = bulk.find(Bill, "person_id", bills["person_id"].unique(), ["id", "person_id", "served_on", "state"])
    settled = people.filter(pl.col("state") == BillState.SETTLED).with_columns(
        pl.col("served_on").dt.year().cast(pl.Int64).alias("year")
    )
    settled = settled.join(bills.select("person_id", "year").unique(), on=["person_id", "year"], how="semi")
    if settled.is_empty():
        return pl.DataFrame(schema=schema)
    before, after = ([f"{when}_{name}" for name in SUMS] for when in ("before", "after"))
    rows = bulk.find(Settlement, "bill_id", settled["id"].alias("bill_id"), ["bill_id", "is_current", *before, *after])
    moved = rows.filter("is_current").select(
        "bill_id",
        *((pl.col(late) - pl.col(early)).alias(name) for late, early, name in zip(after, before, MOVED, strict=True)),
    )
    found = settled.join(moved, left_on="id", right_on="bill_id").rename({"served_on": "other_on", "id": "other_id"})
    return found.select(*schema)


def local_documents(regions: Sequence[str]) -> dict[str, list[Any]]:
    """What the confirmed documents of these regions (and of places above them) say, by parameter."""
    said: dict[str, list[Any]] = {}
    for rules in rules_of(list(regions), date.max) if regions else []:
        for name, values in rules.local.items():
            known = said.setdefault(name, [])
            known += [value for value in values if value not in known]
    return said
