"""Days and numbers of family-doctor contracts."""

from dataclasses import dataclass
from datetime import date, timedelta

EXPIRING_DAYS = 30  # a contract ending within so many days is due for renewal on work lists


@dataclass(frozen=True, slots=True)
class Period:
    """A service period; both days are inclusive."""

    starts_on: date
    ends_on: date


def service_year(starts_on: date) -> Period:
    """A year of service from a first day: it ends on the eve of that day next year."""
    try:
        next_year = starts_on.replace(year=starts_on.year + 1)
    except ValueError:  # 29 February
        next_year = date(starts_on.year + 1, 3, 1)
    return Period(starts_on, next_year - timedelta(days=1))


def renewal_period(*, ended_on: date, today: date) -> Period:
    """The year that follows a contract: from the day after its last one, or from today when that has passed."""
    return service_year(max(ended_on + timedelta(days=1), today))


def first_day_without(*, ends_on: date, closed_on: date) -> date:
    """The first day that a contract no longer serves, once it is closed on a day: not later than its last day says."""
    return min(closed_on, ends_on + timedelta(days=1))


def contract_number(county: str, year: int, sequence: int) -> str:
    """A number the portal gives: county code, year, and a running number of five digits or more."""
    return f"{county}-{year}-{sequence:05}"


def due_by(today: date) -> date:
    """The last day on which a contract may end and already be due for renewal."""
    return today + timedelta(days=EXPIRING_DAYS)


def is_due(ends_on: date, today: date) -> bool:
    """Whether a running contract that ends on a day is due for renewal."""
    return ends_on <= due_by(today)
