"""Treat first, pay later, and payouts of the made-up bills: plans on time and behind, months paid and not."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from healthaid.accounts.models import User
from healthaid.coverage.actions.agreements import discharge_patient, plan_instalments, sign_agreement
from healthaid.coverage.actions.funds import record_fund_payment
from healthaid.coverage.actions.repayments import record_payment, record_reminder
from healthaid.coverage.domain.funds import last_month_due
from healthaid.coverage.domain.instalments import equal_parts, months_after
from healthaid.coverage.enums import AgreementState, BillState, Setting
from healthaid.coverage.models import Agreement, Bill, Settlement
from healthaid.coverage.selectors.agreements import position_of
from healthaid.coverage.selectors.eligibility import obstacles
from healthaid.coverage.selectors.funds import Period, ledger

SEED = 3  # of its own, so that what comes before is drawn as ever
AGREEMENTS = 30
WORTH_A_PLAN = Decimal(300)  # yuan
REMINDED = 2
PAYS = 0.75  # of the parts that fell due
PAID_OUT = (Decimal(1), Decimal(1), Decimal(1), Decimal("0.9"), Decimal("0.5"))  # shares of a month that funds pay


def load_advances(*, by: User, today: date) -> tuple[int, int]:
    """Agreements for some stays inside the county, and payouts of the months that are over; how many of each."""
    rng = Random(SEED)  # noqa: S311 -- made-up data, no secrets
    _settle_at_discharge()
    agreements = [agreement for bill in _stays(today) if (agreement := _agreement(by, bill, today, rng))]
    for agreement in [each for each in agreements if each.state == AgreementState.INSTALMENTS][:REMINDED]:
        record_reminder(by=by, agreement_id=agreement.pk, note="已电话提醒，家属答应下周还款", today=today)
    payouts = sum(_pay_out(by, year, today, rng) for year in (today.year - 1, today.year))
    return len(agreements), payouts


def _settle_at_discharge() -> None:
    """The made-up bills were settled on their own days, not on the day of loading."""
    zone = timezone.get_default_timezone()
    for day in Bill.objects.order_by().values_list("served_on", flat=True).distinct():
        at = datetime.combine(day, time(12), zone)
        Settlement.objects.filter(bill__served_on=day).update(settled_at=at)


def _stays(today: date) -> list[Bill]:
    """Settled stays of the last months whose own part is worth a plan."""
    rows = Bill.objects.filter(
        state=BillState.SETTLED,
        setting=Setting.INPATIENT,
        served_on__gt=today - timedelta(days=300),
        settlements__is_current=True,
        settlements__personal__gte=WORTH_A_PLAN,
    )
    rows = rows.select_related("person__household__village", "facility__place__parent")
    found = list(rows.order_by("served_on", "pk"))
    return found[:: max(1, len(found) // AGREEMENTS)]


def _agreement(by: User, bill: Bill, today: date, rng: Random) -> Agreement | None:
    admitted_on = bill.admitted_on or bill.served_on
    if obstacles(bill.person, bill.facility, admitted_on, referral=""):
        return None
    signed = sign_agreement(
        by=by,
        person_id=bill.person_id,
        facility_id=bill.facility_id,
        admitted_on=admitted_on,
        deposit_waived=Decimal(rng.choice((500, 1_000, 2_000))),
        today=admitted_on,
    )
    left = discharge_patient(
        by=by, agreement_id=signed.pk, version=signed.version, bill_id=bill.pk, today=bill.served_on
    )
    return _planned(by, left, bill.served_on, today, rng)


def _planned(by: User, agreement: Agreement, left_on: date, today: date, rng: Random) -> Agreement:
    """A monthly plan, of which most parts that fell due are paid."""
    parts = equal_parts(agreement.due or Decimal(0), rng.choice((3, 4, 6)), months_after(left_on, 1))
    agreement = plan_instalments(
        by=by,
        agreement_id=agreement.pk,
        version=agreement.version,
        parts=parts,
        reason="出院时一次付清有困难",
        today=left_on,
    )
    for part in parts:
        if part.due_on > today or rng.random() > PAYS or agreement.state == AgreementState.PAID:
            continue
        amount = min(part.amount, position_of(agreement, today).left)
        agreement = record_payment(
            by=by,
            agreement_id=agreement.pk,
            version=agreement.version,
            amount=amount,
            paid_on=part.due_on,
            receipt=f"SJ{agreement.pk:04}{part.due_on:%m}",
            today=today,
        )
    return agreement


def _pay_out(by: User, year: int, today: date, rng: Random) -> int:
    """What the funds paid of a year's months that are over; how many payments."""
    payments, until = 0, last_month_due(today, 1)
    for row in ledger(by, Period.of_year(year)):
        for (month, fund), cell in sorted(row.cells.items()):
            amount = (cell.left * rng.choice(PAID_OUT)).quantize(Decimal("0.01"))
            if month > until or amount <= 0:
                continue
            record_fund_payment(
                by=by,
                fund=fund,
                county_id=row.county.pk,
                facility_id=row.facility.pk,
                month=month,
                amount=amount,
                paid_on=min(today, months_after(month, 1) + timedelta(days=9)),
                voucher=f"PZ{month:%y%m}{row.facility.pk:03}",
                today=today,
            )
            payments += 1
    return payments
