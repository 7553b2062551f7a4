"""Who may change what stands on the leaves of the tree."""

from django.utils.translation import gettext_lazy as _

from facilities.domain import PARENT_LEVELS
from facilities.enums import FacilityKind
from facilities.models import Facility
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.regions.models import Place

ELSEWHERE = _("您在当地没有维护机构的岗位。")


def may_register(user: User, parent: Place, kind: str) -> Decision:
    """A facility of a kind right below a place."""
    if not user.scope(Ability.EDIT_FACILITIES).covers_path(parent.path):
        return denied(ELSEWHERE)
    if parent.level not in PARENT_LEVELS[kind]:
        return denied(_("这类机构不能设在所选层级的地方：村卫生室设在村，乡镇卫生院设在乡镇，医院设在县级及以上。"))
    if parent.closed_on:
        return denied(_("该地方已撤销，不能再设机构。"))
    return ALLOWED


def may_change(user: User, facility: Facility) -> Decision:
    """The facility's own data, its teams, and its closing."""
    if not user.scope(Ability.EDIT_FACILITIES).covers(facility):
        return denied(ELSEWHERE)
    if not facility.is_open:
        return denied(_("该机构已停用，不能再修改。"))
    return ALLOWED


def may_check(user: User, facility: Facility) -> Decision:
    """A check against the standard of village clinics."""
    if facility.kind != FacilityKind.VILLAGE_CLINIC:
        return denied(_("只有村卫生室按本标准检查。"))
    return may_change(user, facility)
