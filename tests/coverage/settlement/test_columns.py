"""Columns give to the fen what the engine gives bill by bill."""

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from healthaid.coverage.settlement.bill import LIMIT, Running
from healthaid.coverage.settlement.columns import (
    AMOUNTS,
    BEYOND_OPEN_CAP,
    SETTLED,
    UNRESOLVED,
    Bills,
    CaseTable,
    settle_year,
)
from healthaid.coverage.settlement.engine import Settled, replay
from healthaid.coverage.settlement.rulebook import Rulebook, case_of, documents_alone
from healthaid.policy.domain import Missing
from tests.coverage.settlement.bills import bill
from tests.coverage.settlement.strategies import bills

REGIONS = (("532801", 2018), ("532801", 2021), ("533103", 2017), ("533103", 2018), ("533123", 2018), ("620102", 2019))


# The bills of some people of one region and year, in order of arrival, as (person, bill).
years = st.one_of(
    [
        st.lists(st.tuples(st.integers(1, 4), bills(region=region, year=year, running=False)), max_size=25)
        for region, year in REGIONS
    ]
)


def columns_of(numbered, cases):
    rows = [
        (
            person,
            one.on.toordinal(),
            number,
            cases.number(one.region, one.on, case_of(one), one.local),
            one.total,
            one.in_policy,
            one.necessary,
            one.package_price or 0,
        )
        for number, (person, one) in enumerate(numbered)
    ]
    return Bills(*np.array(rows, dtype=np.int64).reshape(-1, len(Bills._fields)).T)


@settings(max_examples=100, deadline=None)
@given(years)
def test_columns_settle_as_the_engine_does(year):
    cases = CaseTable(documents_alone())

    results = settle_year(columns_of(year, cases), cases)

    people = defaultdict(list)
    for number, (person, one) in enumerate(year):
        people[person].append((number, one))
    for own in people.values():
        for number, expected in replay(own).items():
            if isinstance(expected, Settled):
                assert results.problem[number] == SETTLED
                assert [getattr(results, name)[number] for name in AMOUNTS] == [
                    getattr(expected.outcome, name) for name in AMOUNTS
                ]
                assert Running(*(column[number] for column in results.after)) == expected.outcome.after
                assert Running(*(column[number] for column in results.before)) == expected.bill.before
            else:
                assert results.problem[number] == BEYOND_OPEN_CAP


def test_unresolved_bill_has_zeros_and_moves_no_sum():
    cases = CaseTable(documents_alone())
    good, bad = bill(), bill(facility={"level": "province", "tier": 3}, date="2018-07-14")

    results = settle_year(columns_of([(1, bad), (1, good)], cases), cases)

    assert results.problem.tolist() == [UNRESOLVED, SETTLED]
    assert isinstance(cases.found[0], Missing)
    assert results.total.tolist() == [0, 2_000_000]
    assert results.after.personal.tolist() == [0, 194_000]


def test_no_bills_give_no_results():
    cases = CaseTable(Rulebook())

    assert settle_year(columns_of([], cases), cases).total.tolist() == []


def test_largest_bills_do_not_overflow():
    largest = f"{LIMIT // 100}.00"
    cases = CaseTable(documents_alone())
    serious = bill(facility={"level": "prefecture", "tier": 3}, disease="lung_cancer", total=largest, in_policy=largest)
    numbered = [(1, serious)] * 30

    results = settle_year(columns_of(numbered, cases), cases)

    own = replay(enumerate(one for _, one in numbered))
    assert results.personal.tolist() == [own[number].outcome.personal for number in range(30)]
    assert results.after.critical_base[-1] == own[29].outcome.after.critical_base


def test_case_number_is_that_of_the_stretch_of_days():
    cases = CaseTable(documents_alone())

    numbers = [
        cases.number("533103", one.on, case_of(one), one.local)
        for one in (bill(date="2018-06-10"), bill(date="2018-12-31"), bill(date="2018-06-09"))
    ]

    assert numbers == [0, 0, 1]


@settings(max_examples=80, deadline=None)
@given(years, st.integers(0, 4))
def test_a_year_settled_in_two_parts_comes_out_the_same(year, quarters):
    """What came first may be settled before; its movements then stand in front of the rest."""
    ordered = sorted(year, key=lambda item: item[1].on)
    cut = len(ordered) * quarters // 4
    cases = CaseTable(documents_alone())
    whole = settle_year(columns_of(ordered, cases), cases)
    first = settle_year(columns_of(ordered[:cut], cases), cases)
    people = [person for person, _ in ordered]

    def moved(name, person):
        steps = getattr(first.after, name) - getattr(first.before, name)
        return sum(int(step) for step, owner in zip(steps, people, strict=False) if owner == person)

    earlier = Running(
        *(np.array([moved(name, person) for person in people[cut:]], dtype=np.int64) for name in Running._fields)
    )
    rest = settle_year(columns_of(ordered[cut:], cases), cases, earlier)

    assert whole.personal[cut:].tolist() == rest.personal.tolist()
    assert whole.after.critical_base[cut:].tolist() == rest.after.critical_base.tolist()
    assert whole.problem[cut:].tolist() == rest.problem.tolist()
