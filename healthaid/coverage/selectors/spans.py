"""From which day to which day, and in which counties of a place, a rule holds: as conditions on bills."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from healthaid.core.scoping import under
from healthaid.coverage.domain.promises import Period
from healthaid.policy.domain import Value
from healthaid.policy.selectors import Rules, rules_of, spells
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place


@dataclass(frozen=True, slots=True)
class Span:
    """A value that holds in some counties from a day on, until the day before `until`; no paths mean everywhere."""

    value: Value
    starts_on: date
    until: date | None
    paths: tuple[str, ...]

    @property
    def condition(self) -> Q:
        """The bills that it holds for."""
        days = Q(served_on__gte=self.starts_on)
        if self.until:
            days &= Q(served_on__lt=self.until)
        if not self.paths:
            return days
        inside = Q(pk__in=[])
        for path in self.paths:
            inside |= under("path", path)
        return days & inside

    def covers(self, path: str, on: date) -> bool:
        """The same answer for one bill, without a query."""
        inside = not self.paths or path.startswith(self.paths)
        return inside and self.starts_on <= on and (self.until is None or on < self.until)


def counties_of(place: Place) -> list[Place]:
    """The counties with a statutory code inside a place, or the one that it lies in. One query."""
    around = Q(pk__in=[int(part) for part in place.path.strip("/").split("/")])
    rows = Place.objects.filter(around | under("path", place.path), level=Level.COUNTY)
    return list(rows.filter(codes__system=CodeSystem.STATISTICS).distinct().order_by("path"))


def rules_where(counties: Sequence[Place], on: date) -> dict[str, Rules]:
    """What holds in each county, by its path. One query."""
    return dict(zip((county.path for county in counties), rules_of(counties, on), strict=True)) if counties else {}


def spans_of(name: str, rules: Mapping[str, Rules], period: Period) -> list[Span]:
    """Where and when values of a parameter hold during a period."""
    where: dict[tuple[Value, date, date | None], list[str]] = {}
    for path, here in rules.items():
        steps = [(day, value) for day, value, _now in spells(here.parameter(name), here)]
        ends = [day for day, _value in steps[1:]]
        for (day, value), until in zip(steps, [*ends, None], strict=True):
            if value and day <= period.last and (until is None or until > period.first):
                where.setdefault((value, day, until), []).append(path)
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
