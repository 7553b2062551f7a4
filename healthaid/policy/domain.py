"""Which rule holds where and when: pure functions over dated values, each with its document and article.

The latest value in force wins; of two that begin on the same day, the one of the more specific place.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document; `starts_on` and `ends_on` are the first and last day in force."""

    id: str
    number: str
    title: str
    issuer: str
    place: str  # code of its jurisdiction
    issued_on: date | None  # None where the document prints no day
    starts_on: date
    ends_on: date | None
    place_name: str = ""  # of the jurisdiction, where the document's catalogue gives it


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds that a superior sets, both inclusive; an open end is None."""

    low: Decimal | None
    high: Decimal | None

    def __contains__(self, number: Decimal) -> bool:
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)

    def __str__(self) -> str:
        return f"{'' if self.low is None else self.low}–{'' if self.high is None else self.high}"


@dataclass(frozen=True, slots=True)
class Tier:
    """A number that holds from a population on; a boundary belongs to the tier that starts there."""

    start: int
    number: Decimal


@dataclass(frozen=True, slots=True)
class Tiers:
    """Numbers by population, in rising order, beginning at 0."""

    steps: tuple[Tier, ...]

    def at(self, population: int) -> Decimal:
        """The number for a population."""
        return [tier.number for tier in self.steps if tier.start <= population][-1]


Worth = Decimal | Range | Tiers | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """What a document says about a parameter; the days are inclusive and an open end lasts."""

    place: str
    starts_on: date
    ends_on: date | None
    worth: Worth
    source: str
    article: str
    note: str = ""
    is_least: bool = False  # the document says "not less than" the number

    def holds_on(self, day: date) -> bool:
        """Whether the day lies in its period."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, word or list that documents give; its values stand in order of their first day.

    `set_locally_in` holds the codes of the provinces whose regions must set it themselves, `is_for_settlement` says
    that no bill can be settled there before, `is_yearly` that a value holds for one calendar year and never lasts into
    the next, `is_price` that it is set for one hospital and disease, `is_by_disease` for one disease of a place.
    """

    name: str
    label: str
    unit: str
    values: tuple[Value, ...]
    set_locally_in: tuple[str, ...] = ()
    is_for_settlement: bool = False
    is_yearly: bool = False
    is_price: bool = False
    is_by_disease: bool = False

    def with_values(self, more: Iterable[Value]) -> "Parameter":
        """The same parameter with further values."""
        values = sorted((*self.values, *more), key=lambda value: value.starts_on)
        return replace(self, values=tuple(values))


class Unresolved(Exception):  # noqa: N818 -- states of the question, told apart below
    """A parameter gives no answer for the place and the day."""

    def __init__(self, parameter: str, place: str, on: date) -> None:
        super().__init__(f"{parameter}, place {place}, day {on}: {self.says}")
        self.parameter, self.place, self.on = parameter, place, on

    says = "no answer"


class Unknown(Unresolved):
    """No such parameter."""

    says = "there is no parameter of this name"


class Missing(Unresolved):
    """No document in force gives a value; it is never taken as zero or as no limit."""

    says = "no document in force gives a value"


class RegionMustChoose(Unresolved):
    """The superior sets bounds only, and the region has not chosen inside them."""

    says = "a range is set and the region must choose a number inside it"


class NeedsPopulation(Unresolved):
    """The value depends on the population, and none was given."""

    says = "the value depends on the population, which was not given"


class NotANumber(Unresolved):
    """The value is a word or a list."""

    says = "the value is not a number"


def jurisdictions(code: str) -> tuple[str, ...]:
    """The codes a place of this code lies in, most specific first: county, prefecture, province.

    Longer codes (township, village) count as their county. Raises ValueError for anything but 6, 9 or 12 digits.
    """
    if not re.fullmatch(r"[0-9]{6}([0-9]{3}){0,2}", code):
        raise ValueError(code)
    county = code[:6]
    return tuple(dict.fromkeys((county, county[:4] + "00", county[:2] + "0000")))


def breadth(code: str) -> int:
    """How wide a jurisdiction is, by the zeros of its code: 0 for a county, more for what lies above."""
    return next(width for width, end in ((3, "000000"), (2, "0000"), (1, "00"), (0, "")) if code.endswith(end))


def in_force(parameter: Parameter, places: Sequence[str], on: date) -> list[Value]:
    """The values that hold at the places on the day, the prevailing one first; `places` has the most specific first."""
    held = [value for value in parameter.values if value.place in places and value.holds_on(on)]
    return sorted(held, key=lambda value: (value.starts_on, -places.index(value.place)), reverse=True)


def resolve(parameter: Parameter, places: Sequence[str], on: date) -> Value:
    """The value that prevails. Raises Missing when none is in force."""
    held = in_force(parameter, places, on)
    if not held:
        raise Missing(parameter.name, places[0], on)
    return held[0]


def resolve_number(
    parameter: Parameter, places: Sequence[str], on: date, *, population: int | None = None
) -> tuple[Decimal, Value]:
    """The number that prevails, with the value it comes from.

    Where a superior's range prevails, an earlier number of a place below it that lies inside the range stays.
    Raises Missing, RegionMustChoose, NeedsPopulation or NotANumber.
    """
    held = in_force(parameter, places, on)
    if not held:
        raise Missing(parameter.name, places[0], on)
    first = held[0]
    match first.worth:
        case Decimal() as number:
            return number, first
        case Tiers() as tiers:
            if population is None:
                raise NeedsPopulation(parameter.name, places[0], on)
            return tiers.at(population), first
        case Range() as bounds:
            below = places[: places.index(first.place)]
            for value in held[1:]:
                if value.place in below and isinstance(value.worth, Decimal) and value.worth in bounds:
                    return value.worth, value
            raise RegionMustChoose(parameter.name, places[0], on)
    raise NotANumber(parameter.name, places[0], on)


def must_be_chosen(parameter: Parameter, places: Sequence[str], on: date) -> bool:
    """Whether the region still has to set the value: none is in force where it must, or only bounds are."""
    if parameter.is_price:
        return False
    held = in_force(parameter, places, on)
    if not held:
        return any(place in places for place in parameter.set_locally_in)
    if not isinstance(held[0].worth, Range):
        return False
    try:
        resolve_number(parameter, places, on)
    except RegionMustChoose:
        return True
    return False


Days = tuple[date, date | None]  # first and last, inclusive; no last day: it lasts


def clashes(days: Days, others: Iterable[Days]) -> bool:
    """Whether a value begins on the day of another, or one lies in the closed period of another.

    A later value over one that lasts is no clash: the latest in force wins.
    """
    for other in others:
        (first, ends_on), (second, _) = sorted((days, other), key=lambda pair: pair[0])
        if first == second or (ends_on is not None and ends_on >= second):
            return True
    return False


def last_day(parameter: Parameter, starts_on: date, ends_on: date | None) -> date | None:
    """The last day of a value: the given one; of a yearly value without one, the end of its year."""
    return date(starts_on.year, 12, 31) if parameter.is_yearly and ends_on is None else ends_on


Fault = Literal["negative", "above_limit", "too_fine"]
PLACES = {"ratio": 4, "yuan": 2, "m2": 2, "persons_per_thousand": 2, "beds_per_thousand": 2}  # others are whole


def fault_of(parameter: Parameter, number: Decimal) -> Fault | None:
    """What makes a number impossible for the unit; a ratio ends at 1, or at the largest that a document names."""
    if number < 0:
        return "negative"
    if parameter.unit == "ratio":
        named = (value.worth for value in parameter.values if isinstance(value.worth, Decimal))
        if number > max((Decimal(1), *named)):
            return "above_limit"
    if number != round(number, PLACES.get(parameter.unit, 0)):
        return "too_fine"
    return None


_PREFIX = re.compile(r"[A-Z]\d\d(\.\d{1,2})?")  # C16, C16.9, I11.90


def icd10_prefixes(text: str) -> tuple[str, ...]:
    """The prefixes that people type, parted by spaces or commas, each once. Raises ValueError with what is none."""
    typed = unicodedata.normalize("NFKC", text).upper()
    prefixes = tuple(dict.fromkeys(re.findall(r"[^\s,、;]+", typed)))
    for prefix in prefixes:
        if not _PREFIX.fullmatch(prefix):
            raise ValueError(prefix)
    return prefixes


def overlap(one: Iterable[str], others: Iterable[str]) -> str | None:
    """The first prefix that shares codes with one of the others; None when none does."""
    known = tuple(others)
    return next((prefix for prefix in one if any(met_by(prefix, other) for other in known)), None)


def met_by(prefix: str, other: str) -> bool:
    """Whether a code can begin with both."""
    return prefix.startswith(other) or other.startswith(prefix)


_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", start=1)}


def article_order(article: str) -> tuple[int, ...]:
    """Sorts articles as documents number them: 一, 二（三）, （十五）, 28; what has no number comes last."""
    numbers = [_counted(part) for part in re.findall(r"[一二三四五六七八九十]+|\d+", article)]
    return tuple(numbers) if numbers and not article.startswith("附件") else (999, *numbers)


def _counted(text: str) -> int:
    """A Chinese or plain number below 100."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


