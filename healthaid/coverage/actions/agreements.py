"""Writes: an agreement is signed at admission, linked with the bill at discharge, planned, deferred, decided on."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.models import Facility
from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require, require_version
from healthaid.core.versions import assign, save_next
from healthaid.coverage.domain.instalments import (
    MOST_PARTS,
    NOTHING,
    Part,
    PlanFault,
    adjusted,
    fault_of,
    settled_parts,
    sum_of,
)
from healthaid.coverage.enums import AgreementState
from healthaid.coverage.models import Agreement, Instalment
from healthaid.coverage.permissions import agreements as permissions
from healthaid.coverage.selectors import eligibility
from healthaid.coverage.selectors.agreements import (
    agreement_for_page,
    bills_to_link,
    paid_under,
    parts_of,
    person_to_sign,
    personal_part,
    position_of,
)
from healthaid.regions.actions import next_in_series

SERIES = "pay_later"
FAULTS = {
    PlanFault.EMPTY: gettext_lazy("请至少约定一期。"),
    PlanFault.TOO_MANY: gettext_lazy("最多%(most)s期。"),
    PlanFault.NOT_POSITIVE: gettext_lazy("每期金额须大于0。"),
    PlanFault.NOT_RISING: gettext_lazy("各期日期须由早到晚，不能相同。"),
    PlanFault.PAST: gettext_lazy("还款日期不能早于今天。"),
    PlanFault.SUM: gettext_lazy("各期合计%(sum)s元，与未还金额%(left)s元不符，须相等（到分）。"),
}


@transaction.atomic
def sign_agreement(
    *,
    by: User,
    person_id: int,
    facility_id: int,
    admitted_on: date,
    deposit_waived: Decimal = NOTHING,
    referral: str = "",
    signed_on: date | None = None,
    today: date | None = None,
) -> Agreement:
    """Admit a patient without a deposit (YN-2017-102 (八)); earlier arrears never stand in the way.

    Signed today where no day is said. Raises Refused, and ValidationError beside the field for a person or hospital
    outside the place's rules, or a day to come.
    """
    person, day = person_to_sign(by, person_id), today or timezone.localdate()
    facility = Facility.objects.select_related("place__parent").get(pk=facility_id, is_open=True)
    require(permissions.may_sign(by, person, facility))
    signed = signed_on or day
    _refuse_future(admitted_on, "admitted_on", day)
    _refuse_future(signed, "signed_on", day)
    if wrong := eligibility.obstacles(person, facility, admitted_on, referral=referral):
        raise ValidationError(wrong)
    county = eligibility.rules_for(person, admitted_on).places[0]
    agreement = Agreement(
        number=f"XF{county}-{signed.year}-{next_in_series(kind=SERIES, county=county, year=signed.year)[0]:05}",
        person=person,
        path=person.path,
        facility=facility,
        facility_path=facility.path,
        admitted_on=admitted_on,
        signed_on=signed,
        deposit_waived=deposit_waived,
        referral=referral.strip(),
    )
    agreement.full_clean()
    agreement.save()
    facts: dict[str, Any] = {
        "person": person.pk,
        "facility": facility.pk,
        "admitted_on": admitted_on,
        "signed_on": signed,
        "deposit_waived": deposit_waived,
    }
    record(by=by, verb="coverage.agreement.signed", subject=agreement, **facts)
    return agreement


@transaction.atomic
def cancel_agreement(*, by: User, agreement_id: int, version: int, reason: str) -> Agreement:
    """Take back an agreement without a bill, with a reason. Raises Stale, Refused."""
    agreement = locked_agreement(by, agreement_id)
    require(permissions.may_cancel(by, agreement))
    require_version(agreement, version)
    values = {"state": AgreementState.CANCELLED, "state_reason": needed(reason)}
    return change(by, agreement, "cancelled", values)


@transaction.atomic
def discharge_patient(
    *, by: User, agreement_id: int, version: int, bill_id: int, today: date | None = None
) -> Agreement:
    """Link the settled bill: its own part is due at once, as one part, until a plan says otherwise.

    After a reversal the corrected bill takes the place of the reversed one; the plan follows the new sum.
    Raises Stale, Refused, and ValidationError for a bill that is not this patient's stay.
    """
    agreement = locked_agreement(by, agreement_id)
    require(permissions.may_discharge(by, agreement))
    require_version(agreement, version)
    bill = bills_to_link(by, agreement).filter(pk=bill_id).first()
    if bill is None:
        raise ValidationError({"bill": _("请选择此人在该院本次住院已结算的费用。")})
    parts, agreement.bill = parts_of(agreement), bill
    due = personal_part(agreement) or NOTHING
    day = today or timezone.localdate()
    _replace_plan(agreement, adjusted(parts, due) if parts else [Part(max(day, bill.served_on), due)])
    facts = {"bill": [None, bill.pk]}
    return change(by, agreement, "discharged", {"due": due, "state": _state(agreement, due)}, **facts)


@transaction.atomic
def plan_instalments(
    *, by: User, agreement_id: int, version: int, parts: Sequence[Part], reason: str, today: date | None = None
) -> Agreement:
    """Put other days and amounts in the place of what is not paid yet; the record keeps the old plan.

    The parts add up to what is left, to the fen. Raises Stale, Refused, ValidationError.
    """
    agreement = locked_agreement(by, agreement_id)
    require(permissions.may_plan(by, agreement))
    require_version(agreement, version)
    day, old, paid = today or timezone.localdate(), parts_of(agreement), paid_under(agreement)
    if refusal := eligibility.refusal_of_deferral(agreement.person, agreement.admitted_on):
        raise ValidationError(refusal)
    left = (agreement.due or NOTHING) - paid
    if fault := fault_of(parts, left, day):
        raise ValidationError(FAULTS[fault] % {"most": MOST_PARTS, "sum": sum_of(parts), "left": left})
    new = [*settled_parts(old, paid, day), *parts]
    _replace_plan(agreement, new)
    told = {"plan": [plan_told(old), plan_told(new)], "reason": needed(reason)}
    return change(by, agreement, "planned", {}, **told)


@transaction.atomic
def follow_settlement(*, by: User, agreement_id: int, version: int) -> Agreement:
    """Take over the own part of a corrected settlement; the end of the plan takes up the difference. Raises Stale."""
    agreement = locked_agreement(by, agreement_id)
    require(permissions.may_follow(by, agreement))
    require_version(agreement, version)
    due = personal_part(agreement)
    if due is None:
        raise ValidationError(_("该笔费用已冲销，请关联更正后的费用。"))
    old = parts_of(agreement)
    new = adjusted(old, due) or ([Part(timezone.localdate(), due)] if due else [])
    _replace_plan(agreement, new)
    told = {"plan": [plan_told(old), plan_told(new)]}
    return change(by, agreement, "adjusted", {"due": due, "state": _state(agreement, due)}, **told)


@transaction.atomic
def declare_default(*, by: User, agreement_id: int, version: int, reason: str, today: date | None = None) -> Agreement:
    """A person decides that the patient could pay and will not (恶意拖欠); care goes on. Raises Stale, Refused."""
    agreement = locked_agreement(by, agreement_id)
    day = today or timezone.localdate()
    require(permissions.may_declare_default(by, agreement, position_of(agreement, day).overdue))
    require_version(agreement, version)
    return change(by, agreement, "defaulted", _decided(by, agreement, AgreementState.DEFAULT, reason, day))


@transaction.atomic
def revoke_default(*, by: User, agreement_id: int, version: int, reason: str, today: date | None = None) -> Agreement:
    """A person takes the decision back, with a reason. Raises Stale, Refused."""
    agreement = locked_agreement(by, agreement_id)
    require(permissions.may_revoke_default(by, agreement))
    require_version(agreement, version)
    return change(by, agreement, "reinstated", _decided(by, agreement, AgreementState.INSTALMENTS, reason, today))


def _decided(by: User, agreement: Agreement, state: AgreementState, reason: str, today: date | None) -> dict[str, Any]:
    agreement.decided_by = by
    return {"state": state, "state_reason": needed(reason), "decided_on": today or timezone.localdate()}


def locked_agreement(by: User, pk: int) -> Agreement:
    """The agreement as the user sees it, held until the end of the transaction. Raises DoesNotExist."""
    seen = agreement_for_page(by, pk)
    Agreement.objects.select_for_update().get(pk=seen.pk)
    return agreement_for_page(by, pk)


def change(by: User, agreement: Agreement, deed: str, values: dict[str, Any], **told: Any) -> Agreement:
    """Save the agreement's next version and record it under the deed."""
    changes = assign(agreement, values)
    save_next(agreement)
    record(by=by, verb=f"coverage.agreement.{deed}", subject=agreement, **changes, **told)
    return agreement


