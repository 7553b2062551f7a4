"""Who has a year computed anew, and who confirms it: never the same person."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.coverage.enums import RunPurpose, RunState
from healthaid.coverage.models import SettlementRun
from healthaid.regions.models import Place

ELSEWHERE = _("您在该县没有结算或复核岗位，不能发起核算。")
UNDECIDABLE = {
    RunState.COMPUTING.value: _("还在计算，完成后才能确认。"),
    RunState.SUPERSEDED.value: _("该核算已被取代，不再有效；请重新计算。"),
}
REQUESTING = (Ability.SETTLE_BILLS, Ability.CONFIRM_ACCOUNTS)
TRYING = (*REQUESTING, Ability.EDIT_POLICY)


def may_request(user: User, county: Place, purpose: str) -> Decision:
    """Having a county's year computed; a what-if is open to those who set the county's values too."""
    wanted = TRYING if purpose == RunPurpose.WHAT_IF else REQUESTING
    if not any(user.scope(ability).covers_path(county.path) for ability in wanted):
        return denied(ELSEWHERE)
    return ALLOWED


def may_request_somewhere(user: User) -> bool:
    """Whether the user may have anything computed at all."""
    return bool(may_request_any(user, TRYING))


def may_request_any(user: User, abilities: Iterable[str]) -> Decision:
    """Whether the user holds one of the abilities anywhere."""
    return ALLOWED if any(user.can(ability) for ability in abilities) else denied(ELSEWHERE)


def gives_up_confirming(user: User, run: SettlementRun) -> bool:
    """Whether somebody who could confirm the run, had somebody else asked for it, no longer can after asking."""
    if run.purpose == RunPurpose.WHAT_IF or run.requested_by_id == user.pk:
        return False
    return user.scope(Ability.CONFIRM_ACCOUNTS).covers(run)


def may_confirm(user: User, run: SettlementRun) -> Decision:
    """Letting a computed run count."""
    decision = may_decide(user, run)
    if not decision:
        return decision
    if run.cleared_at:
        return denied(_("该核算已被后来的核算取代，逐笔结果已清理；请重新计算。"))
    if run.totals.get("stuck"):
        return denied(_("有已结算的费用这次算不出结果，确认会使累计不一致；请先补齐政策数值再重新计算。"))
    if not run.totals.get("bills"):
        return denied(_("这一年没有费用，无需确认。"))
    return ALLOWED


def may_decide(user: User, run: SettlementRun) -> Decision:
    """Confirming or returning."""
    if run.purpose == RunPurpose.WHAT_IF:
        return denied(_("试算只供比较，不能确认。"))
    if not user.scope(Ability.CONFIRM_ACCOUNTS).covers(run):
        return denied(_("您在该县没有确认年度核算的岗位。"))
    if run.requested_by_id == user.pk:
        return denied(_("发起人不能确认自己发起的核算，须由另一人复核。"))
    if run.state != RunState.PROPOSED:
        return denied(UNDECIDABLE.get(run.state, _("该核算已经处理过。")))
    return ALLOWED
