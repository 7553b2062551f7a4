"""May they? Each answer with the reason that the page shows."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.domain import may_be_held_together
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import Posting, User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.regions.models import Place


def may_administer(user: User, account: User) -> Decision:
    """Whether the user may change an account: not the own one, and none that also works outside the user's places."""
    if not user.can(Ability.ADMINISTER):
        return denied(_("您的岗位没有使用此功能的权限。"))
    if account == user:
        return denied(_("不能修改自己的账号和任职，请由另一位系统管理员办理。"))
    scope = user.scope(Ability.ADMINISTER)
    held = account.current_postings() if account.pk else []
    if not all(scope.covers_path(posting.place.path) for posting in held):
        return denied(_("此账号在您管辖范围之外还有任职，请由上级系统管理员办理。"))
    return ALLOWED


def may_enable(user: User, account: User) -> Decision:
    """Whether the user may open a disabled account again."""
    if account.is_active:
        return denied(_("此账号正在启用中。"))
    return may_administer(user, account)


def may_appoint(user: User, account: User, posting: Posting) -> Decision:
    """Whether the user may give the account this posting, not yet saved."""
    if not (decision := may_administer(user, account)):
        return decision
    if not may_appoint_at(user, posting.place):
        return denied(_("只能在您管辖的地方登记任职。"))
    for held in account.postings.all() if account.pk else ():
        if _overlap(held, posting) and not may_be_held_together(held.duty, posting.duty):
            return denied(
                _("%(held)s 与 %(wanted)s 不能由同一人担任。")
                % {"held": held.get_duty_display(), "wanted": posting.get_duty_display()}
            )
    return ALLOWED


def may_appoint_at(user: User, place: Place) -> bool:
    """Whether the place lies where the user administers."""
    return user.scope(Ability.ADMINISTER).covers_path(place.path)


def _overlap(first: Posting, second: Posting) -> bool:
    """Whether two postings share a day."""
    return first.starts_on <= (second.ends_on or date.max) and second.starts_on <= (first.ends_on or date.max)


def may_end_posting(user: User, posting: Posting) -> Decision:
    """Whether the user may end somebody's posting."""
    if not (decision := may_administer(user, posting.user)):
        return decision
    if not may_appoint_at(user, posting.place):
        return denied(_("只能在您管辖的地方登记任职。"))
    return ALLOWED
