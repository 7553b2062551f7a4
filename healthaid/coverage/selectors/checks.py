"""The 100 % check: who of the target group is enrolled, absent for an accepted reason, or a gap."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, When

from healthaid.accounts.enums import Ability
from healthaid.core.scoping import Scoped, ScopedQuerySet, under
from healthaid.coverage.domain.enrolments import Moment, Tally
from healthaid.coverage.enums import Insurance, Side
from healthaid.coverage.selectors.citations import Cited, cited, cited_words
from healthaid.coverage.selectors.enrolments import CHECKED
from healthaid.coverage.selectors.groups import LOW_INCOME, REGISTERED_POOR
from healthaid.coverage.selectors.places import by_place, first_below, said_where
from healthaid.policy.selectors.rules import rules_at
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from patients.models import Person
from patients.selectors.persons import present_on, spells_covering

ALL = "all"  # all three insurances together
FLAGS = {Insurance.BASIC: "has_basic_insurance", Insurance.CRITICAL: "has_critical_insurance"}  # of the register


def people_due(user: Scoped, place: Place, moment: Moment) -> QuerySet[Person]:
    """The target group inside a place, each person with what `target_group` tells."""
    people = Person.objects.visible_to(user, Ability.READ_COVERAGE)
    return target_group(people.filter(under("path", place.path)), moment)


def target_group(people: ScopedQuerySet[Person], moment: Moment) -> ScopedQuerySet[Person]:
    """Those of some people who are to be insured: registered poor, and where a document says so rural low-income ones.

    Each person is told `is_basic`, `is_critical`, `is_assistance`, `is_all` and `is_accepted`. A row counts from the
    day of enrolment where it has one. In the current year the register's flags count for people without a row of it.
    Two queries beside that of the people.
    """
    people = people.filter(present_on(moment.on), _in_group(moment))
    people = people.annotate(of_year=FilteredRelation("enrolments", condition=Q(enrolments__year=moment.year)))
    conditions = {kind: _enrolled(kind, moment) for kind in CHECKED}
    everything = conditions[Insurance.BASIC] & conditions[Insurance.CRITICAL] & conditions[Insurance.ASSISTANCE]
    return people.annotate(
        **{f"is_{kind}": _holds(condition) for kind, condition in conditions.items()},
        is_all=_holds(everything),
        is_accepted=_holds(_accepted(moment)),
    )


def _in_group(moment: Moment) -> Q:
    standing = spells_covering(moment.on).filter(person=OuterRef("pk"))
    poor = Q(Exists(standing.filter(status__in=REGISTERED_POOR)))
    low_income = Q(Exists(standing.filter(status__in=LOW_INCOME)))
    said = said_where("enrolment.group", moment.rules_on)
    if not any("rural_low_income" in each.words for each in said):
        return poor
    return poor | by_place(said, lambda each: low_income if "rural_low_income" in each.words else None)


def _enrolled(kind: str, moment: Moment) -> Q:
    begun = Q(of_year__enrolled_on=None) | Q(of_year__enrolled_on__lte=moment.on)
    enrolled = Q(**{f"of_year__has_{kind}": True}) & begun
    if moment.is_current and kind in FLAGS:
        enrolled |= Q(**{"of_year__id": None, FLAGS[Insurance(kind)]: True})
    return enrolled


def _accepted(moment: Moment) -> Q:
    said = said_where("enrolment.accepted_reasons", moment.rules_on)
    return by_place(said, lambda each: Q(of_year__absence__in=each.words) if each.words else None)


def _holds(condition: Q) -> Case:
    """Yes or no, also where the person has no row of the year."""
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def people_on(people: QuerySet[Person], kind: str, side: str) -> QuerySet[Person]:
    """Those of the target group on one side of the check of one insurance, or of all three together."""
    return people.filter(on_side(kind, Side(side)))


def on_side(kind: str, side: Side) -> Q:
    """The condition on people of the target group to stand on a side of the check."""
    return {
        Side.DUE: Q(),
        Side.ENROLLED: Q(**{f"is_{kind}": True}),
        Side.ABSENT: Q(**{f"is_{kind}": False, "is_accepted": True}),
        Side.GAP: Q(**{f"is_{kind}": False, "is_accepted": False}),
    }[side]


def asked(kind: str) -> Q:
    """The condition on people of the target group to be in the rate: all but the rightly absent."""
    return Q(is_accepted=False) | on_side(kind, Side.ENROLLED)


def people_for_list(people: QuerySet[Person]) -> QuerySet:
    """People of a check with household, village, township and the year's reason for `absence`."""
    return people.annotate(absence=F("of_year__absence")).select_related("household__village__parent")


