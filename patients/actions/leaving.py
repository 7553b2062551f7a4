"""Writes: people die, move out, and are reinstated when that was a mistake; what runs for them ends with them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require, require_version
from healthaid.core.versions import assign, save_next
from patients.actions.persons import locked_person
from patients.enums import LifeState
from patients.followers import Leaving, followers
from patients.models import Person
from patients.permissions.persons import may_change_present, may_reinstate


@transaction.atomic
def record_death(*, by: User, person_id: int, version: int, on: date, today: date | None = None) -> Person:
    """The person died that day: the standing, contracts and open treatment files end. Raises Stale."""
    person = _person_leaving(by, person_id, version, on, today)
    return _leave(by, person, LifeState.DEAD, on)


@transaction.atomic
def record_move_out(*, by: User, person_id: int, version: int, on: date, today: date | None = None) -> Person:
    """The person left the register's places that day, for a place unknown here. Raises Stale."""
    person = _person_leaving(by, person_id, version, on, today)
    return _leave(by, person, LifeState.MOVED_OUT, on)


@transaction.atomic
def reinstate_person(*, by: User, person_id: int, version: int) -> Person:
    """Take back a death or move recorded by mistake; the standing runs on, other things stay ended. Raises Stale."""
    person = locked_person(by, person_id)
    require(may_reinstate(by, person))
    require_version(person, version)
    left_on = person.left_on
    changes = assign(person, {"life_state": LifeState.PRESENT, "left_on": None})
    save_next(person)
    person.poverty_spells.filter(ends_on=left_on, status=person.poverty_status).update(ends_on=None)
    record(by=by, verb="patients.person.reinstated", subject=person, **changes)
    return person


def _person_leaving(by: User, person_id: int, version: int, on: date, today: date | None) -> Person:
    person = locked_person(by, person_id)
    require(may_change_present(by, person))
    require_version(person, version)
    if on > (today or timezone.localdate()):
        raise ValidationError({"on": _("日期不能晚于今天。")})
    if on < person.born_on:
        raise ValidationError({"on": _("日期不能早于出生日期。")})
    return person


def _leave(by: User, person: Person, state: LifeState, on: date) -> Person:
    changes = assign(person, {"life_state": state, "left_on": on})
    save_next(person)
    _close_standing(person, on)
    verb = "patients.person.died" if state == LifeState.DEAD else "patients.person.moved_out"
    record(by=by, verb=verb, subject=person, **changes)
    _end_running(by, Leaving(person.pk, on, is_death=state == LifeState.DEAD, reason=str(state.label)))
    return person


def _close_standing(person: Person, on: date) -> None:
    """The running standing lasts to the day itself; one that would begin only later never was."""
    running = person.poverty_spells.filter(ends_on=None)
    running.filter(starts_on__gt=on).delete()
    running.update(ends_on=on)


def _end_running(by: User, leaving: Leaving) -> None:
    for follower in followers():
        if follower.end:
            follower.end(by, leaving)
