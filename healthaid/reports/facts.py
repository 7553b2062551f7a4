"""The rows that a report speaks of, as of a day: written once, used to count them and to list them.

What the tables keep with dates (spells, births, contracts, enrolments, bills, checks, verifications) is taken as of the
day. What they keep without (health, key groups other than age, causes, reasons for not being enrolled, declined or
excluded cases) is taken as it stands when it is counted; indicators that rest on it say so (`Indicator.undated`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import BooleanField, Case, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber

from facilities.enums import FacilityKind
from facilities.models import ClinicCheck, Facility
from healthaid.core.scoping import ScopedQuerySet, under
from healthaid.coverage.domain.enrolments import moment_on
from healthaid.coverage.enums import BillState, Promise
from healthaid.coverage.models import Bill, RuleSet
from healthaid.coverage.selectors.checks import target_group
from healthaid.coverage.selectors.income_line import IncomeLine
from healthaid.coverage.selectors.promises import names
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode
from patients.domain.persons import CHILD_UP_TO, ELDERLY_FROM, born_by
from patients.enums import CaseState, ConditionKind, ConditionState
from patients.models import Condition, Household, Person, PovertySpell
from patients.selectors.persons import present_on, spells_covering
from signing.models import Contract

DoctorsDue = Callable[[int], int]  # from a village's residents to the doctors that the policy of the day asks for
OUTSIDE_TREATMENT = (CaseState.DECLINED, CaseState.DIED, CaseState.EXCLUDED)  # nobody to treat: not in the denominator


@dataclass(frozen=True, slots=True)
class Measures:
    """What the policy of a place and day measures people and villages by."""

    doctors_due: DoctorsDue
    lines: Sequence[IncomeLine] = ()  # of the counties in which own payments are capped by the rural income

    @property
    def is_income_known(self) -> bool:
        """Whether any of the counties has its figure."""
        return any(line.income for line in self.lines)


def households_on(day: date) -> ScopedQuerySet[Household]:
    """Households of the register on the day."""
    return Household.objects.filter(
        Q(identified_on=None) | Q(identified_on__lte=day),
        Q(founded_on=None) | Q(founded_on__lte=day),
        Q(dissolved_on=None) | Q(dissolved_on__gt=day),
    )


def people_on(day: date) -> ScopedQuerySet[Person]:
    """People of the register on the day; `is_elderly` and `is_child` by their age on it."""
    return Person.objects.filter(present_on(day)).annotate(
        is_elderly=_holds(Q(born_on__lte=born_by(ELDERLY_FROM, day))),
        is_child=_holds(Q(born_on__gt=born_by(CHILD_UP_TO + 1, day))),
    )


def people_to_insure(day: date) -> ScopedQuerySet[Person]:
    """Those whom the 100 % check of the day asks about, with what it tells of each."""
    return target_group(Person.objects.all(), moment_on(day))


def spells_on(day: date) -> QuerySet[PovertySpell]:
    """Standings that cover the day, of people present on it; `is_signed` says whether a contract runs that day."""
    return (
        spells_covering(day)
        .filter(present_on(day, "person__"))
        .annotate(is_signed=Exists(contracts_on(day).filter(person=OuterRef("person_id"))))
    )


def contracts_on(day: date) -> QuerySet[Contract]:
    """Contracts that serve on the day, whether or not they were ended or renewed later."""
    return Contract.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day), starts_on__lte=day, ends_on__gte=day)


def illnesses_on(day: date) -> ScopedQuerySet[Condition]:
    """Critical illnesses verified by the day.

    `is_filed`: has its file; `is_treated`: treatment done by the day; `is_due`: treated, or still to be treated.
    """
    treated = Q(case__state=CaseState.TREATED) & (Q(case__treated_on=None) | Q(case__treated_on__lte=day))
    waiting = present_on(day, "person__") & (Q(case=None) | ~Q(case__state__in=OUTSIDE_TREATMENT))
    return Condition.objects.filter(
        Q(verified_on=None) | Q(verified_on__lte=day), kind=ConditionKind.CRITICAL, state=ConditionState.VERIFIED
    ).annotate(
        is_filed=_holds(Q(case__opened_on__lte=day)),
        is_treated=_holds(treated),
        is_due=_holds(treated | waiting),
    )


def stays_on(day: date) -> ScopedQuerySet[Bill]:
    """Settled stays of the year up to the day that are promised an actual rate; `is_kept`: settlements reach it."""
    now = FilteredRelation("settlements", condition=Q(settlements__is_current=True))
    promised = RuleSet.objects.filter(values__promises__has_key=Promise.ACTUAL_RATE.value)
    return (
        Bill.objects.filter(state=BillState.SETTLED, served_on__range=(date(day.year, 1, 1), day))
        .annotate(now=now)
        .filter(now__rules__in=promised.values("pk"))
        .annotate(is_kept=_holds(~names(Promise.ACTUAL_RATE.value, "now__missed")))
    )


def _holds(condition: Q) -> Case:
    """Yes or no, where the condition itself may be unknown: an illness without a file has no state."""
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


@dataclass(slots=True)
class Clinic:
    """A village clinic with what its newest check up to the day found; no check yet leaves these empty."""

    pk: int
    name: str
    checked_on: date | None = None
    meets_standard: bool = False
    doctors: int = 0  # in post
    doctors_due: int = 1  # before anybody has counted the residents: at least one


@dataclass(slots=True)
class Village:
    """An administrative village and the clinics in use there."""

    pk: int
    path: str
    name: str
    clinics: list[Clinic] = field(default_factory=list)

    @property
    def meets_standard(self) -> bool:
        return any(clinic.meets_standard for clinic in self.clinics)

    @property
    def doctors_due(self) -> int:
        return max(1, sum(clinic.doctors_due for clinic in self.clinics))

    @property
    def doctors_counted(self) -> int:
        """Doctors in post, at most as many as are due: one village's surplus does not fill another's gap."""
        return min(self.doctors_due, sum(clinic.doctors for clinic in self.clinics))


def villages_on(prefix: str, day: date, doctors_due: DoctorsDue) -> list[Village]:
    """The administrative villages below a place on the day, each with its clinics, in four queries."""
    rows = Place.objects.filter(under("path", prefix), level=Level.VILLAGE)
    committees = set(_residents_committees(prefix))
    villages = {
        place.path: Village(place.pk, place.path, place.name)
        for place in rows.filter(Q(closed_on=None) | Q(closed_on__gt=day)).order_by("path")
        if place.pk not in committees
    }
    checks = {check.clinic_id: check for check in _newest_checks(prefix, day)}
    clinics = Facility.objects.filter(under("path", prefix), kind=FacilityKind.VILLAGE_CLINIC, is_open=True)
    for facility in clinics.order_by("path"):
        village = villages.get(facility.path[: facility.path.rstrip("/").rindex("/") + 1])
        if village is not None:
            village.clinics.append(_clinic(facility, checks.get(facility.pk), doctors_due))
    return list(villages.values())


def _residents_committees(prefix: str) -> QuerySet:
    """Ids of the communities in towns, told by their statistics codes: they need no village clinic."""
    codes = PlaceCode.objects.filter(
        under("place__path", prefix), place__level=Level.VILLAGE, system=CodeSystem.STATISTICS
    )
    return codes.filter(code__regex=r"^[0-9]{9}[01]").values_list("place_id", flat=True)


def _newest_checks(prefix: str, day: date) -> QuerySet[ClinicCheck]:
    newest = Window(RowNumber(), partition_by="clinic", order_by=(F("checked_on").desc(), F("pk").desc()))
    return ClinicCheck.objects.filter(under("path", prefix), checked_on__lte=day).annotate(rank=newest).filter(rank=1)


def _clinic(facility: Facility, check: ClinicCheck | None, doctors_due: DoctorsDue) -> Clinic:
    if check is None:
        return Clinic(facility.pk, facility.name)
    due = doctors_due(check.residents)
    return Clinic(facility.pk, facility.name, check.checked_on, check.meets_standard, check.doctors, due)