def with_rows(people: QuerySet[Person], names: Sequence[str]) -> QuerySet:
    """People of a check with these items of the year's row as `row_…`, None where they have none."""
    return people.annotate(**{f"row_{name}": F(f"of_year__{name}") for name in names})


Tallies = Mapping[str, Tally]  # by insurance, and ALL


@dataclass(frozen=True, slots=True)
class Part:
    """A place with its check."""

    place: Place
    tallies: Tallies

    @property
    def columns(self) -> list[tuple[Insurance, Tally]]:
        """Each insurance with its tally."""
        return [(kind, self.tallies[kind]) for kind in CHECKED]

    @property
    def all(self) -> Tally:
        """Of all three together."""
        return self.tallies[ALL]


@dataclass(frozen=True, slots=True)
class Check:
    """The check of a place and a year, and of the places directly below."""

    place: Place
    moment: Moment
    whole: Part
    parts: list[Part] = field(default_factory=list)
    target: Cited | None = None
    reasons: tuple[str, ...] = ()
    reasons_source: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether all three rates are at the target."""
        return self.target is None or all(tally.reaches(self.target.number) for _kind, tally in self.whole.columns)


def check(user: Scoped, place: Place, moment: Moment) -> Check:
    """Count the check of a place, in a number of queries that does not grow with its villages."""
    counted = _by_village(people_due(user, place, moment))
    children = list(place.children.exclude(level=Level.FACILITY).order_by("path"))
    paths = {child.path: child for child in children}
    below: dict[str, dict[str, Tally]] = defaultdict(lambda: dict.fromkeys((*CHECKED, ALL), Tally()))
    whole: dict[str, Tally] = dict.fromkeys((*CHECKED, ALL), Tally())
    for path, tallies in counted.items():
        child = first_below(place.path, path)
        for kind, tally in tallies.items():
            whole[kind] += tally
            if child in paths:
                below[child][kind] += tally
    target, reasons, source = _rules(place, moment)
    parts = [Part(child, below[path]) for path, child in paths.items() if path in below]
    return Check(place, moment, Part(place, whole), parts, target, reasons, source)


def _by_village(people: QuerySet[Person]) -> dict[str, dict[str, Tally]]:
    numbers = {"due": Count("pk")}
    for kind in (*CHECKED, ALL):
        numbers[f"{kind}_enrolled"] = Count("pk", filter=on_side(kind, Side.ENROLLED))
        numbers[f"{kind}_absent"] = Count("pk", filter=on_side(kind, Side.ABSENT))
    rows: Any = people.order_by().values("path").annotate(**numbers)
    return {
        row["path"]: {
            kind: Tally(row["due"], row[f"{kind}_enrolled"], row[f"{kind}_absent"]) for kind in (*CHECKED, ALL)
        }
        for row in rows
    }


def _rules(place: Place, moment: Moment) -> tuple[Cited | None, tuple[str, ...], str]:
    """The target and the accepted reasons, each as its document has them."""
    try:
        rules = rules_at(place, moment.rules_on)
    except ValueError:
        return None, (), ""  # above every place that a document names
    target = cited([rules], ["enrolment.target"])[0].get("enrolment.target")
    return target, *cited_words(rules, "enrolment.accepted_reasons")
