"""Who keeps outpatient special-disease cards, and which step may follow which (YN-2018-2 三)."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.coverage.enums import CardState
from healthaid.coverage.models import SpecialCard
from patients.models import Condition, Person

ELSEWHERE = _("您在当地没有维护慢特病卡的岗位。")
SENSITIVE = _("您的岗位不能办理敏感病种的慢特病卡。")


def may_apply(user: User, person: Person, *, is_sensitive: bool = False) -> Decision:
    """A card for this person."""
    if not user.scope(Ability.EDIT_ENROLMENT).covers(person):
        return denied(ELSEWHERE)
    if is_sensitive and not user.scope(Ability.READ_SENSITIVE).covers(person):
        return denied(SENSITIVE)
    if not person.is_present:
        return denied(_("此人已死亡或迁出，不能办理慢特病卡。"))
    return ALLOWED


def may_apply_for(user: User, condition: Condition) -> Decision:
    """A card for a person's verified illness."""
    return may_apply(user, condition.person, is_sensitive=condition.is_sensitive)


def may_diagnose(user: User, card: SpecialCard) -> Decision:
    """Recording a hospital's diagnosis, or correcting it before the card is entered."""
    return _may(user, card, {CardState.APPLIED, CardState.DIAGNOSED}, _("只有已申请、尚未录入的卡才登记鉴定。"))


def may_enter(user: User, card: SpecialCard) -> Decision:
    """Entering a diagnosed card into the insurance system."""
    return _may(user, card, {CardState.DIAGNOSED}, _("先由医院鉴定，再录入医保系统。"))


def may_refuse(user: User, card: SpecialCard) -> Decision:
    """Finding that the person does not qualify."""
    return _may(user, card, {CardState.APPLIED, CardState.DIAGNOSED}, _("只有在办的卡才能登记未通过。"))


def may_extend(user: User, card: SpecialCard) -> Decision:
    """A later last day after a new diagnosis."""
    return _may(user, card, {CardState.VALID}, _("只有有效的卡才能延期。"))


def may_end(user: User, card: SpecialCard) -> Decision:
    """Ending a valid card."""
    return _may(user, card, {CardState.VALID}, _("只有有效的卡才能停用。"))


def _may(user: User, card: SpecialCard, states: Collection[str], otherwise: str | Promise) -> Decision:
    if not user.scope(Ability.EDIT_ENROLMENT).covers(card):
        return denied(ELSEWHERE)
    return ALLOWED if card.state in states else denied(otherwise)
