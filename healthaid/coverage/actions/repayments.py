"""Writes: what patients pay under an agreement, wrong entries taken back, and reminders."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require, require_version
from healthaid.coverage.actions.agreements import change, locked_agreement, needed, state_after
from healthaid.coverage.domain.instalments import NOTHING
from healthaid.coverage.models import Agreement, Payment, Reminder
from healthaid.coverage.permissions.agreements import may_receive, may_remind, may_take_back
from healthaid.coverage.selectors.agreements import paid_under, payment_for_page


@transaction.atomic
def record_payment(
    *,
    by: User,
    agreement_id: int,
    version: int,
    amount: Decimal,
    paid_on: date,
    receipt: str = "",
    today: date | None = None,
) -> Agreement:
    """Money received: a part, several, or all of what is left, never more. Raises Stale, Refused, ValidationError."""
    agreement = locked_agreement(by, agreement_id)
    require(may_receive(by, agreement))
    require_version(agreement, version)
    due, paid = agreement.due or NOTHING, paid_under(agreement)
    if not 0 < amount <= due - paid:
        reason = _("金额须大于0，且不能超过未还金额%(left)s元。") % {"left": due - paid}
        raise ValidationError({"amount": reason})
    if not agreement.admitted_on <= paid_on <= (today or timezone.localdate()):
        raise ValidationError({"paid_on": _("付款日期不能早于入院日期，也不能晚于今天。")})
    payment = Payment(agreement=agreement, paid_on=paid_on, amount=amount, receipt=receipt.strip(), received_by=by)
    payment.full_clean()
    payment.save()
    told = {"payment": payment.pk, "amount": amount, "paid_on": paid_on, "receipt": payment.receipt}
    return change(by, agreement, "repaid", {"state": state_after(agreement, due, paid + amount)}, **told)


@transaction.atomic
def reverse_payment(*, by: User, payment_id: int, version: int, reason: str, today: date | None = None) -> Agreement:
    """Take a wrong entry back by a negative one that names it; both stay readable. Raises Stale, Refused.

    `version` is the agreement's.
    """
    agreement = locked_agreement(by, payment_for_page(by, payment_id).agreement_id)
    payment = payment_for_page(by, payment_id)
    require(may_take_back(by, payment))
    require_version(agreement, version)
    why = needed(reason)
    day = today or timezone.localdate()
    reversal = Payment(
        agreement=agreement,
        paid_on=day,
        amount=-payment.amount,
        receipt=payment.receipt,
        reverses=payment,
        received_by=by,
    )
    reversal.full_clean()
    reversal.save()
    state = state_after(agreement, agreement.due or NOTHING, paid_under(agreement))
    told = {"payment": payment.pk, "amount": reversal.amount, "reason": why}
    return change(by, agreement, "repayment_reversed", {"state": state}, **told)


@transaction.atomic
def record_reminder(*, by: User, agreement_id: int, note: str, today: date | None = None) -> Reminder:
    """Somebody spoke with the patient about what is due. Raises Refused, and ValidationError without a note."""
    agreement = locked_agreement(by, agreement_id)
    require(may_remind(by, agreement))
    if not note.strip():
        raise ValidationError({"note": _("请写明提醒情况。")})
    reminder = Reminder(
        agreement=agreement, reminded_on=today or timezone.localdate(), note=note.strip()[:200], reminded_by=by
    )
    reminder.full_clean()
    reminder.save()
    record(by=by, verb="coverage.agreement.reminded", subject=agreement, note=reminder.note)
    return reminder
