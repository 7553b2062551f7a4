"""Who enters what a region sets itself, and who confirms it: never the same person."""

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.regions.enums import Level
from healthaid.regions.models import Place

CODED_LEVELS = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
ELSEWHERE = _("您在当地没有录入地方政策的岗位。")


def may_enter(user: User, place: Place) -> Decision:
    """Documents and values of a place that has a statutory code of its own."""
    if not user.scope(Ability.EDIT_POLICY).covers_path(place.path):
        return denied(ELSEWHERE)
    if place.level not in CODED_LEVELS:
        return denied(_("地方政策按县、州市或省录入。"))
    if place.closed_on:
        return denied(_("该地方已撤销，不能再录入。"))
    return ALLOWED


def may_change(user: User, document: LocalDocument, *, is_in_use: bool) -> Decision:
    """A document's own data, until a value that rests on it counts."""
    if is_in_use:
        return denied(_("已有生效的数值以此文件为依据，文件不能再改。"))
    return may_enter(user, document.place)


def may_confirm(user: User, value: LocalValue) -> Decision:
    """Let a value count, or return it: another person than the one who entered it."""
    if not user.scope(Ability.CONFIRM_POLICY).covers(value):
        return denied(_("您在当地没有复核地方政策的岗位。"))
    if value.state != ValueState.ENTERED:
        return denied(_("只有待复核的数值可以复核。"))
    if value.entered_by_id == user.pk:
        return denied(_("录入和复核须由两人分别办理：您不能复核自己录入的数值。"))
    return ALLOWED


def may_withdraw(user: User, value: LocalValue) -> Decision:
    """Take back a value that nobody has decided on yet."""
    if not user.scope(Ability.EDIT_POLICY).covers(value):
        return denied(ELSEWHERE)
    if value.state != ValueState.ENTERED:
        return denied(_("只有待复核的数值可以撤回；已生效的请更正。"))
    return ALLOWED


def may_correct(user: User, value: LocalValue) -> Decision:
    """Propose another value in the place of one that counts."""
    if value.state != ValueState.CONFIRMED:
        return denied(_("只有已生效的数值可以更正。"))
    return may_enter(user, value.document.place)
