from datetime import date

import pytest

from signing.domain import Period, contract_number, first_day_without, is_due, renewal_period, service_year


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        ("2018-01-01", "2018-12-31"),
        ("2018-06-10", "2019-06-09"),
        ("2019-03-01", "2020-02-29"),
        ("2020-02-29", "2021-02-28"),
        ("2020-03-01", "2021-02-28"),
    ],
)
def test_service_year_ends_on_the_eve(starts_on, ends_on):
    first, last = date.fromisoformat(starts_on), date.fromisoformat(ends_on)

    assert service_year(first) == Period(first, last)


@pytest.mark.parametrize(
    ("ended_on", "today", "starts_on"),
    [
        ("2018-12-31", "2018-12-01", "2019-01-01"),
        ("2018-12-31", "2019-01-01", "2019-01-01"),
        ("2018-12-31", "2019-03-05", "2019-03-05"),  # nobody was served in the gap
    ],
)
def test_renewal_follows_without_a_gap_where_it_can(ended_on, today, starts_on):
    period = renewal_period(ended_on=date.fromisoformat(ended_on), today=date.fromisoformat(today))

    assert period == service_year(date.fromisoformat(starts_on))


@pytest.mark.parametrize(
    ("ends_on", "due"), [("2018-07-10", True), ("2018-07-11", False), ("2018-06-09", True), ("2018-06-10", True)]
)
def test_contract_is_due_within_thirty_days(ends_on, due):
    assert is_due(date.fromisoformat(ends_on), date(2018, 6, 10)) == due


def test_contract_number_sorts_within_the_year():
    assert contract_number("533103", 2018, 7) == "533103-2018-00007"


@pytest.mark.parametrize(
    ("closed_on", "first"),
    [("2018-06-10", "2018-06-10"), ("2018-12-31", "2018-12-31"), ("2019-03-05", "2019-01-01")],
)
def test_contract_serves_until_it_is_closed_or_over(closed_on, first):
    day = first_day_without(ends_on=date(2018, 12, 31), closed_on=date.fromisoformat(closed_on))

    assert day == date.fromisoformat(first)
