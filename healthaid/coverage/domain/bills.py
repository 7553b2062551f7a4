"""What a bill's own figures say before any rule is asked: whether they add up, and if not, which cells to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# What the hospital's sheet states for each payer, in the order of the sheet.
STATED = (
    "stated_basic",
    "stated_critical",
    "stated_supplementary",
    "stated_assistance",
    "stated_safety_net",
    "stated_personal",
    "stated_hospital",
)
PERSONAL = "stated_personal"
YUAN = 100  # fen


class Cause(StrEnum):
    """What most likely put a sum out of balance."""

    ROUNDING = "rounding"  # to the fen, line by line: taken with a warning
    WHOLE_YUAN = "whole_yuan"  # every figure was rounded to the yuan
    TWICE = "twice"  # one line is exactly the difference
    UNLISTED = "unlisted"  # less than the total: a payer stands nowhere
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Imbalance:
    """Stated parts that do not add up to the total: their sum less the total in fen, and the cells to look at."""

    parts: int
    difference: int
    cause: Cause
    cells: tuple[str, ...]

    @property
    def is_tolerable(self) -> bool:
        """Whether rounding each part to the fen explains it."""
        return self.cause is Cause.ROUNDING


def imbalance(total: int, stated: Mapping[str, int | None]) -> Imbalance | None:
    """How the stated parts (fen, by name; None where the sheet says nothing) miss the total; None when they do not.

    Tolerance 0.00: the portal never repairs a figure. A miss of at most one fen for each stated part is what rounding
    can do, and is only warned of. While the personal part is not stated, parts below the total say nothing.
    """
    parts = {name: amount for name, amount in stated.items() if amount is not None}
    if not parts:
        return None
    total_of_parts = sum(parts.values())
    difference = total_of_parts - total
    if difference == 0 or (difference < 0 and PERSONAL not in parts):
        return None
    cause, cells = _cause(total, parts, difference)
    return Imbalance(total_of_parts, difference, cause, cells)


def _cause(total: int, parts: Mapping[str, int], difference: int) -> tuple[Cause, tuple[str, ...]]:
    given = tuple(name for name, amount in parts.items() if amount)
    if abs(difference) <= len(given):
        return Cause.ROUNDING, given
    figures = [total, *parts.values()]
    if all(figure % YUAN == 0 for figure in figures) and 2 * abs(difference) <= (len(given) + 1) * YUAN:
        return Cause.WHOLE_YUAN, given
    twice = tuple(name for name, amount in parts.items() if amount == difference)
    if twice:
        return Cause.TWICE, twice
    if difference < 0:
        return Cause.UNLISTED, tuple(name for name in STATED if not parts.get(name))
    return Cause.UNKNOWN, given


def most_by_rounding_to_yuan(lines: int) -> int:
    """Fen by which so many lines and their total can miss each other when each was rounded to the yuan."""
    return (lines + 1) * YUAN // 2
