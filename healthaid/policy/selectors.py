"""Questions to the policy: what holds at a place on a day, and on which article it rests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from healthaid.core.scoping import Scoped
from healthaid.policy import catalogue, domain
from healthaid.policy.domain import Conflict, Parameter, Value, Worth
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode

CODED_LEVELS = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds at one place on one day; asking it costs no query."""

    places: tuple[str, ...]  # codes, the most specific first
    on: date

    def resolved(self, name: str) -> Value:
        """The prevailing value with its document and article. Raises Unknown or Missing."""
        return domain.resolve(self.parameter(name), self.places, self.on)

    def number(self, name: str, *, population: int | None = None) -> Decimal:
        """The number to reckon with. Raises a kind of Unresolved that names parameter, place and day."""
        return domain.resolve_number(self.parameter(name), self.places, self.on, population=population)[0]

    def words(self, name: str) -> tuple[str, ...]:
        """The word or list of words. Raises Unknown or Missing; empty for a number."""
        worth = self.resolved(name).worth
        return (worth,) if isinstance(worth, str) else worth if isinstance(worth, tuple) else ()

    def parameter(self, name: str) -> Parameter:
        """The parameter of this name. Raises Unknown."""
        try:
            return catalogue.parameters()[name]
        except KeyError:
            raise domain.Unknown(name, self.places[0], self.on) from None


def rules_at(place: Place | str, on: date) -> Rules:
    """What holds at a place, given as a row of the tree or as a statutory code, on a day.

    Raises ValueError for a code that is none, and for a row outside every coded place.
    """
    return Rules(domain.jurisdictions(place) if isinstance(place, str) else _codes_above(place), on)


def _codes_above(place: Place) -> tuple[str, ...]:
    """The codes of the place's county and of what lies above, the most specific first, in one query."""
    ids = [int(part) for part in place.path.strip("/").split("/")]
    codes = PlaceCode.objects.filter(place__in=ids, system=CodeSystem.STATISTICS).select_related("place")
    nearest_first = sorted(codes, key=lambda code: len(code.place.path), reverse=True)
    if not nearest_first:
        raise ValueError(place.path)
    return tuple(dict.fromkeys(code for row in nearest_first for code in domain.jurisdictions(row.code)))


def value(name: str, place: Place | str, on: date, **keys: Any) -> Decimal:
    """The number that holds at the place on the day; `population=` where it depends on one.

    Raises a kind of domain.Unresolved that names parameter, place and day; nothing missing is ever taken as zero.
    """
    return rules_at(place, on).number(name, **keys)


def conflicts(place: str | None = None) -> list[Conflict]:
    """Where documents disagree; with a code, only what concerns that place, places above it and places below it."""
    found = domain.conflicts(catalogue.parameters().values())
    return [conflict for conflict in found if place is None or _concerns(conflict.subordinate.place, place)]


def _concerns(subordinate: str, place: str) -> bool:
    return subordinate in domain.jurisdictions(place) or place in domain.jurisdictions(subordinate)


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of the policy page: the parameter, what prevails, and all that is or was said about it there."""

    parameter: Parameter
    prevailing: Value | None
    history: Sequence[Value]


def answers(rules: Rules) -> list[Answer]:
    """Every parameter that documents speak of there, or leave to the region, with its history, newest first."""
    return [
        Answer(
            parameter,
            prevailing=next(iter(domain.in_force(parameter, rules.places, rules.on)), None),
            history=history,
        )
        for parameter in catalogue.parameters().values()
        if (history := [value for value in reversed(parameter.values) if value.place in rules.places])
        or not parameter.values
    ]


def explain(problem: domain.Unresolved) -> str:
    """The problem in words for the person who asked; names parameter, place and day."""
    reasons = {
        domain.Unknown: _("没有这个参数"),
        domain.Missing: _("没有生效的文件规定该值"),
        domain.RegionMustChoose: _("上级文件只规定了幅度，须由统筹地区确定具体数值"),
        domain.NeedsPopulation: _("该值按人口分档，请给出人口数"),
        domain.NotANumber: _("该值不是数字"),
    }
    return _("%(parameter)s（地区%(place)s，日期%(on)s）：%(reason)s") % {
        "parameter": problem.parameter,
        "place": problem.place,
        "on": problem.on.isoformat(),
        "reason": reasons[type(problem)],
    }


def worth_as_json(worth: Worth) -> dict[str, Any]:
    """A value as a command or an interface prints it: numbers as exact text, open ends as null."""
    match worth:
        case Decimal():
            return {"value": str(worth)}
        case domain.Range(low, high):
            return {"range": [None if end is None else str(end) for end in (low, high)]}
        case domain.Tiers(steps):
            return {"tiers": [{"from": step.start, "value": str(step.number)} for step in steps]}
        case tuple():
            return {"value": list(worth)}
    return {"value": worth}


def place_names() -> dict[str, str]:
    """The names of the places that documents speak about, by code."""
    codes = {value.place for parameter in catalogue.parameters().values() for value in parameter.values}
    codes |= {document.place for document in catalogue.documents().values()}
    rows = PlaceCode.objects.filter(code__in=codes, system=CodeSystem.STATISTICS).values_list("code", "place__name")
    return dict(rows)


def known_places(user: Scoped) -> dict[str, str]:
    """Codes and names of the counties and larger places the user works in, the user's own first; empty for none."""
    tops = user.scope(Place.read_ability).prefixes
    ids = {int(part) for path in tops for part in path.split("/") if part}
    rows = PlaceCode.objects.filter(place__in=ids, system=CodeSystem.STATISTICS, place__level__in=CODED_LEVELS)
    return dict(rows.order_by("-place__path").values_list("code", "place__name"))
