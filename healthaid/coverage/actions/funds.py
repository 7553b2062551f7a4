"""Writes: what a fund paid to a hospital for a month, and wrong entries taken back."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require
from healthaid.coverage.actions.agreements import needed
from healthaid.coverage.models import FundPayment
from healthaid.coverage.permissions.funds import may_pay, may_take_back
from healthaid.coverage.selectors.funds import cell_of, counties_covered, hospitals_of_funds, payment_for_page
from healthaid.regions.models import Place


@transaction.atomic
def record_fund_payment(
    *,
    by: User,
    fund: str,
    county_id: int,
    facility_id: int,
    month: date,
    amount: Decimal,
    paid_on: date,
    voucher: str = "",
    today: date | None = None,
) -> FundPayment:
    """Money that a county's fund paid to a hospital for a month, at most what is left of that month's due.

    `month` is any day of it. Raises Refused, DoesNotExist for a county or hospital out of reach, ValidationError.
    """
    county, facility = counties_covered(by).get(pk=county_id), hospitals_of_funds(by).get(pk=facility_id)
    require(may_pay(by, fund, county))
    Place.objects.select_for_update().get(pk=county.pk)  # two payments at once must not add up to more than is due
    if paid_on > (today or timezone.localdate()):
        raise ValidationError({"paid_on": _("日期不能晚于今天。")})
    left = cell_of(by, county, facility, month, fund).left
    if not 0 < amount <= left:
        reason = _("金额须大于0，且不能超过该月未拨付的%(left)s元。") % {"left": max(left, Decimal(0))}
        raise ValidationError({"amount": reason})
    payment = FundPayment(
        fund=fund,
        place=county,
        path=county.path,
        facility=facility,
        facility_path=facility.path,
        month=month.replace(day=1),
        amount=amount,
        paid_on=paid_on,
        voucher=voucher.strip(),
        entered_by=by,
    )
    payment.full_clean()
    payment.save()
    facts = {name: getattr(payment, name) for name in ("fund", "month", "amount", "paid_on", "voucher")}
    record(by=by, verb="coverage.fundpayment.paid_out", subject=payment, facility=facility.pk, **facts)
    return payment


@transaction.atomic
def reverse_fund_payment(*, by: User, payment_id: int, reason: str, today: date | None = None) -> FundPayment:
    """Take a wrong entry back by a negative one that names it; both stay readable. Raises Refused."""
    FundPayment.objects.select_for_update().get(pk=payment_for_page(by, payment_id).pk)
    payment = payment_for_page(by, payment_id)
    require(may_take_back(by, payment))
    why = needed(reason)
    copied = ("fund", "place", "path", "facility", "facility_path", "month", "voucher")
    reversal = FundPayment(
        **{name: getattr(payment, name) for name in copied},
        amount=-payment.amount,
        paid_on=today or timezone.localdate(),
        reverses=payment,
        entered_by=by,
    )
    reversal.full_clean()
    reversal.save()
    record(by=by, verb="coverage.fundpayment.reversed", subject=payment, reason=why, amount=reversal.amount)
    return reversal
