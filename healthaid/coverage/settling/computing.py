"""From bills with their facts to settlements: what stands in the way, what the engine pays, promises, warnings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from healthaid.coverage.enums import Obstacle, Referral, Setting
from healthaid.coverage.settlement.basis import Basis, Case
from healthaid.coverage.settlement.bill import Local, Running
from healthaid.coverage.settlement.columns import (
    BEYOND_OPEN_CAP,
    COLUMNS,
    Bills,
    CaseTable,
    Column,
    Results,
    settle_year,
)
from healthaid.coverage.settlement.engine import OPEN_CAP
from healthaid.coverage.settlement.layers import PAYERS, Amounts, Terms, outcome
from healthaid.coverage.settlement.result import INCOME_CAP, MEASURES, is_met, promised_of
from healthaid.coverage.settlement.rulebook import Rulebook
from healthaid.coverage.settlement.stated import Stated, as_paid
from healthaid.coverage.settling.facts import MOVED, SUMS
from healthaid.policy.domain import Unresolved

CASE = ("region", "setting", "level", "tier", "referral", "disease", "has_price")
NO_LOCAL: Local = {}


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of bills: `done` has the columns of a settlement, "case" and "is_late"; `waiting` "id", "obstacle"."""

    done: pl.DataFrame
    waiting: pl.DataFrame
    bases: Mapping[int, Basis]  # by the number in "case"


def settle(bills: pl.DataFrame, before: pl.DataFrame, local: Mapping[str, Sequence[Any]]) -> Settled:
    """Settle bills that have their facts, each person's in the order of day and number.

    `before` is what `facts.settled_before` gives; `local` are the local documents of the bills' regions.
    """
    free, stopped = held_up(bills)
    table = CaseTable(Rulebook(local))
    free = with_cases(free, table)
    earlier, is_late = earlier_sums(free, before)
    columns = as_columns(free)
    results = settle_year(columns, table, earlier)
    frame = free.with_columns(pl.Series("problem", results.problem), pl.Series("is_late", is_late), *amounts(results))
    bases = bases_of(table)
    frame = frame.with_columns(missed(columns, stated_of(frame), results.before, table), warnings(bases))
    if results.problem.any():
        stopped = pl.concat([stopped, without_answer(frame.filter(pl.col("problem") != 0), table)])
    return Settled(frame.filter(pl.col("problem") == 0), stopped, bases)


def bases_of(table: CaseTable) -> dict[int, Basis]:
    """What the resolved cases rest on, by their number."""
    return {number: found for number, found in enumerate(table.found) if isinstance(found, Basis)}


