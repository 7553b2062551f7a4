"""Who enters, changes, settles and reverses bills, and who issues their forms."""

from django.utils.translation import gettext_lazy as _

from facilities.models import Facility
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.coverage.enums import BillState
from healthaid.coverage.models import Bill, Settlement
from healthaid.policy import catalogue
from patients.models import Person

ELSEWHERE = _("您在当地没有录入和结算费用的岗位。")


def may_enter(user: User, person: Person, facility: Facility | None = None, *, disease: str = "") -> Decision:
    """A bill of this person: where the person is insured, or at the hospital's own desk."""
    scope = user.scope(Ability.SETTLE_BILLS)
    at_desk = facility is not None and scope.covers_path(facility.path)
    if not scope.covers_path(person.path) and not at_desk:
        return denied(ELSEWHERE)
    known = catalogue.diseases().get(disease)
    if known and known.is_sensitive and not _may_know(user, person.path, facility.path if facility else ""):
        return denied(_("您的职责不包括登记该病种。"))
    return ALLOWED


def may_change(user: User, bill: Bill) -> Decision:
    """The items of a bill that waits."""
    decision = may_handle(user, bill)
    if decision and bill.state != BillState.WAITING:
        return denied(_("已结算的费用不能修改；有错误的请冲销后重新录入。"))
    return decision


may_settle = may_change


def may_settle_somewhere(user: User) -> Decision:
    """Settling whatever waits in the user's places."""
    return ALLOWED if user.can(Ability.SETTLE_BILLS) else denied(ELSEWHERE)


def may_reverse(user: User, bill: Bill) -> Decision:
    """Taking a bill back by a reversal."""
    decision = may_handle(user, bill)
    if decision and bill.state == BillState.REVERSED:
        return denied(_("该笔费用已经冲销。"))
    return decision


def may_replace(user: User, bill: Bill) -> Decision:
    """Entering the right bill in place of a reversed one."""
    decision = may_handle(user, bill)
    if not decision:
        return decision
    if bill.state != BillState.REVERSED:
        return denied(_("先冲销原费用，再录入更正后的费用。"))
    if hasattr(bill, "replacement"):
        return denied(_("更正后的费用已经录入。"))
    return ALLOWED


def may_issue(user: User, bill: Bill, settlement: Settlement | None) -> Decision:
    """The one-stop form of what a settled bill's current settlement gives."""
    decision = may_handle(user, bill)
    if not decision:
        return decision
    if bill.state != BillState.SETTLED or settlement is None:
        return denied(_("结算完成后才能开具结算单。"))
    if hasattr(settlement, "form"):
        return denied(_("这次结算的结算单已经开具。"))
    return ALLOWED


def may_handle(user: User, bill: Bill) -> Decision:
    """Whatever is done with a bill that one sees."""
    scope = user.scope(Ability.SETTLE_BILLS)
    return ALLOWED if scope.covers(bill) else denied(ELSEWHERE)


def _may_know(user: User, *paths: str) -> bool:
    scope = user.scope(Ability.READ_SENSITIVE)
    return any(path and scope.covers_path(path) for path in paths)