ConflictKind = Literal["outside_range", "contradiction"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values in force at once that do not agree; the prevailing one is used all the same."""

    parameter: Parameter
    kind: ConflictKind
    superior: Value
    subordinate: Value

    @property
    def prevailing(self) -> Value:
        """The later one; of two that begin on the same day, the more specific."""
        return self.superior if self.superior.starts_on > self.subordinate.starts_on else self.subordinate


def conflicts(parameters: Iterable[Parameter]) -> Iterator[Conflict]:
    """Where a subordinate number leaves what its superior then said, or two rules in words contradict each other.

    A superior's later number merely replaces the subordinate's, which is no conflict.
    """
    for parameter in parameters:
        for value in parameter.values:
            yield from conflicts_of(parameter, value)


def conflicts_of(parameter: Parameter, value: Value) -> Iterator[Conflict]:
    """Where one value, of the parameter or proposed for it, disagrees with what stands above it."""
    for place in jurisdictions(value.place)[1:]:
        yield from _conflicts_with(parameter, value, place)


def _conflicts_with(parameter: Parameter, value: Value, superior_place: str) -> Iterator[Conflict]:
    above = in_force(parameter, (superior_place,), value.starts_on)
    if isinstance(value.worth, Decimal):
        if above and not allows(above[0], value.worth):
            yield Conflict(parameter, "outside_range", above[0], value)
    elif parameter.unit == "rule":
        later = [
            other for other in parameter.values if other.place == superior_place and value.holds_on(other.starts_on)
        ]
        yield from (
            Conflict(parameter, "contradiction", other, value)
            for other in dict.fromkeys(above[:1] + later)
            if other.worth != value.worth
        )


def allows(superior: Value, number: Decimal) -> bool:
    """Whether a number agrees with what the superior says."""
    match superior.worth:
        case Decimal() as said:
            return number >= said if superior.is_least else number == said
        case Range() as bounds:
            return number in bounds
    return True
