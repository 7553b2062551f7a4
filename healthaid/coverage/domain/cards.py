"""Outpatient special-disease cards: whose diagnosis counts, and when they are about to end."""

from datetime import date, timedelta
from decimal import Decimal

EXPIRING_DAYS = 60  # a card that ends within so many days is due for a new diagnosis on work lists
GRADED = frozenset({"1", "2", "3"})  # levels that rank a hospital; an ungraded one stands below them all


def diagnosis_counts(level: str, lowest: Decimal | None) -> bool:
    """Whether a hospital of this level may diagnose; any may where no document names a lowest level."""
    return lowest is None or (level in GRADED and int(level) >= lowest)


def expiring_by(today: date) -> date:
    """The last day on which a card may end and already be due."""
    return today + timedelta(days=EXPIRING_DAYS)