def needed(reason: str) -> str:
    """The reason as it is kept. Raises ValidationError without one."""
    if not reason.strip():
        raise ValidationError({"reason": _("请写明原因。")})
    return reason.strip()


def state_after(agreement: Agreement, due: Decimal, paid: Decimal) -> AgreementState:
    """Paid when nothing is left, else what it was while something was owed."""
    if paid >= due:
        return AgreementState.PAID
    return AgreementState.DEFAULT if agreement.state == AgreementState.DEFAULT else AgreementState.INSTALMENTS


def _state(agreement: Agreement, due: Decimal) -> AgreementState:
    return state_after(agreement, due, paid_under(agreement))


def _replace_plan(agreement: Agreement, parts: Sequence[Part]) -> None:
    agreement.instalments.all().delete()
    rows = [
        Instalment(agreement=agreement, due_on=part.due_on, amount=part.amount) for part in parts if part.amount > 0
    ]
    Instalment.objects.bulk_create(rows)


def plan_told(parts: Sequence[Part]) -> str:
    """A plan in one line, as the history keeps it."""
    return "；".join(f"{part.due_on} {part.amount:.2f}" for part in parts)


def _refuse_future(day: date, field: str, today: date) -> None:
    if day > today:
        raise ValidationError({field: _("日期不能晚于今天。")})
