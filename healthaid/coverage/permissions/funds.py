"""Who records what funds pay to hospitals (YN-2017-102 (九))."""

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.coverage.enums import Fund
from healthaid.coverage.models import FundPayment
from healthaid.regions.models import Place

ELSEWHERE = _("您在该县没有登记基金拨付的岗位。")


def may_pay(user: User, fund: str, county: Place) -> Decision:
    """A payment of one fund of a county: the insurance office any, civil affairs that of medical assistance alone."""
    if not user.scope(Ability.PAY_FUNDS).covers_path(county.path):
        return denied(ELSEWHERE)
    if fund != Fund.ASSISTANCE and not user.scope(Ability.SETTLE_BILLS).covers_path(county.path):
        return denied(_("民政部门只登记医疗救助资金的拨付。"))
    return ALLOWED


def may_take_back(user: User, payment: FundPayment) -> Decision:
    """Reversing a wrong entry."""
    decision = may_pay(user, payment.fund, payment.place)
    if not decision:
        return decision
    if payment.reverses_id is not None:
        return denied(_("冲销记录不能再冲销；请重新登记拨付。"))
    if hasattr(payment, "reversal"):
        return denied(_("这笔拨付已经冲销。"))
    return ALLOWED


def funds_of(user: User) -> list[Fund]:
    """The funds whose payments the user records somewhere."""
    if not user.can(Ability.PAY_FUNDS):
        return []
    return list(Fund) if user.can(Ability.SETTLE_BILLS) else [Fund.ASSISTANCE]
