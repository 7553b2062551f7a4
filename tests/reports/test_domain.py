from datetime import date
from decimal import Decimal

import pytest

from healthaid.reports.domain import (
    Side,
    Standing,
    Value,
    ancestors_of,
    day_counted,
    faults,
    last_day,
    month_of,
    next_month,
    previous_month,
    roll_up,
    standing,
    withheld,
)


@pytest.mark.parametrize("text", ["", "2018", "2018-13", "2018-00", "18-06", "2018-6", "2018-06-01", "二〇一八-六"])
def test_month_of_refuses_what_is_no_month(text):
    with pytest.raises(ValueError):  # noqa: PT011 -- the words are int's and date's own
        month_of(text)


@pytest.mark.parametrize(
    ("month", "last", "previous", "following"),
    [
        ("2018-06", date(2018, 6, 30), date(2018, 5, 1), date(2018, 7, 1)),
        ("2018-01", date(2018, 1, 31), date(2017, 12, 1), date(2018, 2, 1)),
        ("2018-12", date(2018, 12, 31), date(2018, 11, 1), date(2019, 1, 1)),
        ("2020-02", date(2020, 2, 29), date(2020, 1, 1), date(2020, 3, 1)),
    ],
)
def test_months_end_and_follow_each_other(month, last, previous, following):
    first = month_of(month)

    assert (last_day(first), previous_month(first), next_month(first)) == (last, previous, following)


def test_day_counted_is_the_last_day_or_today_while_the_month_runs():
    assert day_counted(date(2018, 6, 1), date(2018, 7, 2)) == date(2018, 6, 30)
    assert day_counted(date(2018, 6, 1), date(2018, 6, 12)) == date(2018, 6, 12)


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [(0, 0, "—"), (3, None, "—"), (1, 3, "33.3%"), (2, 2, "100%"), (19_999, 20_000, "99.9%"), (0, 5, "0.0%")],
)
def test_percent_never_rounds_up_to_what_was_not_reached(numerator, denominator, text):
    assert Value(numerator, denominator).percent == text


def test_values_add_up_and_keep_counts_without_a_denominator():
    assert Value(1, 2) + Value(3, 5) == Value(4, 7)
    assert Value(1) + Value(3) == Value(4)
    assert [Value(4, 7).on(side) for side in Side] == [4, 7, 3]


@pytest.mark.parametrize(
    ("value", "target", "is_rate", "expected"),
    [
        (Value(9, 10), Decimal("0.9"), True, Standing.REACHED),
        (Value(89, 100), Decimal("0.9"), True, Standing.SHORT),
        (Value(0, 0), Decimal(1), True, Standing.NOTHING_DUE),
        (Value(5, 10), None, True, Standing.NO_TARGET),
        (Value(0), Decimal(0), False, Standing.REACHED),
        (Value(2), Decimal(0), False, Standing.SHORT),
    ],
)
def test_standing_to_a_target(value, target, is_rate, expected):
    assert standing(value, target, is_rate=is_rate) == expected


def test_roll_up_sums_villages_at_and_below_each_place():
    villages = {"1/2/3/": {"people": Value(4)}, "1/2/4/": {"people": Value(6)}, "1/5/6/": {"people": Value(1)}}

    totals = roll_up(villages, ["1/", "1/2/", "1/2/3/", "1/5/", "1/7/"])

    numbers = {path: values.get("people") for path, values in totals.items()}
    assert numbers == {"1/": Value(11), "1/2/": Value(10), "1/2/3/": Value(4), "1/5/": Value(1), "1/7/": None}
    assert ancestors_of("1/2/3/") == ["1/2/3/", "1/2/", "1/"]


def test_faults_tell_parts_that_do_not_add_up_and_numerators_too_great():
    totals = {"1/": {"people": Value(5)}, "1/2/": {"people": Value(3)}, "1/3/": {"people": Value(1)}}

    assert faults(totals, {"1/": ["1/2/", "1/3/"]}) == [("1/", "people")]
    assert faults({"1/": {"contracts": Value(3, 2)}}, {}) == [("1/", "contracts")]
    assert faults({"1/": {"contracts": Value(2, 2)}}, {}) == []


@pytest.mark.parametrize(
    ("few", "shown"),
    [
        ([], {}),
        (["1/2/3/4/"], {"1/2/3/4/": "<5", "1/2/3/": "…", "1/2/": "…", "1/": "…"}),
        (["1/2/3/4/", "1/2/3/"], {"1/2/3/4/": "<5", "1/2/3/": "<5", "1/2/": "…", "1/": "…"}),
        (["1/2/3/4/", "1/2/3/5/"], {"1/2/3/4/": "<5", "1/2/3/5/": "<5"}),  # nobody can tell which of the two
        (
            ["1/2/3/", "1/2/6/7/", "1/2/6/8/"],
            {"1/2/3/": "<5", "1/2/6/7/": "<5", "1/2/6/8/": "<5", "1/2/": "…", "1/": "…"},
        ),
    ],
)
def test_few_people_are_withheld_and_so_are_wholes_that_give_them_away(few, shown):
    assert {path: value.withheld for path, value in withheld(few).items()} == shown
