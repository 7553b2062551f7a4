"""The settlement engine alone: one bill beside an empty call, and a year of bills by columns beside one by one."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median
from time import perf_counter_ns

import numpy as np
from measuring import Bench, Goal, Way

from healthaid.coverage.settlement.bill import Bill, Running
from healthaid.coverage.settlement.columns import Bills, CaseTable, settle_year
from healthaid.coverage.settlement.engine import settle
from healthaid.coverage.settlement.reading import bill_from_json, read_local
from healthaid.coverage.settlement.result import as_json
from healthaid.coverage.settlement.rulebook import Rulebook, case_of, documents_alone

DATABASES = ("sqlite",)
CALLS = 20_000
MOST_MICROSECONDS = 100
YEAR, ONE_BY_ONE, BILLS_A_PERSON, GROUP = 1_000_000, 20_000, 4, 100_000
LOCAL = read_local({"critical.deductible.ordinary": "10000", "income.rural_per_capita.previous_year": "9000"})
WORDS = b"""{"region": "533103", "date": "2018-07-15", "setting": "inpatient", "referral": "compliant",
 "facility": {"level": "prefecture", "tier": 3}, "disease": "lung_cancer", "total": "86543.21", "in_policy": "80000.00",
 "necessary_out_of_catalogue": "2000.00",
 "local": {"critical.deductible.ordinary": "10000", "income.rural_per_capita.previous_year": "9000"}}"""


def benches() -> Iterator[Bench]:
    one = bill_from_json(WORDS)
    tell_medians(one)
    yield Bench(
        "one bill",
        [
            Way("an empty call", lambda: repeat(nothing, one), CALLS),
            Way("settle", lambda: repeat(settle, one), CALLS),
            Way("settle and explain", lambda: repeat(explained, one), CALLS),
            Way("read, settle and explain", lambda: repeat(read_and_explained, WORDS), CALLS),
        ],
        unit="bill",
    )
    bills = list(make_bills(ONE_BY_ONE))
    cases = CaseTable(documents_alone())
    groups = make_columns(bills, cases)
    yield Bench(
        f"a year of {YEAR:,} bills, {BILLS_A_PERSON} a person, in groups of {GROUP:,}",
        [
            Way("one by one", lambda: repeat_all(bills), ONE_BY_ONE),
            Way("by columns", lambda: [settle_year(group, cases) for group in groups], YEAR),
        ],
        [Goal("by columns", "one by one", 1 / 4)],
        unit="bill",
    )


def tell_medians(one: Bill) -> None:
    """The median of single calls, in microseconds; stops the run where the promise is broken."""
    empty, warm = single(nothing, one), single(settle, one)
    cold = single(lambda bill: settle(bill, Rulebook()), one, 20)
    print(f"  one bill: median {warm:.1f} µs, an empty call {empty:.2f} µs, ratio {warm / empty:.0f}")
    print(f"  the same with every rule looked up anew, rulebook included: {cold:.0f} µs")
    if warm > MOST_MICROSECONDS:
        raise SystemExit(f"MISSED one bill: at most {MOST_MICROSECONDS} µs")


def single(call: object, bill: Bill, calls: int = CALLS) -> float:
    taken = []
    for _ in range(calls):
        start = perf_counter_ns()
        call(bill)
        taken.append(perf_counter_ns() - start)
    return median(taken) / 1000


def nothing(_bill: Bill) -> None:
    pass


def explained(bill: Bill) -> dict:
    return as_json(settle(bill))


def read_and_explained(words: bytes) -> dict:
    return as_json(settle(bill_from_json(words)))


def repeat(call: object, argument: object) -> None:
    for _ in range(CALLS):
        call(argument)


def repeat_all(bills: list[Bill]) -> None:
    for bill in bills:
        settle(bill)


def make_bills(size: int) -> Iterator[Bill]:
    """The same mixture every time: stays at all levels, a tenth with a listed disease, special outpatient care."""
    chance = random.Random(11)  # noqa: S311 -- the same bills every time
    for _ in range(size):
        is_stay = chance.random() < 0.6
        total = int(chance.lognormvariate(13, 1.2))
        yield Bill(
            region="533103",
            on=date(2018, 1, 1) + timedelta(days=chance.randrange(365)),
            setting="inpatient" if is_stay else "outpatient_special",
            level=chance.choice(("township", "county", "county", "prefecture")),
            tier=chance.choice((1, 2, 2, 3)),
            referral="compliant" if chance.random() < 0.98 else "hospital_fault",
            disease=chance.choice(("gastric_cancer", "end_stage_renal_disease", "diabetes"))
            if chance.random() < 0.1 or not is_stay
            else "",
            total=total,
            in_policy=int(total * chance.uniform(0.85, 1)),
            before=Running(0, 0, 0, 0),
            local=LOCAL,
        )


def make_columns(bills: list[Bill], cases: CaseTable) -> list[Bills]:
    """The bills over and over, dealt out to people, in groups of people."""
    rows = [
        (one.on.toordinal(), cases.number(one.region, one.on, case_of(one), one.local), one.total, one.in_policy)
        for one in bills
    ]
    day, case, total, in_policy = np.tile(np.array(rows, dtype=np.int64).T, YEAR // len(rows))
    number = np.arange(YEAR, dtype=np.int64)
    nothing_given = np.zeros(YEAR, dtype=np.int64)
    whole = Bills(number // BILLS_A_PERSON, day, number, case, total, in_policy, nothing_given, nothing_given)
    return [Bills(*(column[start : start + GROUP] for column in whole)) for start in range(0, YEAR, GROUP)]
