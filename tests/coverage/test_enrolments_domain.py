from datetime import date
from decimal import Decimal

import pytest

from healthaid.coverage.domain.cards import Period, served
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


@pytest.mark.parametrize(
    ("valid_to", "ended_on", "last"),
    [
        (None, None, None),
        (date(2018, 12, 31), None, date(2018, 12, 31)),
        (None, date(2018, 6, 10), date(2018, 6, 9)),
        (date(2018, 3, 31), date(2018, 6, 10), date(2018, 3, 31)),
        (date(2018, 12, 31), date(2018, 6, 10), date(2018, 6, 9)),
    ],
)
def test_card_serves_to_its_last_day_or_until_it_is_ended(valid_to, ended_on, last):
    assert served(date(2018, 1, 1), valid_to, ended_on) == Period(date(2018, 1, 1), last)


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2017-12-31", False), ("2018-01-01", True), ("2018-06-09", True), ("2018-06-10", False)],
)
def test_period_holds_on_both_its_days(day, holds):
    assert Period(date(2018, 1, 1), date(2018, 6, 9)).holds_on(date.fromisoformat(day)) == holds
