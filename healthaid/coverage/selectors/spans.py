"""From which day to which day, and in which counties of a place, a rule holds: as conditions on bills."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from healthaid.core.scoping import under
from healthaid.coverage.domain.promises import Period
from healthaid.policy.domain import Value
from healthaid.policy.selectors.answers import spells
from healthaid.policy.selectors.rules import Rules, rules_of
from healthaid.regions.domain import ids_of
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place

ALL = ~Q(pk__in=[])  # every bill


@dataclass(frozen=True, slots=True)
class Span:
    """A value that holds in some counties from a day on, until the day before `until`.

    No paths mean everywhere, no days that it holds from the beginning or to the end of the period asked about.
    """

    value: Value
    starts_on: date | None
    until: date | None
    paths: tuple[str, ...]

    @property
    def condition(self) -> Q:
        """The bills that it holds for."""
        found = ALL
        if self.starts_on:
            found &= Q(served_on__gte=self.starts_on)
        if self.until:
            found &= Q(served_on__lt=self.until)
        if not self.paths:
            return found
        inside = Q(pk__in=[])
        for path in self.paths:
            inside |= under("path", path)
        return found & inside

    def covers(self, path: str, on: date) -> bool:
        """The same answer for one bill, without a query."""
        inside = not self.paths or path.startswith(self.paths)
        return inside and (self.starts_on or on) <= on and (self.until is None or on < self.until)


def counties_of(place: Place) -> list[Place]:
    """The counties with a statutory code inside a place, or the one that it lies in. One query."""
    around = Q(pk__in=ids_of(place.path))
    rows = Place.objects.filter(around | under("path", place.path), level=Level.COUNTY)
    return list(rows.filter(codes__system=CodeSystem.STATISTICS).distinct().order_by("path"))


def rules_where(counties: Sequence[Place], on: date) -> dict[str, Rules]:
    """What holds in each county, by its path. One query."""
    return dict(zip((county.path for county in counties), rules_of(counties, on), strict=True)) if counties else {}


def spans_of(name: str, rules: Mapping[str, Rules], period: Period) -> list[Span]:
    """Where and when values of a parameter hold during a period."""
    where: dict[tuple[Value, date | None, date | None], list[str]] = {}
    for path, here in rules.items():
        steps = [(day, value) for day, value, _now in spells(here.parameter(name), here)]
        next_days = [day for day, _value in steps[1:]]
        for (day, value), until in zip(steps, [*next_days, None], strict=True):
            if value and day <= period.last and (until is None or until > period.first):
                begins = day if day > period.first else None
                ends = until if until and until <= period.last else None
                where.setdefault((value, begins, ends), []).append(path)
    return [
        Span(value, day, until, () if len(paths) == len(rules) else tuple(paths))
        for (value, day, until), paths in where.items()
    ]


def holds(spans: Sequence[Span]) -> Q:
    """The bills for which any of the values holds."""
    found = Q(pk__in=[])
    for span in spans:
        found |= span.condition
    return found
