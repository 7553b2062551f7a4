"""Writes: facilities, checks of village clinics, care teams."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities import selectors
from facilities.domain import Finding, shortfalls
from facilities.enums import HospitalLevel
from facilities.models import CareTeam, ClinicCheck, Facility
from facilities.permissions import may_change, may_check, may_register
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require, require_version
from healthaid.core.versions import assign, save_next
from healthaid.policy.domain import Unresolved
from healthaid.policy.selectors.rules import explain, rules_at
from healthaid.regions.actions import add_place, close_place, rename_place
from healthaid.regions.enums import Level
from healthaid.regions.models import Place


@transaction.atomic
def register_facility(
    *,
    by: User,
    parent_id: int,
    kind: str,
    name: str,
    code: str,
    level: str = HospitalLevel.UNGRADED,
    phone: str = "",
) -> Facility:
    """A new facility on a new leaf of the place tree, right below the place it serves."""
    parent = Place.objects.visible_to(by).get(pk=parent_id)
    require(may_register(by, parent, kind))
    facility = Facility(kind=kind, name=name, code=code, level=level, phone=phone)
    facility.full_clean(exclude=("place",))
    facility.place = add_place(parent=parent, level=Level.FACILITY, name=name)
    facility.path = facility.place.path
    facility.save()
    record(by=by, verb="facilities.facility.registered", subject=facility, kind=kind, name=name, code=code)
    return facility


@transaction.atomic
def change_facility(*, by: User, facility_id: int, version: int, today: date | None = None, **values: Any) -> Facility:
    """Change name, code, level or phone; a new name also renames the leaf, dated. Raises Stale."""
    facility = locked_facility(by, facility_id)
    require(may_change(by, facility))
    require_version(facility, version)
    changes = assign(facility, {name: values[name] for name in ("name", "code", "level", "phone") if name in values})
    if not changes:
        return facility
    save_next(facility)
    rename_place(place=facility.place, name=facility.name, on=today or timezone.localdate())
    record(by=by, verb="facilities.facility.changed", subject=facility, **changes)
    return facility


@transaction.atomic
def close_facility(*, by: User, facility_id: int, version: int, reason: str, today: date | None = None) -> Facility:
    """Take a facility and its teams out of use; what happened there stays. Raises Stale."""
    facility = locked_facility(by, facility_id)
    require(may_change(by, facility))
    require_version(facility, version)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明停用原因。")})
    facility.is_open = False
    save_next(facility)
    close_place(place=facility.place, on=today or timezone.localdate())
    facility.teams.filter(is_active=True).update(is_active=False)
    record(by=by, verb="facilities.facility.closed", subject=facility, reason=reason)
    return facility


@dataclass(frozen=True, slots=True)
class Check:
    """What a person wrote down at a clinic; area in square metres."""

    checked_on: date
    area: Decimal
    has_consulting_room: bool
    has_treatment_room: bool
    has_pharmacy: bool
    is_equipped: bool
    doctors: int
    residents: int
    note: str = ""

    def finding(self) -> Finding:
        """The part that the standard speaks about."""
        rooms = {
            "consulting_room": self.has_consulting_room,
            "treatment_room": self.has_treatment_room,
            "pharmacy": self.has_pharmacy,
        }
        present = frozenset(name for name, is_there in rooms.items() if is_there)
        return Finding(self.area, present, self.is_equipped, self.doctors)


@transaction.atomic
def record_clinic_check(*, by: User, clinic_id: int, found: Check, today: date | None = None) -> ClinicCheck:
    """Keep a check and what it means under the policy of its own day; one check a clinic and day."""
    clinic = locked_facility(by, clinic_id)
    require(may_check(by, clinic))
    check = ClinicCheck(clinic=clinic, path=clinic.path)
    judge(check, found, today or timezone.localdate())
    check.full_clean()
    check.save()
    record(by=by, verb="facilities.check.recorded", subject=check, clinic=clinic.pk, **outcome(check))
    return check


@transaction.atomic
def change_clinic_check(
    *, by: User, check_id: int, version: int, found: Check, today: date | None = None
) -> ClinicCheck:
    """Correct a check; it is judged again under the policy of its day. Raises Stale."""
    seen = ClinicCheck.objects.visible_to(by).get(pk=check_id)
    check = ClinicCheck.objects.select_for_update(of=("self",)).select_related("clinic__place").get(pk=seen.pk)
    require(may_check(by, check.clinic))
    require_version(check, version)
    before = {name: getattr(check, name) for name in JUDGED_FIELDS}
    judge(check, found, today or timezone.localdate())
    changes: dict[str, Any] = {
        name: [old, getattr(check, name)] for name, old in before.items() if getattr(check, name) != old
    }
    if changes:
        save_next(check)
        record(by=by, verb="facilities.check.changed", subject=check, clinic=check.clinic_id, **changes)
    return check


CHECK_FIELDS = (
    "checked_on", "area", "has_consulting_room", "has_treatment_room", "has_pharmacy", "is_equipped", "doctors",
    "residents", "note",
)  # fmt: skip
JUDGED_FIELDS = (*CHECK_FIELDS, "meets_standard", "shortfalls")


def judge(check: ClinicCheck, found: Check, today: date) -> None:
    """Take over what was found and hold it against the standard of the day. Raises ValidationError."""
    if found.checked_on > today:
        raise ValidationError({"checked_on": _("检查日期不能晚于今天。")})
    for name in CHECK_FIELDS:
        setattr(check, name, getattr(found, name))
    try:
        standard = selectors.clinic_standard(rules_at(check.clinic.place, found.checked_on), found.residents)
    except Unresolved as problem:
        raise ValidationError({"checked_on": explain(problem, by_label=True)}) from problem
    check.shortfalls = shortfalls(found.finding(), standard)
    check.meets_standard = not check.shortfalls


def outcome(check: ClinicCheck) -> dict[str, Any]:
    """What the record says about a check."""
    return {"checked_on": check.checked_on, "meets_standard": check.meets_standard, "shortfalls": check.shortfalls}


@transaction.atomic
def form_team(*, by: User, facility_id: int, name: str, leader: str, phone: str = "") -> CareTeam:
    """A new family-doctor team at a facility."""
    facility = locked_facility(by, facility_id)
    require(may_change(by, facility))
    team = CareTeam(facility=facility, path=facility.path, name=name, leader=leader, phone=phone)
    team.full_clean()
    team.save()
    record(by=by, verb="facilities.team.formed", subject=team, facility=facility.pk, name=name, leader=leader)
    return team


@transaction.atomic
def change_team(*, by: User, team_id: int, version: int, **values: Any) -> CareTeam:
    """Change a team's name, leader, phone, or whether it is active. Raises Stale."""
    seen = CareTeam.objects.visible_to(by).get(pk=team_id)
    team = CareTeam.objects.select_for_update(of=("self",)).select_related("facility").get(pk=seen.pk)
    require(may_change(by, team.facility))
    require_version(team, version)
    changes = assign(team, {name: values[name] for name in ("name", "leader", "phone", "is_active") if name in values})
    if changes:
        save_next(team)
        record(by=by, verb="facilities.team.changed", subject=team, **changes)
    return team


def locked_facility(by: User, pk: int) -> Facility:
    """The facility, if the user sees it, locked until the end of the transaction. Raises DoesNotExist."""
    rows = Facility.objects.visible_to(by, Ability.READ_FACILITIES).select_related("place")
    return rows.select_for_update(of=("self",)).get(pk=pk)
