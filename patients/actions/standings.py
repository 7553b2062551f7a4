"""Writes: the dated timeline of a person's standing in the poverty register."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require, require_version
from patients.actions.persons import locked_person
from patients.domain.spells import Overlap, Spell, ended_by
from patients.enums import PovertyStatus
from patients.models import Person, PovertySpell
from patients.permissions.persons import may_change_present


@transaction.atomic
def set_poverty_status(
    *,
    by: User,
    person_id: int,
    version: int,
    status: str,
    starts_on: date,
    ends_on: date | None = None,
    source: str = "",
    today: date | None = None,
) -> PovertySpell:
    """A standing from a day on (to an inclusive last day, when it is over); the running one ends the day before.

    Raises Stale, and ValidationError where another standing is in the way.
    """
    person = locked_person(by, person_id)
    require(may_change_present(by, person))
    require_version(person, version)
    today = today or timezone.localdate()
    if max(starts_on, ends_on or starts_on) > today:
        raise ValidationError({"starts_on": _("日期不能晚于今天。")})
    if starts_on < person.born_on:
        raise ValidationError({"starts_on": _("日期不能早于出生日期。")})
    new = PovertySpell(person=person, status=status, starts_on=starts_on, ends_on=ends_on, source=source.strip())
    ended = _end_earlier(person, new)
    new.full_clean()
    new.save()
    was = person.poverty_status
    _keep_current(person, today)
    facts: dict[str, Any] = {"starts_on": starts_on, "ends_on": ends_on, "source": new.source, "ended": ended}
    record(by=by, verb="patients.person.standing_set", subject=person, poverty_status=[was, status], **facts)
    return new


@transaction.atomic
def withdraw_spell(*, by: User, person_id: int, version: int, spell_id: int) -> Person:
    """Take back a standing entered by mistake; the one that it had ended runs on. Raises Stale."""
    person = locked_person(by, person_id)
    require(may_change_present(by, person))
    require_version(person, version)
    spell = person.poverty_spells.get(pk=spell_id)
    if spell.ends_on is None:
        before = person.poverty_spells.exclude(pk=spell.pk).order_by("-starts_on").first()
        spell.delete()
        if before and before.ends_on and before.ends_on == spell.starts_on - date.resolution:
            before.ends_on = None
            before.save(update_fields=("ends_on",))
    else:
        spell.delete()
    _keep_current(person, timezone.localdate())
    facts: dict[str, Any] = {"status": spell.status, "starts_on": spell.starts_on, "ends_on": spell.ends_on}
    record(by=by, verb="patients.person.standing_withdrawn", subject=person, **facts)
    return person


def _end_earlier(person: Person, new: PovertySpell) -> list[str]:
    """End the running standing for the new one; which it was."""
    rows = {Spell(row.starts_on, row.ends_on): row for row in person.poverty_spells.select_for_update()}
    try:
        ended = ended_by(Spell(new.starts_on, new.ends_on), rows)
    except Overlap as overlap:
        row = rows[overlap.spell]
        label = PovertyStatus(row.status).label
        until = row.ends_on or _("今")
        reason = _("与已有时段重叠：%(status)s（%(first)s 至 %(last)s）。") % {
            "status": label,
            "first": row.starts_on,
            "last": until,
        }
        raise ValidationError({"starts_on": reason}) from overlap
    for spell, last_day in ended:
        rows[spell].ends_on = last_day
        rows[spell].save(update_fields=("ends_on",))
    return [rows[spell].status for spell, _last in ended]


def _keep_current(person: Person, today: date) -> None:
    """Today's standing stands on the person, for lists and counts."""
    spells = person.poverty_spells.order_by("starts_on")
    person.poverty_status = next((spell.status for spell in spells if spell.covers(today)), "")
    person.version += 1
    person.save(update_fields=("poverty_status", "version", "updated_at"))
