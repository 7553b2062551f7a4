"""Who keeps the register: whoever has the duty at the household's village."""

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from patients.models import Household, Person

ELSEWHERE = _("您在当地没有维护花名册的岗位。")


def may_register_in(user: User, village: Place) -> Decision:
    """New households, and households that move in."""
    if not user.scope(Ability.EDIT_REGISTER).covers_path(village.path):
        return denied(ELSEWHERE)
    if village.level != Level.VILLAGE:
        return denied(_("户须登记在行政村。"))
    if village.closed_on:
        return denied(_("该行政村已撤销，请选择现在的行政村。"))
    return ALLOWED


def may_change_household(user: User, household: Household) -> Decision:
    """Its items, its members, its village, splitting it."""
    if not user.scope(Ability.EDIT_REGISTER).covers(household):
        return denied(ELSEWHERE)
    if household.dissolved_on:
        return denied(_("该户已销户。"))
    return ALLOWED


def may_change_person(user: User, person: Person) -> Decision:
    """The items of a person."""
    if not user.scope(Ability.EDIT_REGISTER).covers(person):
        return denied(ELSEWHERE)
    return ALLOWED


def may_change_present(user: User, person: Person) -> Decision:
    """What is done with people of the register only: moving, death, a new standing."""
    decision = may_change_person(user, person)
    if decision and not person.is_present:
        return denied(_("此人已死亡或迁出。"))
    return decision


def may_reinstate(user: User, person: Person) -> Decision:
    """Taking back a death or a move that was recorded by mistake."""
    decision = may_change_person(user, person)
    if decision and person.is_present:
        return denied(_("此人在册，无须恢复。"))
    return decision


def may_reveal(user: User, row: Person | Household) -> Decision:
    """Seeing an identity, telephone or card number in full."""
    if not user.scope(Ability.READ_PEOPLE).covers(row):
        return denied(_("您在当地没有查看群众档案的岗位。"))
    return ALLOWED
