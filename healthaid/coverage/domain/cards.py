"""Outpatient special-disease cards: on which days they serve, and when they are about to end."""

from dataclasses import dataclass
from datetime import date, timedelta

EXPIRING_DAYS = 60  # a card that ends within so many days is due for a new diagnosis on work lists
DIAGNOSING_LEVELS = frozenset({"2", "3"})  # hospital levels whose diagnosis counts (YN-2018-2 三)


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which a card serves, both inclusive; an open end lasts."""

    starts_on: date
    ends_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the card serves on the day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def served(valid_from: date, valid_to: date | None, ended_on: date | None) -> Period:
    """The days that a card serves or served, when it may have been ended before its last day."""
    ends = [day for day in (valid_to, ended_on and ended_on - timedelta(days=1)) if day]
    return Period(valid_from, min(ends, default=None))


def expiring_by(today: date) -> date:
    """The last day on which a card may end and already be due."""
    return today + timedelta(days=EXPIRING_DAYS)
