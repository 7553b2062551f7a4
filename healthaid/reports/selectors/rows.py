"""The rows behind a figure, read with the same conditions that counted it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.scoping import under
from healthaid.coverage.models import Bill, YearAccount
from healthaid.coverage.selectors.income_line import income_lines, years_by_line
from healthaid.regions.models import Place
from healthaid.reports import facts
from healthaid.reports.counting import count_village
from healthaid.reports.domain import Side
from healthaid.reports.facts import Village
from healthaid.reports.indicators import Fact, Indicator
from healthaid.reports.selectors.targets import doctors_due_at
from patients.models import Condition, Household, Person


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows behind a figure; for those counted from clinics also the villages, and the number they add up to."""

    rows: QuerySet
    villages: Mapping[int, Village] = field(default_factory=dict)
    number: int | None = None  # none: as many as there are rows


def behind(user: User, indicator: Indicator, place: Place, day: date, side: Side) -> Behind:
    """The rows on one side of a figure, as of the day and as far as the user may read."""
    if indicator.fact == Fact.VILLAGES:
        villages = {village.pk: village for village in villages_behind(user, indicator, place, day, side)}
        number = sum(count_village(village)[indicator.code].on(side) for village in villages.values())
        return Behind(Place.objects.filter(pk__in=villages), villages, number)
    readers = {
        Fact.HOUSEHOLDS: households_behind,
        Fact.PEOPLE: people_behind,
        Fact.SPELLS: people_behind,
        Fact.TO_INSURE: people_behind,
        Fact.ILLNESSES: illnesses_behind,
        Fact.STAYS: stays_behind,
        Fact.OWN_PAYMENTS: years_behind,
    }
    return Behind(readers[indicator.fact](user, indicator, place, day, side))


def households_behind(user: User, indicator: Indicator, place: Place, day: date, side: Side) -> QuerySet[Household]:
    """The households behind a figure, as of the day."""
    rows = facts.households_on(day).visible_to(user).filter(under("path", place.path))
    return _narrowed(rows, indicator, side).select_related("village")


def people_behind(user: User, indicator: Indicator, place: Place, day: date, side: Side) -> QuerySet[Person]:
    """The people behind a figure, as of the day."""
    rows = facts.people_to_insure if indicator.fact == Fact.TO_INSURE else facts.people_on
    people = rows(day).visible_to(user).filter(under("path", place.path)).select_related("household__village")
    if indicator.fact != Fact.SPELLS:
        return _narrowed(people, indicator, side)
    spells = facts.spells_on(day).filter(person=OuterRef("pk"))
    among = people.filter(Exists(spells.filter(indicator.among)))
    met = Exists(spells.filter(indicator.met))
    return {Side.MET: people.filter(met), Side.AMONG: among, Side.MISSING: among.exclude(met)}[side]


def illnesses_behind(user: User, indicator: Indicator, place: Place, day: date, side: Side) -> QuerySet[Condition]:
    """The critical illnesses behind a figure, as of the day."""
    rows = facts.illnesses_on(day).visible_to(user).filter(under("path", place.path))
    return _narrowed(rows, indicator, side).select_related("person__household__village", "case__hospital")


def stays_behind(user: User, indicator: Indicator, place: Place, day: date, side: Side) -> QuerySet[Bill]:
    """The stays behind a figure, as of the day."""
    rows = facts.stays_on(day).visible_to(user).filter(under("path", place.path))
    return _narrowed(rows, indicator, side).select_related("person__household__village", "facility")


def years_behind(user: User, indicator: Indicator, place: Place, day: date, side: Side) -> QuerySet[YearAccount]:
    """The years of the people behind a figure of own payments, as of the day."""
    rows = years_by_line(income_lines(place, day), day).visible_to(user).filter(under("path", place.path))
    return _narrowed(rows, indicator, side).select_related("person__household__village__parent")


def _narrowed(rows: QuerySet, indicator: Indicator, side: Side) -> QuerySet:
    among = rows.filter(indicator.among)
    return {Side.MET: rows.filter(indicator.met), Side.AMONG: among, Side.MISSING: among.exclude(indicator.met)}[side]


def villages_behind(user: User, indicator: Indicator, place: Place, day: date, side: Side) -> list[Village]:
    """The villages that add to a figure of the clinics, in tree order, inside what the user may read."""
    scope = user.scope(Ability.READ_FACILITIES)
    villages = [
        village
        for village in facts.villages_on(place.path, day, doctors_due_at(place, day))
        if scope.covers_path(village.path)
    ]
    return [village for village in villages if count_village(village)[indicator.code].on(side)]


def may_see_illness(user: User, illness: Condition | Bill) -> bool:
    """Whether this user's duties open a sensitive illness, or a bill for it; others are open to all who see the row."""
    return not illness.is_sensitive or user.scope(Ability.READ_SENSITIVE).covers(illness)
