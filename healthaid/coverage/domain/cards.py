"""Outpatient special-disease cards: whose diagnosis counts, and when they are about to end."""

from datetime import date, timedelta

EXPIRING_DAYS = 60  # a card that ends within so many days is due for a new diagnosis on work lists
DIAGNOSING_LEVELS = frozenset({"2", "3"})  # hospital levels whose diagnosis counts (YN-2018-2 三)


def expiring_by(today: date) -> date:
    """The last day on which a card may end and already be due."""
    return today + timedelta(days=EXPIRING_DAYS)
