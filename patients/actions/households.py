"""Writes: households are registered, corrected, moved to another village, split, and get another head."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import as_json, record, record_rows
from healthaid.core.decisions import require, require_version
from healthaid.core.identity import mask_phone
from healthaid.core.versions import assign, save_next
from healthaid.exchange import texts
from healthaid.regions.models import Place
from patients.domain.persons import heads_of
from patients.enums import Relation
from patients.followers import followers
from patients.models import Household, Person
from patients.permissions.persons import may_change_household, may_register_in

ITEMS = (
    "natural_village",
    "category",
    "kind",
    "standard",
    "main_cause",
    "other_causes",
    "identified_on",
    "lifted_on",
    "monitored_kind",
    "risk_found_on",
    "risk_removed",
    "risk_removed_on",
    "income_per_head",
    "unsafe_housing",
    "safe_water",
)


@transaction.atomic
def register_household(*, by: User, village_id: int, number: str, **values: Any) -> Household:
    """A new household, without members as yet. Raises ValidationError."""
    household = Household(number=number.strip())
    _settle_in(household, village_for(by, village_id))
    changes = _fill(household, values)
    household.full_clean()
    household.save()
    record(by=by, verb="patients.household.registered", subject=household, number=household.number, **changes)
    return household


@transaction.atomic
def change_household(*, by: User, household_id: int, version: int, **values: Any) -> Household:
    """Correct the items of a household, its number too. Raises Stale and ValidationError."""
    household = locked_household(by, household_id)
    require(may_change_household(by, household))
    require_version(household, version)
    changes = _fill(household, values)
    if "number" in values:
        changes |= assign(household, {"number": values["number"].strip()})
    if changes:
        save_next(household)
        record(by=by, verb="patients.household.changed", subject=household, **changes)
    return household


@transaction.atomic
def move_household(
    *, by: User, household_id: int, version: int, village_id: int, natural_village: str = ""
) -> Household:
    """Move a household to another village in reach; members and all that belongs to them go along. Raises Stale."""
    household = locked_household(by, household_id)
    require(may_change_household(by, household))
    require_version(household, version)
    village = village_for(by, village_id)
    if village.pk == household.village_id:
        raise ValidationError({"village": _("该户已在此村。")})
    wanted = {"village": village, "path": village.path, "natural_village": natural_village}
    changes = assign(household, wanted)
    changes["village"] = [str(place) for place in changes["village"]]
    save_next(household)
    moved = list(household.members.values_list("pk", flat=True))
    take_along(moved, village.path)
    told = as_json({"path": changes["path"]})
    kind = Person._meta.label_lower  # noqa: SLF001
    record_rows(by=by, verb="patients.person.moved", subject_kind=kind, rows=[(pk, village.path, told) for pk in moved])
    record(by=by, verb="patients.household.moved", subject=household, members=len(moved), **changes)
    return household


@transaction.atomic
def split_household(
    *, by: User, household_id: int, version: int, number: str, relations: Mapping[int, str], on: date | None = None
) -> Household:
    """Some members found a household of their own, which inherits the items of the old one. Raises Stale.

    `relations` maps the id of each leaving member to the relation to the new head, who is one of them.
    """
    household = locked_household(by, household_id)
    require(may_change_household(by, household))
    require_version(household, version)
    leavers = _leavers(household, relations)
    day = on or timezone.localdate()
    items = {name: getattr(household, name) for name in ITEMS}
    founded = Household(number=number.strip(), split_from=household, founded_on=day, **items)
    _settle_in(founded, household.village)
    founded.full_clean()
    founded.save()
    for person in leavers:
        person.household = founded
        person.relation = relations[person.pk]
        save_next(person)
    _touch(household)
    names = [person.name for person in leavers]
    record(by=by, verb="patients.household.split", subject=household, into=founded.number, members=names, on=day)
    record(by=by, verb="patients.household.founded", subject=founded, out_of=household.number, members=names, on=day)
    return founded


@transaction.atomic
def change_head(*, by: User, household_id: int, version: int, relations: Mapping[int, str]) -> Household:
    """Give present members the relation to another head, who is the one among them with that relation. Raises Stale.

    `relations` maps ids of members to their relation; those not named keep theirs.
    """
    household = locked_household(by, household_id)
    require(may_change_household(by, household))
    require_version(household, version)
    members = list(household.members.select_for_update().filter(life_state="present"))
    wanted = {person.pk: relations.get(person.pk, person.relation) for person in members}
    if heads_of(wanted.values()) != 1:
        raise ValidationError({"head": _("一户须有且只有一名户主。")})
    changed = [person for person in members if person.relation != wanted[person.pk]]
    # The old head first: two at once are not allowed, even for a moment.
    for person in sorted(changed, key=lambda person: person.relation != Relation.HEAD):
        changes = assign(person, {"relation": wanted[person.pk]})
        save_next(person)
        record(by=by, verb="patients.person.changed", subject=person, **changes)
    _touch(household)
    head = next(person for person in members if person.relation == Relation.HEAD)
    record(by=by, verb="patients.household.head_changed", subject=household, head=head.name)
    return household


@transaction.atomic
def dissolve_household(*, by: User, household_id: int, version: int, on: date) -> Household:
    """Close a household without present members; `on` is the first day it no longer exists. Raises Stale."""
    household = locked_household(by, household_id)
    require(may_change_household(by, household))
    require_version(household, version)
    if household.members.filter(life_state="present").exists():
        raise ValidationError({"on": _("户内还有在册成员，不能销户。")})
    if on > timezone.localdate():
        raise ValidationError({"on": _("日期不能晚于今天。")})
    changes = assign(household, {"dissolved_on": on})
    save_next(household)
    record(by=by, verb="patients.household.dissolved", subject=household, **changes)
    return household


def locked_household(by: User, pk: int) -> Household:
    """The household, if the user sees it, locked until the end of the transaction. Raises DoesNotExist."""
    return Household.objects.visible_to(by).select_for_update(of=("self",)).select_related("village").get(pk=pk)


def village_for(by: User, village_id: int) -> Place:
    """A village where the user keeps the register. Raises ValidationError where the user sees none, and Refused."""
    village = Place.objects.visible_to(by).filter(pk=village_id).first()
    if village is None:
        raise ValidationError({"village": _("请选择您任职范围内的行政村。")})
    require(may_register_in(by, village))
    return village


def _settle_in(household: Household, village: Place) -> None:
    household.village, household.path = village, village.path


def take_along(person_ids: list[int], path: str) -> None:
    """Bring people, and everything that copies their path, to their new village."""
    Person.objects.filter(pk__in=person_ids).update(path=path, updated_at=timezone.now())
    for follower in followers():
        follower.model._default_manager.filter(person__in=person_ids).update(path=path)  # noqa: SLF001


def _touch(household: Household) -> None:
    """Members came or went: whoever has the household open must look again."""
    household.version += 1
    household.save(update_fields=("version", "updated_at"))


def _leavers(household: Household, relations: Mapping[int, str]) -> list[Person]:
    present = {person.pk: person for person in household.members.select_for_update().filter(life_state="present")}
    leavers = [present[pk] for pk in relations if pk in present]
    if not leavers or len(leavers) != len(relations):
        raise ValidationError({"members": _("请选择要分出的在册成员。")})
    if len(leavers) == len(present):
        raise ValidationError({"members": _("不能把全部成员分出；整户迁移请用“迁村”。")})
    if any(person.relation == Relation.HEAD for person in leavers):
        raise ValidationError({"members": _("户主不能分出，请先更换户主。")})
    if heads_of(relations.values()) != 1:
        raise ValidationError({"members": _("分出的成员中须有且只有一名新户主。")})
    return leavers


def _fill(household: Household, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set the named items; the changes, the phone masked. Raises ValidationError."""
    changes = assign(household, {name: values[name] for name in ITEMS if name in values})
    refuse_disorder(household)
    if "phone" in values and (phone := checked_phone(values["phone"])) != household.phone:
        changes["phone"] = [mask_phone(household.phone), mask_phone(phone)]
        household.phone = phone
    return changes


def refuse_disorder(household: Household) -> None:
    """Raise ValidationError where a later event is dated before an earlier one."""
    pairs = (
        ("lifted_on", "identified_on", _("脱贫时间早于首次识别时间。")),
        ("risk_removed_on", "risk_found_on", _("风险消除时间早于风险识别时间。")),
    )
    errors = {
        later: reason
        for later, earlier, reason in pairs
        if getattr(household, later)
        and getattr(household, earlier)
        and getattr(household, later) < getattr(household, earlier)
    }
    if errors:
        raise ValidationError(errors)


def checked_phone(text: str) -> str:
    """The number as it is kept; nothing stays nothing. Raises ValidationError."""
    read = texts.read_phone(text)
    if read.reason and not read.is_warning:
        raise ValidationError({"phone": f"{read.reason}{read.suggestion}"})
    return read.value or ""
