"""A county's year of bills, read some thousand people at a time and settled anew from nothing."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl
from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from facilities.models import Facility
from healthaid.core import bulk
from healthaid.coverage.enums import BillState, RunPurpose
from healthaid.coverage.models import Bill, RunResult, Settlement, SettlementRun, YearAccount
from healthaid.coverage.settlement import ENGINE
from healthaid.coverage.settlement.bill import Local
from healthaid.coverage.settlement.columns import CaseTable, settle_year
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.coverage.settlement.reading import read_local
from healthaid.coverage.settlement.rulebook import Rulebook
from healthaid.coverage.settling import computing, facts
from healthaid.coverage.settling.facts import MOVED, SUMS
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalValue
from healthaid.policy.selectors.prices import PRICE

AT_ONCE = 100_000  # bills in memory
AFTER = tuple(f"after_{name}" for name in SUMS)
BILL = (
    "id",
    "person_id",
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
    "package_price",
    "state",
    "version",
    *(f"stated_{name}" for name in PAYERS),
)
COMPARED = (*PAYERS, *AFTER, "missed")  # a settlement that differs in one of these is corrected
CURRENT = tuple(f"now__{name}" for name in ("id", *COMPARED))
IDENTITY = ("id", "person_id", "version", "now__id")  # what a fingerprint is made of
COUNTED = (BillState.SETTLED, BillState.WAITING)


def bills_of(run: SettlementRun) -> QuerySet[Bill]:
    """The bills that the run computes, beside their current settlement as `now`, in the order of person and day.

    A run about everybody whose year calls for a replay keeps to the people it found when it was computed.
    """
    rows = Bill.objects.filter(region=run.region, served_on__range=(date(run.year, 1, 1), date(run.year, 12, 31)))
    rows = rows.filter(state__in=COUNTED)
    if run.person_id:
        rows = rows.filter(person=run.person_id)
    elif run.purpose == RunPurpose.REPLAY:
        due = YearAccount.objects.filter(person=OuterRef("person"), year=run.year, needs_replay=True)
        found = RunResult.objects.filter(run=run).values("bill__person")
        rows = rows.filter(person__in=found) if run.totals else rows.filter(Exists(due))
    now = FilteredRelation("settlements", condition=Q(settlements__is_current=True))
    return rows.annotate(now=now).order_by("person_id", "served_on", "id")


def by_people(rows: QuerySet[Bill], columns: Sequence[str], at_once: int | None = None) -> Iterator[pl.DataFrame]:
    """The rows in their order, all of a person's together, about so many at once; nobody's year is cut."""
    return bulk.read_parts(rows, columns, "person_id", at_once or AT_ONCE)


class Fingerprint:
    """Tells whether the bills of a year, or their current settlements, are still those that somebody saw."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, frame: pl.DataFrame) -> None:
        """Take in the next rows; how they are cut into frames makes no difference."""
        seen = frame.select(pl.col(name).fill_null(0).cast(pl.Int64) for name in IDENTITY)
        self._digest.update(np.ascontiguousarray(seen.to_numpy()).tobytes())

    def text(self) -> str:
        """The fingerprint of everything taken in."""
        return self._digest.hexdigest()


def bills_seen(run: SettlementRun) -> str:
    """The fingerprint of the run's bills as they stand now."""
    found = Fingerprint()
    for frame in by_people(bills_of(run), IDENTITY, 10 * AT_ONCE):
        found.add(frame)
    return found.text()


def policy_seen(region: str) -> str:
    """The fingerprint of everything that documents say in the region now, and of the engine."""
    book = Rulebook(facts.local_documents([region]))
    said = repr([ENGINE, region, sorted(book.parameters.items())])
    return hashlib.sha256(said.encode()).hexdigest()


