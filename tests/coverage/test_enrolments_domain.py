from datetime import date
from decimal import Decimal

import pytest

from healthaid.coverage.domain.enrolments import Tally, moment_of, years_to_choose

TODAY = date(2018, 6, 10)


@pytest.mark.parametrize(
    ("year", "on", "rules_on", "is_current"),
    [
        (2017, date(2017, 12, 31), date(2017, 12, 31), False),
        (2018, TODAY, TODAY, True),
        (2019, TODAY, date(2019, 1, 1), False),
    ],
)
def test_moment_of_a_year(year, on, rules_on, is_current):
    moment = moment_of(year, TODAY)

    assert (moment.on, moment.rules_on, moment.is_current) == (on, rules_on, is_current)


@pytest.mark.parametrize(
    ("today", "years"),
    [(TODAY, [2018, 2017]), (date(2018, 8, 31), [2018, 2017]), (date(2018, 9, 1), [2019, 2018, 2017])],
)
def test_next_year_is_offered_when_its_premium_is_collected(today, years):
    assert years_to_choose(today) == years


@pytest.mark.parametrize(
    ("tally", "gap", "percent", "reached"),
    [
        (Tally(10, 10, 0), 0, "100.0%", True),
        (Tally(10, 9, 1), 0, "100.0%", True),
        (Tally(10, 9, 0), 1, "90.0%", False),
        (Tally(10_000, 9_999, 0), 1, "99.9%", False),  # never rounded up to everybody
        (Tally(1, 0, 1), 0, "—", True),
        (Tally(), 0, "—", True),
    ],
)
def test_tally_tells_gap_and_rate(tally, gap, percent, reached):
    assert (tally.gap, tally.percent, tally.reaches(Decimal("1.00"))) == (gap, percent, reached)


def test_tallies_add():
    assert Tally(10, 8, 1) + Tally(5, 5, 0) == Tally(15, 13, 1)
