"""What is left, the year's ratio, and what is overdue."""

from datetime import date
from decimal import Decimal

import pytest

from healthaid.coverage.domain.funds import Cell, Overdue, last_month_due, overdue, whole

JULY, AUGUST, SEPTEMBER = (date(2018, month, 1) for month in (7, 8, 9))


def cell(due, paid="0.00"):
    return Cell(Decimal(due), Decimal(paid))


@pytest.mark.parametrize(
    ("due", "paid", "left", "percent", "is_reached"),
    [
        ("100.00", "85.00", "15.00", "85.00%", True),
        ("100.00", "84.99", "15.01", "84.99%", False),
        ("3.00", "2.55", "0.45", "85.00%", True),
        ("0.00", "0.00", "0.00", "—", True),
        ("-5.00", "0.00", "-5.00", "—", True),  # corrections took more back than was settled
        ("100.00", "110.00", "-10.00", "110.00%", True),
    ],
)
def test_cell_tells_left_and_ratio(due, paid, left, percent, is_reached):
    found = cell(due, paid)

    assert (found.left, found.percent, found.reaches(Decimal("0.85"))) == (Decimal(left), percent, is_reached)


def test_whole_adds_cells():
    assert whole([cell("1.01", "0.50"), cell("-0.01"), cell("2.00", "2.00")]) == cell("3.00", "2.50")
    assert whole([]) == Cell()


@pytest.mark.parametrize(
    ("today", "interval", "expected"),
    [
        (date(2018, 9, 1), 1, JULY),
        (date(2018, 9, 30), 1, JULY),
        (date(2018, 10, 1), 1, AUGUST),
        (date(2018, 10, 31), 2, JULY),
        (date(2018, 12, 31), 1, date(2018, 10, 1)),
        (date(2019, 1, 1), 1, date(2018, 11, 1)),
    ],
)
def test_last_month_due_follows_the_interval(today, interval, expected):
    assert last_month_due(today, interval) == expected


@pytest.mark.parametrize(
    ("months", "until", "expected"),
    [
        ({JULY: cell("100.00")}, AUGUST, Overdue(Decimal("100.00"), JULY)),
        ({JULY: cell("100.00", "100.00"), AUGUST: cell("50.00", "20.00")}, AUGUST, Overdue(Decimal("30.00"), AUGUST)),
        ({SEPTEMBER: cell("100.00")}, AUGUST, None),
        ({JULY: cell("100.00", "100.00")}, AUGUST, None),
        ({JULY: cell("100.00"), AUGUST: cell("-100.00")}, AUGUST, None),  # taken back a month later
        ({JULY: cell("100.00"), AUGUST: cell("-40.00")}, AUGUST, Overdue(Decimal("60.00"), JULY)),
        ({}, AUGUST, None),
    ],
)
def test_overdue_sets_off_what_was_taken_back(months, until, expected):
    assert overdue(months, until) == expected