class Year:
    """Settles the bills of one run, some people at a time; the policy is asked once for each kind of bill."""

    def __init__(self, run: SettlementRun, overrides: Local) -> None:
        self.run, self.overrides = run, overrides
        self.table = CaseTable(Rulebook(facts.local_documents([run.region])))
        self.elsewhere = settled_elsewhere(run)
        self.priced = _priced()
        self.fingerprint = Fingerprint()

    def settled(self) -> Iterator[pl.DataFrame]:
        """The year in frames: the bill, its new amounts and sums, its current settlement, and "is_changed".

        A bill without an answer has an "obstacle" and zeros.
        """
        for frame in by_people(bills_of(self.run), (*BILL, *CURRENT)):
            self.fingerprint.add(frame)
            yield self._settle(frame)

    def _settle(self, frame: pl.DataFrame) -> pl.DataFrame:
        known = frame.with_columns(
            pl.lit(self.run.region).alias("region"), pl.lit(self.run.year, pl.Int64).alias("year")
        )
        free, stopped = self._free(known)
        free = computing.with_cases(self._with_price(free), self.table, self.overrides)
        columns = computing.as_columns(free)
        earlier = None
        if self.elsewhere.height:
            earlier = computing.earlier_sums(free, self.elsewhere)[0]
        results = settle_year(columns, self.table, earlier)
        missed = computing.missed(columns, computing.stated_of(free), results.before, self.table)
        done = free.with_columns(pl.Series("problem", results.problem), missed, *computing.amounts(results))
        if results.problem.any():
            unanswered = computing.without_answer(done.filter(pl.col("problem") != 0), self.table)
            stopped = pl.concat([stopped, unanswered])
        return _compared(done, known, stopped)

    def _free(self, known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What nothing stops, and what something does: of a settled bill that was looked at when it was settled."""
        waiting = known.filter(pl.col("state") == BillState.WAITING)
        if waiting.is_empty():
            return known, pl.DataFrame(schema={"id": pl.Int64, "obstacle": pl.String})
        free, stopped = computing.held_up(facts.with_facts(waiting))
        settled = known.filter(pl.col("state") == BillState.SETTLED)
        return pl.concat([settled, free.select(settled.columns)]), stopped

    def _with_price(self, free: pl.DataFrame) -> pl.DataFrame:
        """`price`: what the bill was settled at, else what is agreed now."""
        frame = free.with_columns(pl.col("package_price").alias("price"))
        if self.priced.is_empty():
            return frame
        wanted = free.filter(pl.col("package_price").is_null()).join(
            self.priced, on=["facility_id", "disease"], how="semi"
        )
        if wanted.is_empty():
            return frame
        found = facts.with_price(wanted).select("id", pl.col("price").alias("agreed"))
        return frame.join(found, on="id", how="left").with_columns(pl.coalesce("price", "agreed")).drop("agreed")


def _compared(done: pl.DataFrame, known: pl.DataFrame, stopped: pl.DataFrame) -> pl.DataFrame:
    """Results beside the current settlements."""
    differs = pl.any_horizontal(pl.col(name) != pl.col(f"now__{name}") for name in COMPARED)
    is_changed = (pl.col("now__id").is_null() | differs).alias("is_changed")
    frame = done.with_columns(is_changed, pl.lit(None, pl.String).alias("obstacle"))
    if stopped.is_empty():
        return frame
    frame = frame.filter(pl.col("problem") == 0)
    held = known.join(stopped, on="id")
    zeros = (*PAYERS, *(f"{when}_{name}" for when in ("before", "after") for name in SUMS), "settled_total", "problem")
    held = held.with_columns(
        *(pl.lit(0, pl.Int64).alias(name) for name in zeros),
        pl.lit(value=False).alias("is_changed"),
        pl.lit(None, pl.Int64).alias("case"),
        pl.lit(None, pl.Int64).alias("price"),
        pl.lit("").alias("missed"),
        pl.lit(value=False).alias("has_price"),
    )
    return pl.concat([frame, held.select(frame.columns)])


def settled_elsewhere(run: SettlementRun) -> pl.DataFrame:
    """What the same people's bills of the year add that were settled under another county, after a move."""
    in_year = Q(bill__served_on__range=(date(run.year, 1, 1), date(run.year, 12, 31)))
    others = Settlement.objects.filter(in_year, is_current=True).exclude(bill__region=run.region)
    own = Bill.objects.filter(person=OuterRef("bill__person"), region=run.region, state__in=COUNTED)
    if run.person_id:
        others = others.filter(bill__person=run.person_id)
    rows = others.filter(Exists(own.filter(served_on__range=(date(run.year, 1, 1), date(run.year, 12, 31)))))
    sums = [f"{when}_{name}" for when in ("before", "after") for name in SUMS]
    frame = bulk.read(rows.order_by(), ("bill__person_id", "bill__served_on", "bill_id", *sums))
    return frame.select(
        pl.col("bill__person_id").alias("person_id"),
        pl.lit(run.year, pl.Int64).alias("year"),
        pl.col("bill__served_on").alias("other_on"),
        pl.col("bill_id").alias("other_id"),
        *(
            (pl.col(f"after_{name}") - pl.col(f"before_{name}")).alias(moved)
            for name, moved in zip(SUMS, MOVED, strict=True)
        ),
    )


def out_of_step(people: pl.Series, year: int, region: str) -> pl.Series:
    """Who has bills, settled under another county, that begin from other sums than the bills before them add up to."""
    own = Bill.objects.filter(person=OuterRef("bill__person"), served_on__year=year, state=BillState.SETTLED)
    both = Exists(own.filter(region=region)), Exists(own.exclude(region=region))
    rows = Settlement.objects.filter(*both, bill__served_on__year=year, is_current=True)
    sums = [f"{when}_{name}" for when in ("before", "after") for name in SUMS]
    columns = ("bill__person_id", "bill__region", *sums)
    frame = bulk.read(rows.order_by("bill__person_id", "bill__served_on", "bill_id"), columns)
    known = frame.filter(pl.col("bill__person_id").is_in(people.implode()))
    moved = {name: pl.col(f"after_{name}") - pl.col(f"before_{name}") for name in SUMS}
    differs = (
        pl.col(f"before_{name}") != added.cum_sum().over("bill__person_id") - added for name, added in moved.items()
    )
    found = known.filter(pl.any_horizontal(differs))
    return found.filter(pl.col("bill__region") != region)["bill__person_id"].unique()


def _priced() -> pl.DataFrame:
    """The hospitals and diseases for which any price is agreed."""
    rows = LocalValue.objects.filter(parameter=PRICE, state=ValueState.CONFIRMED).values_list("place", "disease")
    pairs = set(rows)
    leaves = dict(Facility.objects.filter(place__in={place for place, _disease in pairs}).values_list("place", "pk"))
    found = [(leaves[place], disease) for place, disease in sorted(pairs) if place in leaves]
    return pl.DataFrame(found, schema={"facility_id": pl.Int64, "disease": pl.String}, orient="row")


def moved_sums(people: pl.Series, year: int) -> pl.DataFrame:
    """By person what the current settlements of the year add to each sum: "person_id" and SUMS."""
    asked = pl.DataFrame({"person_id": people}).with_columns(pl.lit(year, pl.Int64).alias("year"))
    found = facts.settled_before(asked).group_by("person_id").agg(pl.col(MOVED).sum())
    return found.rename(dict(zip(MOVED, SUMS, strict=True)))


def as_local(overrides: Mapping[str, str]) -> Local:
    """The overrides of a what-if as the engine takes them."""
    return read_local(dict(overrides))
