"""Who may record and verify illnesses, and who may see the sensitive ones."""

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.core.fields import split_codes
from patients.enums import SENSITIVE_GROUPS, ConditionState
from patients.models import Condition, Person

ELSEWHERE = _("您在当地没有核实患病的岗位。")


def known_groups(user: User, person: Person) -> list[str]:
    """The person's key groups that the user may know of; those that tell a sensitive illness by their own right."""
    groups = split_codes(person.key_groups)
    if SENSITIVE_GROUPS.isdisjoint(groups) or user.scope(Ability.READ_SENSITIVE).covers(person):
        return groups
    return [group for group in groups if group not in SENSITIVE_GROUPS]


def may_record(user: User, person: Person, *, is_sensitive: bool = False) -> Decision:
    """An illness of this person."""
    if not user.scope(Ability.EDIT_CONDITIONS).covers(person):
        return denied(ELSEWHERE)
    if is_sensitive and not user.scope(Ability.READ_SENSITIVE).covers(person):
        return denied(_("您的岗位不能登记敏感病种。"))
    if not person.is_present:
        return denied(_("此人已死亡或迁出，不能再登记患病。"))
    return ALLOWED


def may_change(user: User, condition: Condition) -> Decision:
    """The details of an illness."""
    if not user.scope(Ability.EDIT_CONDITIONS).covers(condition):
        return denied(ELSEWHERE)
    return ALLOWED


def may_verify(user: User, condition: Condition) -> Decision:
    """Confirming that the person has the illness."""
    decision = may_change(user, condition)
    if decision and condition.state == ConditionState.VERIFIED:
        return denied(_("该病种已核实。"))
    return decision


def may_exclude(user: User, condition: Condition) -> Decision:
    """Finding that the person does not have the illness; a treatment file must be closed as excluded before."""
    decision = may_change(user, condition)
    if not decision:
        return decision
    if condition.state == ConditionState.EXCLUDED:
        return denied(_("该病种已排除。"))
    if hasattr(condition, "case") and condition.case.state != "excluded":
        return denied(_("该病种已建救治档案，请先在档案中按“非大病排除”处理。"))
    return ALLOWED
