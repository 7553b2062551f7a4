"""What funds owe hospitals by month and what they have paid: sums, the year's ratio, what is overdue.

A month's due is what was settled in it, less what corrections of the month took back and what was reversed in it.
Months are named by their first day; amounts are yuan.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from healthaid.coverage.domain.instalments import NOTHING, months_after

PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Cell:
    """Due and paid of one fund, hospital and month, or of several."""

    due: Decimal = NOTHING
    paid: Decimal = NOTHING

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.due + other.due, self.paid + other.paid)

    @property
    def left(self) -> Decimal:
        """What is still to be paid; negative after a correction of what was paid already."""
        return self.due - self.paid

    @property
    def ratio(self) -> Decimal | None:
        """What was paid of what is due, 0 to 1 and beyond; none where nothing is due."""
        return (self.paid / self.due).quantize(PLACES) if self.due > 0 else None

    @property
    def percent(self) -> str:
        """The ratio as people read it; a dash where nothing is due."""
        return "—" if self.ratio is None else f"{self.ratio:.2%}"

    def reaches(self, target: Decimal) -> bool:
        """Whether the target is met; compared before rounding, and met where nothing is due."""
        return self.paid >= self.due * target

    def __bool__(self) -> bool:
        return bool(self.due or self.paid)


def whole(cells: Iterable[Cell]) -> Cell:
    """The sum of cells."""
    return sum(cells, Cell())


def last_month_due(today: date, interval_months: int) -> date:
    """The newest month that should be paid by now: of payouts a month later November has until the end of December."""
    return months_after(today.replace(day=1), -interval_months - 1)


@dataclass(frozen=True, slots=True)
class Overdue:
    """What should have been paid, and the oldest month that is not."""

    amount: Decimal
    oldest: date


def overdue(months: Mapping[date, Cell], until: date) -> Overdue | None:
    """What is left of the months up to `until`, inclusive; what corrections took back later is set off against it."""
    late = {month: cell for month, cell in months.items() if month <= until}
    amount = whole(late.values()).left
    if amount <= 0:
        return None
    return Overdue(amount, min(month for month, cell in late.items() if cell.left > 0))
