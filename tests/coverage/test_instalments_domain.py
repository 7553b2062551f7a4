"""Paying in parts: plans, what payments settle, what is overdue on a day."""

from datetime import date
from decimal import Decimal

import pytest

from healthaid.coverage.domain.instalments import (
    MOST_PARTS,
    Part,
    PlanFault,
    adjusted,
    equal_parts,
    fault_of,
    months_after,
    position,
    settled_parts,
    spread,
    sum_of,
)

TODAY = date(2018, 8, 1)
PLAN = [
    Part(date(2018, 8, 31), Decimal("100.00")),
    Part(date(2018, 9, 30), Decimal("100.00")),
    Part(date(2018, 10, 31), Decimal("100.01")),
]


def plan(*parts):
    """A plan written as "08-31 100.00" in 2018."""
    return [Part(date.fromisoformat(f"2018-{text.split()[0]}"), Decimal(text.split()[1])) for text in parts]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2018, 1, 31), 1, date(2018, 2, 28)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2018, 11, 15), 2, date(2019, 1, 15)),
        (date(2018, 12, 31), 12, date(2019, 12, 31)),
        (date(2018, 5, 31), 0, date(2018, 5, 31)),
    ],
)
def test_months_after_keeps_the_day_where_the_month_has_it(day, months, expected):
    assert months_after(day, months) == expected


@pytest.mark.parametrize(
    ("amount", "number", "amounts"),
    [
        ("1847.00", 1, ["1847.00"]),
        ("1847.00", 3, ["615.66", "615.66", "615.68"]),
        ("100.00", 3, ["33.33", "33.33", "33.34"]),
        ("0.05", 5, ["0.01"] * 5),
        ("0.09", 5, ["0.01", "0.01", "0.01", "0.01", "0.05"]),
        ("600.00", 6, ["100.00"] * 6),
    ],
)
def test_equal_parts_add_up_with_the_remainder_in_the_last(amount, number, amounts):
    parts = equal_parts(Decimal(amount), number, date(2018, 8, 31))

    assert [str(part.amount) for part in parts] == amounts
    assert sum_of(parts) == Decimal(amount)
    assert [part.due_on for part in parts] == [months_after(date(2018, 8, 31), ahead) for ahead in range(number)]


@pytest.mark.parametrize(("amount", "number"), [("0.04", 5), ("100.00", 0), ("100.00", MOST_PARTS + 1), ("0.00", 1)])
def test_equal_parts_refuses_what_cannot_be_divided(amount, number):
    with pytest.raises(ValueError, match=str(number)):
        equal_parts(Decimal(amount), number, TODAY)


@pytest.mark.parametrize(
    ("parts", "left", "expected"),
    [
        (plan("08-31 100.00", "09-30 50.00"), "150.00", None),
        (plan("08-01 150.00"), "150.00", None),  # today
        ([], "150.00", PlanFault.EMPTY),
        (plan("08-31 150.00") * (MOST_PARTS + 1), "150.00", PlanFault.TOO_MANY),
        (plan("08-31 150.00", "09-30 0.00"), "150.00", PlanFault.NOT_POSITIVE),
        (plan("09-30 100.00", "08-31 50.00"), "150.00", PlanFault.NOT_RISING),
        (plan("08-31 100.00", "08-31 50.00"), "150.00", PlanFault.NOT_RISING),
        (plan("07-31 150.00"), "150.00", PlanFault.PAST),
        (plan("08-31 100.00", "09-30 50.01"), "150.00", PlanFault.SUM),
        (plan("08-31 100.00", "09-30 49.99"), "150.00", PlanFault.SUM),
    ],
)
def test_fault_of_names_what_is_wrong(parts, left, expected):
    assert fault_of(parts, Decimal(left), TODAY) == expected


@pytest.mark.parametrize(
    ("paid", "shares"),
    [
        ("0.00", ["0.00", "0.00", "0.00"]),
        ("50.00", ["50.00", "0.00", "0.00"]),
        ("100.00", ["100.00", "0.00", "0.00"]),
        ("250.00", ["100.00", "100.00", "50.00"]),
        ("300.01", ["100.00", "100.00", "100.01"]),
        ("400.00", ["100.00", "100.00", "100.01"]),  # too much, after a correction
    ],
)
def test_spread_settles_the_oldest_part_first(paid, shares):
    found = spread(list(reversed(PLAN)), Decimal(paid))

    assert [str(each.paid) for each in found] == shares


@pytest.mark.parametrize(
    ("on", "paid", "overdue", "next_on"),
    [
        (date(2018, 8, 31), "0.00", "0.00", date(2018, 8, 31)),  # the last day is in time
        (date(2018, 9, 1), "0.00", "100.00", date(2018, 9, 30)),
        (date(2018, 9, 1), "99.99", "0.01", date(2018, 9, 30)),
        (date(2018, 9, 1), "100.00", "0.00", date(2018, 9, 30)),
        (date(2018, 10, 1), "150.00", "50.00", date(2018, 10, 31)),
        (date(2018, 11, 1), "0.00", "300.01", None),
        (date(2018, 11, 1), "300.01", "0.00", None),
    ],
)
def test_position_tells_what_is_overdue_on_a_day(on, paid, overdue, next_on):
    found = position(PLAN, Decimal("300.01"), Decimal(paid), on)

    assert found.overdue == Decimal(overdue)
    assert (found.next_part.part.due_on if found.next_part else None) == next_on
    assert found.left == Decimal("300.01") - Decimal(paid)


@pytest.mark.parametrize(
    ("paid", "kept"),
    [
        ("0.00", []),
        ("30.00", plan("08-31 30.00")),
        ("100.00", plan("08-31 100.00")),
        ("150.00", plan("08-31 100.00", "09-15 50.00")),  # paid before its day: the day is today's
    ],
)
def test_settled_parts_stay_as_far_as_they_are_paid(paid, kept):
    assert settled_parts(PLAN, Decimal(paid), date(2018, 9, 15)) == kept


@pytest.mark.parametrize(
    ("due", "amounts"),
    [
        ("300.01", ["100.00", "100.00", "100.01"]),
        ("350.01", ["100.00", "100.00", "150.01"]),
        ("250.00", ["100.00", "100.00", "50.00"]),
        ("100.00", ["100.00"]),
        ("40.00", ["40.00"]),
        ("0.00", []),
    ],
)
def test_adjusted_plan_takes_the_difference_at_its_end(due, amounts):
    parts = adjusted(PLAN, Decimal(due))

    assert [str(part.amount) for part in parts] == amounts
    assert sum_of(parts) == Decimal(due)
