"""Counting a month: one pass over each fact table, grouped by village, then rolled up in memory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from healthaid.core.scoping import under
from healthaid.coverage.selectors.income_line import years_by_line
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from healthaid.reports import facts
from healthaid.reports.domain import Value, Values, faults, roll_up
from healthaid.reports.facts import Measures, Village
from healthaid.reports.indicators import BY_CODE, INDICATORS, Fact, Indicator

FAULTS_TOLD = 5
COUNTED_LEVELS = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)


class Inconsistent(ValidationError):  # noqa: N818 -- what the report would be
    """The figures break the rules of a report; nothing is stored."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One read of a fact table: its rows on a day, where they live, and what is counted once."""

    rows: QuerySet
    path: str  # lookup of the village's path
    counted: str = "pk"
    is_distinct: bool = False  # several rows may be one person


def passes(day: date, measures: Measures) -> dict[Fact, Pass]:
    """The reads of a month, each fact table once."""
    return {
        Fact.HOUSEHOLDS: Pass(facts.households_on(day), "path"),
        Fact.PEOPLE: Pass(facts.people_on(day), "path"),
        Fact.SPELLS: Pass(facts.spells_on(day), "person__path", counted="person", is_distinct=True),
        Fact.TO_INSURE: Pass(facts.people_to_insure(day), "path"),
        Fact.ILLNESSES: Pass(facts.illnesses_on(day), "path"),
        Fact.STAYS: Pass(facts.stays_on(day), "path"),
        Fact.OWN_PAYMENTS: Pass(years_by_line(measures.lines, day), "path"),
    }


def count_places(prefix: str, day: date, measures: Measures) -> dict[int, Values]:
    """Every indicator of the place at this path and of each place below it, by place id, as of the day.

    An indicator that nobody can count there (`Indicator.unknown`) is left out. Raises Inconsistent when parts do not
    add up or a numerator exceeds its denominator.
    """
    places = {
        place.path: place
        for place in Place.objects.filter(under("path", prefix), level__in=COUNTED_LEVELS).order_by("path")
    }
    villages = count_villages(prefix, day, measures)
    totals = roll_up(villages, places)
    nothing = {
        indicator.code: Value(0, 0 if indicator.is_rate else None)
        for indicator in INDICATORS
        if indicator.fact != Fact.OWN_PAYMENTS or measures.is_income_known
    }
    complete = {path: nothing | values for path, values in totals.items()}
    if found := faults(complete, _children(places)):
        places_and_labels = "、".join(
            f"{places[path].name} {BY_CODE[code].label}" for path, code in found[:FAULTS_TOLD]
        )
        raise Inconsistent(
            _("各村之和与上级不符，或分子大于分母，月报没有保存：%(where)s"), params={"where": places_and_labels}
        )
    return {places[path].pk: values for path, values in complete.items()}


def _children(places: Mapping[str, Place]) -> dict[str, list[str]]:
    """The paths directly below each path that has any."""
    paths = {place.pk: path for path, place in places.items()}
    children = defaultdict(list)
    for path, place in places.items():
        if place.parent_id in paths:
            children[paths[place.parent_id]].append(path)
    return children


def count_villages(prefix: str, day: date, measures: Measures) -> dict[str, Values]:
    """Every indicator of each village below a path, by the village's path; what a village lacks is absent."""
    counted: dict[str, Values] = defaultdict(dict)
    for fact, table in passes(day, measures).items():
        wanted = [indicator for indicator in INDICATORS if indicator.fact == fact]
        for path, values in _count_rows(table, wanted, prefix):
            counted[path].update(values)
    for village in facts.villages_on(prefix, day, measures.doctors_due):
        counted[village.path].update(count_village(village))
    return counted


def _count_rows(table: Pass, wanted: Iterable[Indicator], prefix: str) -> Iterable[tuple[str, Values]]:
    numbers = {}
    for indicator in wanted:
        numbers[f"{indicator.code}_met"] = Count(table.counted, filter=indicator.met, distinct=table.is_distinct)
        if indicator.is_rate:
            numbers[f"{indicator.code}_among"] = Count(
                table.counted, filter=indicator.among, distinct=table.is_distinct
            )
    rows = table.rows.filter(under(table.path, prefix)).order_by().values(table.path).annotate(**numbers)
    for row in rows:
        yield (
            row[table.path],
            {i.code: Value(row[f"{i.code}_met"], row.get(f"{i.code}_among")) for i in wanted},
        )


def count_village(village: Village) -> Values:
    """The indicators that are counted from a village's clinics."""
    return {indicator.code: indicator.of_village(village) for indicator in INDICATORS if indicator.of_village}
