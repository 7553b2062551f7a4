"""Who may make, renew and end contracts."""

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from patients.models import Person
from signing.enums import ContractState
from signing.models import Contract

ELSEWHERE = _("您在当地没有签约岗位。")


def may_sign(user: User, person: Person) -> Decision:
    """A contract with this person."""
    if not user.scope(Ability.SIGN).covers(person):
        return denied(ELSEWHERE)
    if not person.is_present:
        return denied(_("此人已死亡或迁出，不能签约。"))
    return ALLOWED


def may_change(user: User, contract: Contract) -> Decision:
    """Renewing or ending a running contract, or correcting it."""
    if not user.scope(Ability.SIGN).covers(contract):
        return denied(ELSEWHERE)
    if contract.state != ContractState.ACTIVE:
        return denied(_("只能处理履约中的协议。"))
    return ALLOWED


def may_renew(user: User, contract: Contract) -> Decision:
    """The next year of a running contract."""
    decision = may_change(user, contract)
    return may_sign(user, contract.person) if decision else decision
