"""Paying in parts: plans that add up to the fen, what a payment settles first, what is overdue on a day.

Amounts are yuan with two decimals. A part is due up to its day, inclusive, and overdue from the next day on.
Payments settle the oldest part first.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from itertools import pairwise

FEN = Decimal("0.01")
NOTHING = Decimal("0.00")
MOST_PARTS = 60
SOON = 7  # days before the due day in which a part is announced


class PlanFault(StrEnum):
    """Why a plan cannot be."""

    EMPTY = "empty"
    TOO_MANY = "too_many"
    NOT_POSITIVE = "not_positive"
    NOT_RISING = "not_rising"  # days
    PAST = "past"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Part:
    """An amount and the last day on which it is paid in time."""

    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """A part with what has been paid of it."""

    part: Part
    paid: Decimal

    @property
    def left(self) -> Decimal:
        """What is still to be paid of it."""
        return self.part.amount - self.paid

    def is_overdue(self, on: date) -> bool:
        """Whether something is left after its day."""
        return self.left > 0 and self.part.due_on < on


@dataclass(frozen=True, slots=True)
class Position:
    """Where an agreement stands on a day."""

    on: date
    due: Decimal
    paid: Decimal
    standings: tuple[Standing, ...]

    @property
    def left(self) -> Decimal:
        """What is still to be paid; negative after too much was paid."""
        return self.due - self.paid

    @property
    def overdue(self) -> Decimal:
        """What should have been paid before the day."""
        return sum((each.left for each in self.standings if each.is_overdue(self.on)), NOTHING)

    @property
    def next_part(self) -> Standing | None:
        """The first part that is due on the day or later and not paid."""
        return next((each for each in self.standings if each.left > 0 and each.part.due_on >= self.on), None)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def equal_parts(amount: Decimal, number: int, first_on: date) -> list[Part]:
    """So many monthly parts of the same amount, the fen that do not divide in the last one.

    Raises ValueError where there is less than a fen for each part, or no part at all.
    """
    if not 1 <= number <= MOST_PARTS or amount < FEN * number:
        raise ValueError(number)
    each = (amount / number).quantize(FEN, ROUND_DOWN)
    amounts = [each] * (number - 1) + [amount - each * (number - 1)]
    return [Part(months_after(first_on, ahead), part) for ahead, part in enumerate(amounts)]


def fault_of(parts: Sequence[Part], left: Decimal, today: date) -> PlanFault | None:
    """What is wrong with a plan for what is left to pay; None when it is sound."""
    days = [part.due_on for part in parts]
    checks = (
        (PlanFault.EMPTY, not parts),
        (PlanFault.TOO_MANY, len(parts) > MOST_PARTS),
        (PlanFault.NOT_POSITIVE, any(part.amount <= 0 for part in parts)),
        (PlanFault.NOT_RISING, any(later <= earlier for earlier, later in pairwise(days))),
        (PlanFault.PAST, any(day < today for day in days)),
        (PlanFault.SUM, sum_of(parts) != left),
    )
    return next((fault for fault, is_found in checks if is_found), None)


def sum_of(parts: Iterable[Part]) -> Decimal:
    """What the parts come to."""
    return sum((part.amount for part in parts), NOTHING)


def spread(parts: Sequence[Part], paid: Decimal) -> tuple[Standing, ...]:
    """The parts in the order of their days with what was paid of each, the oldest first."""
    found = []
    for part in sorted(parts, key=lambda part: part.due_on):
        share = max(min(paid, part.amount), NOTHING)
        paid -= share
        found.append(Standing(part, share))
    return tuple(found)


def position(parts: Sequence[Part], due: Decimal, paid: Decimal, on: date) -> Position:
    """Where an agreement with these parts stands on a day."""
    return Position(on, due, paid, spread(parts, paid))


def settled_parts(parts: Sequence[Part], paid: Decimal, today: date) -> list[Part]:
    """The parts as far as they are paid: what stays when a new plan from today on takes the place of the rest."""
    return [Part(min(each.part.due_on, today), each.paid) for each in spread(parts, paid) if each.paid > 0]


def adjusted(parts: Sequence[Part], due: Decimal) -> list[Part]:
    """The parts for another sum: what is more is added to the last, what is less is taken from the end."""
    kept: list[Part] = []
    for part in sorted(parts, key=lambda part: part.due_on):
        amount = min(part.amount, due - sum_of(kept))
        if amount > 0:
            kept.append(Part(part.due_on, amount))
    more = due - sum_of(kept)
    if kept and more > 0:
        kept[-1] = Part(kept[-1].due_on, kept[-1].amount + more)
    return kept


def soon_by(today: date, days: int = SOON) -> date:
    """The last day of what is due soon, inclusive."""
    return today + timedelta(days=days)
