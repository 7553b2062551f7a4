"""Writes: an illness is recorded, verified or excluded, corrected; the chronic four mark their person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require, require_version
from healthaid.core.fields import join_codes, split_codes
from healthaid.core.versions import assign, save_next
from healthaid.policy import catalogue
from healthaid.policy.catalogue import Disease
from healthaid.policy.selectors.diseases import prefix_sets
from patients.domain.conditions import ERRORS, Misfit, groups_after, misfits
from patients.enums import ConditionState
from patients.models import Condition, Person
from patients.permissions.conditions import may_change, may_exclude, may_record, may_verify
from patients.selectors.conditions import readable_conditions

MISFITS: dict[Misfit, tuple[str, Any]] = {
    "sex": ("disease", gettext_lazy("该病种与此人性别不符。")),
    "adult": ("disease", gettext_lazy("该病种只限儿童，此人确诊时已成年。")),
    "age": ("disease", gettext_lazy("该病种一般限14岁以下，此人确诊时已超龄，请核对。")),
    "icd10": ("icd10", gettext_lazy("ICD-10编码与病种不符，请核对。")),
    "before_birth": ("diagnosed_on", gettext_lazy("确诊时间早于出生日期。")),
    "in_future": ("diagnosed_on", gettext_lazy("确诊时间不能晚于今天。")),
}

MASKED = "***"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is known of an illness besides its name."""

    diagnosed_on: date | None = None
    diagnosed_at: str = ""  # hospital
    icd10: str = ""
    note: str = ""


@transaction.atomic
def record_condition(
    *, by: User, person_id: int, disease: str, diagnosis: Diagnosis, today: date | None = None
) -> Condition:
    """An illness of a person, to be verified. Raises ValidationError where it cannot be this person's."""
    person = Person.objects.visible_to(by).get(pk=person_id)
    row = known_disease(disease)
    require(may_record(by, person, is_sensitive=row.is_sensitive))
    refuse_misfits(person, row, diagnosis, today or timezone.localdate())
    condition = Condition(
        person=person,
        path=person.path,
        disease=row.code,
        kind=row.kind,
        is_sensitive=row.is_sensitive,
        diagnosed_on=diagnosis.diagnosed_on,
        diagnosed_at=diagnosis.diagnosed_at,
        icd10=diagnosis.icd10.upper(),
        note=diagnosis.note,
    )
    condition.full_clean()
    condition.save()
    record(
        by=by,
        verb="patients.condition.recorded",
        subject=condition,
        person=person.pk,
        **open_facts(condition, disease=row.code),
    )
    return condition


@transaction.atomic
def change_condition(
    *, by: User, condition_id: int, version: int, diagnosis: Diagnosis, today: date | None = None
) -> Condition:
    """Correct day, hospital, code or note. Raises Stale."""
    condition = locked_condition(by, condition_id)
    require(may_change(by, condition))
    require_version(condition, version)
    refuse_misfits(condition.person, known_disease(condition.disease), diagnosis, today or timezone.localdate())
    values = {
        "diagnosed_on": diagnosis.diagnosed_on,
        "diagnosed_at": diagnosis.diagnosed_at,
        "icd10": diagnosis.icd10.upper(),
        "note": diagnosis.note,
    }
    changes = assign(condition, values)
    if changes:
        save_next(condition)
        record(by=by, verb="patients.condition.changed", subject=condition, **open_facts(condition, **changes))
    return condition


@transaction.atomic
def verify_condition(
    *, by: User, condition_id: int, version: int, verified_by: str = "", verified_on: date | None = None
) -> Condition:
    """Confirm an illness; by the user and today unless said otherwise. Raises Stale."""
    condition = locked_condition(by, condition_id)
    require(may_verify(by, condition))
    require_version(condition, version)
    return _settle(by, condition, ConditionState.VERIFIED, verified_by, verified_on)


