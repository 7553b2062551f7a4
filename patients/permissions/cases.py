"""Who keeps the treatment files: the designated hospital's case managers, and for mental disorders the county's CDC."""

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.policy import catalogue
from patients.enums import ConditionKind, ConditionState
from patients.models import Condition, CriticalCase

ELSEWHERE = _("您在当地没有管理大病救治档案的岗位。")
CDC_ONLY = _("严重精神障碍患者的救治档案由县级疾控中心管理（云健扶办发〔2018〕2号 四）。")


def may_manage(user: User, row: Condition | CriticalCase, disease: str) -> Decision:
    """Keep files where the row belongs, of this disease (YN-2018-2 四)."""
    if not user.scope(Ability.MANAGE_CASES).covers(row):
        return denied(ELSEWHERE)
    is_mental = catalogue.diseases()[disease].group == "mental"
    if is_mental and not user.scope(Ability.MANAGE_MENTAL_CASES).covers(row):
        return denied(CDC_ONLY)
    return ALLOWED


def may_open_case(user: User, condition: Condition) -> Decision:
    """A file and a plan for a verified critical illness."""
    if condition.kind != ConditionKind.CRITICAL:
        return denied(_("只有大病才建救治档案。"))
    if condition.state != ConditionState.VERIFIED:
        return denied(_("病种核实后才能建救治档案。"))
    if hasattr(condition, "case"):
        return denied(_("该病种已建档。"))
    return may_manage(user, condition, condition.disease)


def may_change_case(user: User, case: CriticalCase) -> Decision:
    """The plan, the hospital, the doctor, and where the treatment stands."""
    return may_manage(user, case, case.condition.disease)
