"""Who keeps treat-first-pay-later agreements, and which step may follow which. Nothing here ever refuses care."""

from collections.abc import Collection
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.coverage.enums import AgreementState, BillState
from healthaid.coverage.models import Agreement, Payment
from patients.models import Person

ELSEWHERE = _("您在当地没有办理先诊疗后付费的岗位。")
OWING = (AgreementState.INSTALMENTS, AgreementState.DEFAULT)


def may_sign(user: User, person: Person, facility: Facility | None = None) -> Decision:
    """An agreement with this patient: where the patient is insured, or at the hospital itself. Arrears do not count."""
    scope = user.scope(Ability.KEEP_INSTALMENTS)
    if not scope.covers_path(person.path) and not (facility and scope.covers_path(facility.path)):
        return denied(ELSEWHERE)
    if not person.is_present:
        return denied(_("此人已死亡或迁出，不能签订协议。"))
    return ALLOWED


def may_cancel(user: User, agreement: Agreement) -> Decision:
    """Taking back an agreement under which nothing was billed."""
    return _may(user, agreement, {AgreementState.IN_HOSPITAL}, _("只有在院、没有关联费用的协议才能作废。"))


def may_discharge(user: User, agreement: Agreement) -> Decision:
    """Naming the bill that the agreement is about, or the right one after its reversal."""
    decision = may_keep(user, agreement)
    if not decision:
        return decision
    is_reversed = agreement.bill is not None and agreement.bill.state == BillState.REVERSED
    if agreement.state == AgreementState.IN_HOSPITAL or (is_reversed and agreement.state != AgreementState.CANCELLED):
        return ALLOWED
    return denied(_("协议已关联费用；原费用冲销后才能关联更正后的费用。"))


def may_plan(user: User, agreement: Agreement) -> Decision:
    """Other days and amounts for what is left to pay."""
    return _may(user, agreement, OWING, _("只有未结清的协议才能约定还款。"))


def may_follow(user: User, agreement: Agreement) -> Decision:
    """Taking over the own part of a corrected settlement."""
    states = {*OWING, AgreementState.PAID}
    return _may(user, agreement, states, _("只有已出院结算的协议才能按更正后的金额调整。"))


def may_receive(user: User, agreement: Agreement) -> Decision:
    """Recording a payment."""
    return _may(user, agreement, OWING, _("只有未结清的协议才登记付款。"))


def may_take_back(user: User, payment: Payment) -> Decision:
    """Reversing a wrong entry."""
    decision = may_keep(user, payment.agreement)
    if not decision:
        return decision
    if payment.reverses_id is not None:
        return denied(_("冲销记录不能再冲销；请重新登记付款。"))
    if hasattr(payment, "reversal"):
        return denied(_("这笔付款已经冲销。"))
    return ALLOWED


def may_remind(user: User, agreement: Agreement) -> Decision:
    """Recording that somebody spoke with the patient."""
    return _may(user, agreement, OWING, _("只有未结清的协议才需要提醒。"))


def may_declare_default(user: User, agreement: Agreement, overdue: Decimal) -> Decision:
    """Deciding that the patient could pay and will not; `overdue` is what stands beyond its day."""
    decision = _may(user, agreement, {AgreementState.INSTALMENTS}, _("只有还款中的协议才能认定恶意拖欠。"))
    if decision and overdue <= 0:
        return denied(_("没有逾期的款项，不能认定恶意拖欠。"))
    return decision


def may_revoke_default(user: User, agreement: Agreement) -> Decision:
    """Taking that decision back."""
    return _may(user, agreement, {AgreementState.DEFAULT}, _("该协议没有被认定恶意拖欠。"))


def may_keep(user: User, agreement: Agreement) -> Decision:
    """Whatever is done with an agreement that one sees."""
    return ALLOWED if user.scope(Ability.KEEP_INSTALMENTS).covers(agreement) else denied(ELSEWHERE)


def _may(user: User, agreement: Agreement, states: Collection[str], otherwise: str | Promise) -> Decision:
    decision = may_keep(user, agreement)
    if not decision or agreement.state in states:
        return decision
    return denied(otherwise)