@transaction.atomic
def exclude_condition(
    *, by: User, condition_id: int, version: int, reason: str, verified_by: str = "", verified_on: date | None = None
) -> Condition:
    """Find that the person does not have the illness; the reason becomes the note. Raises Stale."""
    condition = locked_condition(by, condition_id)
    require(may_exclude(by, condition))
    require_version(condition, version)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明排除原因。")})
    condition.note = reason.strip()
    return _settle(by, condition, ConditionState.EXCLUDED, verified_by, verified_on)


def _settle(by: User, condition: Condition, state: str, verified_by: str, verified_on: date | None) -> Condition:
    today = timezone.localdate()
    if verified_on and verified_on > today:
        raise ValidationError({"verified_on": _("核实时间不能晚于今天。")})
    values = {"state": state, "verified_by": verified_by or str(by), "verified_on": verified_on or today}
    changes = assign(condition, values)
    save_next(condition)
    record(by=by, verb=f"patients.condition.{state}", subject=condition, **open_facts(condition, **changes))
    mark_person(by, condition.person_id, condition.disease)
    return condition


def mark_person(by: User, person_id: int, disease: str) -> None:
    """Let the person's key groups follow the verified illnesses of the disease's chronic group."""
    group = catalogue.diseases()[disease].group
    if not group:
        return
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    verified = person.conditions.filter(state=ConditionState.VERIFIED).values_list("disease", flat=True)
    groups = {catalogue.diseases()[code].group for code in verified}
    changes = assign(person, {"key_groups": join_codes(groups_after(split_codes(person.key_groups), group, groups))})
    if changes:
        person.version += 1
        person.save(update_fields=("key_groups", "version", "updated_at"))
        record(by=by, verb="patients.person.regrouped", subject=person)


@transaction.atomic
def note_opening(*, by: User, condition: Condition, page: str) -> None:
    """Leave a trace when a sensitive illness is shown; `page` says where."""
    if condition.is_sensitive:
        record(by=by, verb="patients.condition.opened", subject=condition, page=page)


def open_facts(condition: Condition, **facts: Any) -> dict[str, Any]:
    """What the record may say of an illness: of a sensitive one only which items changed, for auditors read it too."""
    return dict.fromkeys(facts, MASKED) if condition.is_sensitive else facts


def locked_condition(by: User, pk: int) -> Condition:
    """The illness, if the user may know of it, locked until the end of the transaction. Raises DoesNotExist."""
    seen = readable_conditions(by).get(pk=pk)
    return Condition.objects.select_for_update(of=("self",)).select_related("person").get(pk=seen.pk)


def known_disease(code: str) -> Disease:
    """The disease of the catalogue. Raises ValidationError for any other."""
    try:
        return catalogue.diseases()[code]
    except KeyError:
        raise ValidationError({"disease": _("病种目录中没有该病种。")}) from None


def refuse_misfits(person: Person, disease: Disease, diagnosis: Diagnosis, today: date) -> None:
    """Raise ValidationError for everything that cannot be; doubts are left to `doubts`."""
    found = [misfit for misfit in misfits_of(person, disease, diagnosis, today) if misfit in ERRORS]
    if found:
        raise ValidationError({MISFITS[misfit][0]: str(MISFITS[misfit][1]) for misfit in found})


def doubts(person: Person, disease: Disease, diagnosis: Diagnosis, today: date) -> list[str]:
    """What is worth a second look though it may be saved."""
    found = misfits_of(person, disease, diagnosis, today)
    return [str(MISFITS[misfit][1]) for misfit in found if misfit not in ERRORS]


def misfits_of(person: Person, disease: Disease, diagnosis: Diagnosis, today: date) -> list[Misfit]:
    """What speaks against the illness of this person."""
    day = diagnosis.diagnosed_on or today
    return misfits(
        only_sex=disease.sex,
        max_age=disease.max_age,
        prefixes=prefix_sets().prefixes(disease, person.path, day) if diagnosis.icd10 else (),
        sex=person.sex,
        born_on=person.born_on,
        diagnosed_on=diagnosis.diagnosed_on,
        icd10=diagnosis.icd10,
        today=today,
    )