def held_up(bills: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Bills with their facts that nothing stops, and of the others "id" and "obstacle"."""
    looked_at = bills.with_columns(_obstacle().alias("code"))
    stopped = looked_at.filter(pl.col("code").is_not_null()).select("id", _as_json(("code", pl.col("code"))))
    return looked_at.filter(pl.col("code").is_null()), stopped


def _obstacle() -> pl.Expr:
    """The first thing that has to be put right before the bill can be settled; null when nothing has."""
    is_special = pl.col("setting") == Setting.OUTPATIENT_SPECIAL
    return (
        pl.when(~pl.col("tier").is_in(["1", "2", "3"]))
        .then(pl.lit(Obstacle.NO_TIER.value))
        .when(~pl.col("is_poor"))
        .then(pl.lit(Obstacle.NOT_POOR.value))
        .when(pl.col("is_enrolled") == pl.lit(value=False))
        .then(pl.lit(Obstacle.NOT_ENROLLED.value))
        .when(is_special & (pl.col("disease") == ""))
        .then(pl.lit(Obstacle.NO_DISEASE.value))
        .when(is_special & pl.col("benefit").is_null())
        .then(pl.lit(Obstacle.NOT_OUTPATIENT_DISEASE.value))
        .when(is_special & ~pl.col("has_card"))
        .then(pl.lit(Obstacle.NO_CARD.value))
    )


def _as_json(*items: tuple[str, pl.Expr]) -> pl.Expr:
    """An obstacle as its column keeps it; codes and days need no escaping."""
    parts: list[pl.Expr] = []
    for name, value in items:
        parts += [pl.lit(f'{", " if parts else "{"}"{name}": "'), value.cast(pl.String), pl.lit('"')]
    return pl.concat_str(*parts, pl.lit("}")).alias("obstacle")


def with_cases(frame: pl.DataFrame, table: CaseTable, local: Local = NO_LOCAL) -> pl.DataFrame:
    """Add "case", the number of what decides each bill's terms; equal ones of one stretch of days are asked once.

    `local` prevails over every document, as in the engine.
    """
    paid_as = pl.col("referral").replace({Referral.FILED_LATE.value: Referral.COMPLIANT.value})
    first_days = np.array(table.rulebook.first_days, dtype="datetime64[D]")
    stretch = np.searchsorted(first_days, frame["served_on"].to_numpy().astype("datetime64[D]"), side="right")
    frame = frame.with_columns(
        paid_as.alias("referral"), pl.col("price").is_not_null().alias("has_price"), pl.Series("stretch", stretch)
    )
    kinds = frame.group_by("stretch", *CASE, maintain_order=True).agg(pl.col("served_on").first())
    numbers = [
        table.number(row["region"], row["served_on"], _case_of(row), local) for row in kinds.iter_rows(named=True)
    ]
    kinds = kinds.drop("served_on").with_columns(pl.Series("case", numbers, pl.Int64))
    return frame.join(kinds, on=["stretch", *CASE], how="left", maintain_order="left").drop("stretch")


def _case_of(row: Mapping[str, Any]) -> Case:
    return Case(
        row["setting"], row["level"], int(row["tier"]), row["referral"], row["disease"], has_price=row["has_price"]
    )


def earlier_sums(frame: pl.DataFrame, before: pl.DataFrame) -> tuple[Running[Column], Column]:
    """What earlier settlements add before each bill, and whether later ones stand behind it."""
    beside = frame.select("id", "person_id", "year", "served_on").join(before, on=["person_id", "year"])
    precedes = (pl.col("other_on") < pl.col("served_on")) | (
        (pl.col("other_on") == pl.col("served_on")) & (pl.col("other_id") < pl.col("id"))
    )
    added = (
        beside.with_columns(precedes.alias("precedes"))
        .group_by("id")
        .agg(*(pl.col(name).filter("precedes").sum() for name in MOVED), (~pl.col("precedes")).any().alias("late"))
    )
    found = frame.select("id").join(added, on="id", how="left", maintain_order="left")
    found = found.select(pl.col(MOVED).fill_null(0), pl.col("late").fill_null(value=False))
    return Running(*(found[name].to_numpy() for name in MOVED)), found["late"].to_numpy()


def as_columns(frame: pl.DataFrame) -> Bills:
    """The bills as the engine takes columns."""
    owners = frame.select(pl.struct("person_id", "year").rank("dense").cast(pl.Int64)).to_series()
    named = (owners, frame["served_on"].to_physical(), frame["id"], frame["case"], frame["total"], frame["in_policy"])
    more = (frame["necessary"], frame["price"].fill_null(0))
    return Bills(*(series.cast(pl.Int64).to_numpy() for series in (*named, *more)))


def amounts(results: Results) -> list[pl.Series]:
    """The results as the columns of a settlement."""
    sums = [
        pl.Series(f"{when}_{name}", column)
        for when, running in (("before", results.before), ("after", results.after))
        for name, column in zip(SUMS, running, strict=True)
    ]
    return [
        *(pl.Series(name, getattr(results, name)) for name in PAYERS),
        pl.Series("settled_total", results.total),
        *sums,
    ]


def without_answer(frame: pl.DataFrame, table: CaseTable) -> pl.DataFrame:
    """The bills for which the policy has no answer, with the parameter, the place and the day."""
    names = {number: found.parameter for number, found in enumerate(table.found) if isinstance(found, Unresolved)}
    parameter = (
        pl.when(pl.col("problem") == BEYOND_OPEN_CAP)
        .then(pl.lit(OPEN_CAP))
        .otherwise(pl.col("case").replace_strict(names, default=None, return_dtype=pl.String))
    )
    told = (
        ("code", pl.lit(Obstacle.PARAMETER.value)),
        ("parameter", parameter),
        ("place", pl.col("region")),
        ("on", pl.col("served_on")),
    )
    return frame.select("id", _as_json(*told))


def stated_of(frame: pl.DataFrame) -> Stated[Column]:
    """What the papers of bills state that was paid: all of it where they name the person's part."""
    is_stated = pl.col("stated_personal").is_not_null()
    payers = (pl.col(f"stated_{name}").fill_null(0) for name in Stated._fields[1:])
    columns = frame.select(each.cast(pl.Int64) for each in (is_stated, *payers))
    return Stated(*(column.to_numpy() for column in columns))


def missed(bills: Bills, stated: Stated[Column], before: Running[Column], table: CaseTable) -> pl.Series:
    """The promises that each bill was held against and did not meet: codes joined by commas."""
    terms, resolved = table.terms(), table.resolved()
    charged = Amounts(bills.total, bills.in_policy, bills.necessary, bills.price)
    own = Terms(*(column[bills.case] for column in terms))
    whole = as_paid(outcome(charged, own, before, COLUMNS), stated, own.hospital_pays, COLUMNS)
    texts = np.full(len(bills.total), "", dtype=object)
    for code in (*MEASURES, INCOME_CAP):
        promised = np.array([_promised(found, code) for found in table.found] or [0], dtype=np.int64)[bills.case]
        asked = (promised >= 0) & resolved[bills.case]
        texts[asked & ~is_met(code, whole, promised)] += f",{code}"
    return pl.Series("missed", [text[1:] for text in texts], pl.String)


def _promised(found: Basis | Unresolved, code: str) -> int:
    """What is promised: parts per million, or fen of a year; -1 where this is not."""
    if isinstance(found, Unresolved) or code not in found.promises:
        return -1
    return promised_of(code, found.promises[code])


def warnings(bases: Mapping[int, Basis]) -> pl.Expr:
    """What a person should look at, though the bill is settled: codes joined by commas."""
    engine = {number: ",".join(basis.warnings) for number, basis in bases.items()}
    differs = pl.any_horizontal((pl.col(f"stated_{name}") != pl.col(name)).fill_null(value=False) for name in PAYERS)
    codes = (
        pl.col("case").replace_strict(engine, default="", return_dtype=pl.String),
        pl.when((pl.col("total") > pl.col("in_policy")) & ~pl.col("is_signed").fill_null(value=False))
        .then(pl.lit("unsigned"))
        .otherwise(pl.lit("")),
        pl.when(differs).then(pl.lit("stated_differs")).otherwise(pl.lit("")),
        pl.when(pl.col("is_enrolled").is_null()).then(pl.lit("enrolment_unknown")).otherwise(pl.lit("")),
    )
    return pl.concat_list(*codes).list.eval(pl.element().filter(pl.element() != "")).list.join(",").alias("warnings")
