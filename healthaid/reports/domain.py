"""Months, rates and sums: what an official could check with pen and paper."""

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from healthaid.core.money import percentage_cut

DECEMBER = 12


def month_of(text: str) -> date:
    """The first day of a month written 2018-06. Raises ValueError."""
    year, _, month = text.partition("-")
    if len(year) != len("2018") or len(month) != len("06"):
        raise ValueError(text)
    return date(int(year), int(month), 1)


def last_day(month: date) -> date:
    """The last day of the month that a day lies in."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def previous_month(month: date) -> date:
    """The first day of the month before."""
    return (
        month.replace(year=month.year - 1, month=DECEMBER) if month.month == 1 else month.replace(month=month.month - 1)
    )


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (
        month.replace(year=month.year + 1, month=1) if month.month == DECEMBER else month.replace(month=month.month + 1)
    )


def day_counted(month: date, today: date) -> date:
    """The day a report of the month speaks of: its last day, or today while the month still runs."""
    return min(last_day(month), today)


class Side(StrEnum):
    """Which rows of an indicator: those it counts, all that are due, or those still missing."""

    MET = "met"
    AMONG = "among"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Value:
    """An indicator of one place: a plain count, or a numerator out of a denominator."""

    numerator: int = 0
    denominator: int | None = None
    is_counted: bool = field(default=True, kw_only=True)  # else nobody counted it there, and pages show "—"
    withheld: str = field(default="", kw_only=True)  # what the reader is shown in its place

    def __add__(self, other: "Value") -> "Value":
        denominators = [part for part in (self.denominator, other.denominator) if part is not None]
        return Value(self.numerator + other.numerator, sum(denominators) if denominators else None)

    @property
    def rate(self) -> Decimal | None:
        """Numerator over denominator, 0 to 1; none for a plain count and where nothing is due."""
        return Decimal(self.numerator) / self.denominator if self.denominator else None

    @property
    def missing(self) -> int:
        """How many of the denominator are not in the numerator."""
        return (self.denominator or 0) - self.numerator

    def on(self, side: Side) -> int:
        """How many rows stand on a side."""
        return {Side.MET: self.numerator, Side.AMONG: self.denominator or 0, Side.MISSING: self.missing}[side]

    @property
    def percent(self) -> str:
        """The rate as a person reads it, never rounded up to a target not reached; "—" where nothing is due."""
        if self.rate is None:
            return "—"
        return "100%" if self.rate == 1 else f"{percentage_cut(self.rate)}%"

    @property
    def hundredths(self) -> str:
        """The rate as 0 to 100 for drawing; nothing due draws nothing."""
        return f"{float(self.rate or 0) * 100:.2f}"


Values = dict[str, Value]  # by indicator


def numbers_of(values: Values) -> dict[str, list[int]]:
    """Values as they are stored."""
    return {
        code: [value.numerator] if value.denominator is None else [value.numerator, value.denominator]
        for code, value in values.items()
    }


def values_of(numbers: Mapping[str, list[int]]) -> Values:
    """Stored numbers as values."""
    return {code: Value(*parts) for code, parts in numbers.items()}


def total(parts: Iterable[Values]) -> Values:
    """The sum of places, indicator by indicator."""
    summed: Values = {}
    for part in parts:
        for code, value in part.items():
            summed[code] = summed[code] + value if code in summed else value
    return summed


FEWEST_TOLD = 5  # fewer people with an illness in one place could be told by name
FEW, REMAINDER = Value(withheld=f"<{FEWEST_TOLD}"), Value(withheld="…")


def withheld(few: Iterable[str]) -> dict[str, Value]:
    """What stands in the place of the numbers of places: those with few people, and their wholes.

    A whole with one part withheld gives it away as what the other parts leave, and so may the whole above it.
    """
    shown, parts = dict.fromkeys(few, FEW), Counter[str]()
    wholes = {path for place in shown for path in ancestors_of(place)}
    for path in sorted(wholes, key=lambda path: -path.count("/")):
        if parts[path] == 1:
            shown.setdefault(path, REMAINDER)
        if path in shown:
            parts[path[: path.rstrip("/").rfind("/") + 1]] += 1
    return shown


class Standing(StrEnum):
    """How a value stands to its target."""

    REACHED = "reached"
    SHORT = "short"
    NOTHING_DUE = "nothing_due"
    NO_TARGET = "no_target"
    NOT_COUNTED = "not_counted"


def standing(value: Value, target: Decimal | None, *, is_rate: bool) -> Standing:
    """A rate reaches its target from below, a count from above (villages without a clinic: at most none)."""
    if target is None:
        return Standing.NO_TARGET
    if not value.is_counted:
        return Standing.NOT_COUNTED
    if not is_rate:
        return Standing.REACHED if value.numerator <= target else Standing.SHORT
    if value.rate is None:
        return Standing.NOTHING_DUE
    return Standing.REACHED if value.rate >= target else Standing.SHORT


def ancestors_of(path: str) -> list[str]:
    """The path itself and the paths above it, nearest first."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:length]) + "/" for length in range(len(parts), 0, -1)]


def roll_up(villages: Mapping[str, Values], paths: Iterable[str]) -> dict[str, Values]:
    """The values of every listed place, each the sum of the villages at or below it."""
    below: dict[str, list[Values]] = {path: [] for path in paths}
    for village, values in villages.items():
        for place in ancestors_of(village):
            if place in below:
                below[place].append(values)
    return {path: total(parts) for path, parts in below.items()}


def faults(totals: Mapping[str, Values], children: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """Where a report breaks its rules, as path and indicator.

    The parts add up to the whole, and no numerator exceeds its denominator.
    """
    excessive = [
        (path, code)
        for path, values in totals.items()
        for code, value in values.items()
        if value.denominator is not None and not 0 <= value.numerator <= value.denominator
    ]
    unequal = [
        (path, code)
        for path, parts in children.items()
        for code, value in total(totals[part] for part in parts).items()
        if value != totals[path][code]
    ]
    return excessive + unequal
