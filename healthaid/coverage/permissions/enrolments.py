"""Who keeps enrolments: the insurance office where it works."""

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.coverage.models import Enrolment
from healthaid.regions.models import Place
from patients.models import Person

ELSEWHERE = _("您在当地没有维护参保的岗位。")


def may_enrol(user: User, person: Person) -> Decision:
    """A year's enrolment of this person."""
    return ALLOWED if user.scope(Ability.EDIT_ENROLMENT).covers(person) else denied(ELSEWHERE)


def may_change(user: User, enrolment: Enrolment) -> Decision:
    """Correcting a year's enrolment."""
    return ALLOWED if user.scope(Ability.EDIT_ENROLMENT).covers(enrolment) else denied(ELSEWHERE)


def may_carry(user: User, place: Place) -> Decision:
    """Carrying the enrolments of a whole place over into a new year."""
    return ALLOWED if user.scope(Ability.EDIT_ENROLMENT).covers(place) else denied(ELSEWHERE)
