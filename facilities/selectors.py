"""Reads of facilities, their checks and teams; user first."""

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from facilities.domain import PARENT_LEVELS, ClinicStandard, doctors_required
from facilities.enums import FacilityKind
from facilities.models import CareTeam, ClinicCheck, Facility
from healthaid.accounts.enums import Ability
from healthaid.core.scoping import Scoped, under
from healthaid.policy.domain import Missing
from healthaid.policy.selectors.rules import Rules
from healthaid.regions.domain import ids_of
from healthaid.regions.models import Place


def facilities_for_list(user: Scoped) -> QuerySet[Facility]:
    """Facilities with their place and, for clinics, whether the newest check met the standard (`at_standard`)."""
    newest = ClinicCheck.objects.filter(clinic=OuterRef("pk")).order_by("-checked_on", "-pk")
    return (
        Facility.objects.visible_to(user)
        .select_related("place__parent__parent")
        .annotate(
            at_standard=Subquery(newest.values("meets_standard")[:1]),
            last_checked_on=Subquery(newest.values("checked_on")[:1]),
        )
    )


def facility_for_page(user: Scoped, pk: int) -> Facility:
    """One facility with its checks, newest first, and its teams. Raises DoesNotExist."""
    teams = CareTeam.objects.order_by("-is_active", "name")
    return (
        Facility.objects.visible_to(user)
        .select_related("place__parent__parent")
        .prefetch_related("checks", Prefetch("teams", teams))
        .get(pk=pk)
    )


def facility_for_change(user: Scoped, pk: int) -> Facility:
    """One facility that the user sees. Raises DoesNotExist."""
    return Facility.objects.visible_to(user).select_related("place__parent").get(pk=pk)


def check_for_change(user: Scoped, pk: int) -> ClinicCheck:
    """One check that the user sees, with its clinic. Raises DoesNotExist."""
    return ClinicCheck.objects.visible_to(user).select_related("clinic__place__parent").get(pk=pk)


def team_for_change(user: Scoped, pk: int) -> CareTeam:
    """One team that the user sees, with its facility. Raises DoesNotExist."""
    return CareTeam.objects.visible_to(user).select_related("facility").get(pk=pk)


def teams_serving(village_path: str) -> QuerySet[CareTeam]:
    """Active teams that may sign a village's people: of its township, and of the hospitals of the places above."""
    township = parent_path(village_path)
    near = under("path", township) | Q(facility__place__parent__in=ids_of(township))
    return CareTeam.objects.filter(near, is_active=True, facility__is_open=True).select_related("facility")


def hospitals_serving(village_path: str) -> QuerySet[Facility]:
    """Open hospitals where a village's people may be treated: of its county, its prefecture and its province."""
    county = parent_path(parent_path(village_path))
    near = under("path", county) | Q(place__parent__in=ids_of(county))
    return Facility.objects.filter(near, kind=FacilityKind.HOSPITAL, is_open=True)


def clinics_not_at_standard(user: Scoped) -> QuerySet[Facility]:
    """Open village clinics whose newest check failed, or that were never checked."""
    clinics = facilities_for_list(user).filter(kind=FacilityKind.VILLAGE_CLINIC, is_open=True)
    return clinics.filter(Q(at_standard=False) | Q(at_standard=None))


def parents_for_form(user: Scoped) -> QuerySet[Place]:
    """Open places where the user may set up a facility of some kind."""
    levels = {level for levels in PARENT_LEVELS.values() for level in levels}
    return Place.objects.visible_to(user, Ability.EDIT_FACILITIES).filter(level__in=levels, closed_on=None)


def clinic_standard(rules: Rules, residents: int) -> ClinicStandard:
    """The standard that holds under the rules of a place and day, for a clinic's residents.

    Rooms and equipment are asked for only where a document in force does so. Raises domain.Unresolved of the policy
    room when area or doctors have no value there.
    """
    return ClinicStandard(
        area=rules.number("clinic.area"),
        rooms=frozenset(_asked(rules, "clinic.separate_rooms")),
        needs_equipment=_asked(rules, "clinic.equipment") == ("required",),
        doctors=doctors_required(
            residents,
            rules.number("clinic.doctors_per_thousand", population=residents),
            rules.number("clinic.doctors_minimum"),
        ),
    )


def _asked(rules: Rules, name: str) -> tuple[str, ...]:
    try:
        return rules.words(name)
    except Missing:
        return ()


def parent_path(path: str) -> str:
    """The path of the place above."""
    return path[: path.rindex("/", 0, -1) + 1]
