"""Writes: a person's insurance of a year is recorded and corrected, and carried over into the next year."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record, record_rows
from healthaid.core.decisions import Refused, require, require_version
from healthaid.core.versions import assign, save_next
from healthaid.coverage.domain.enrolments import FIRST_YEAR, Moment, moment_of
from healthaid.coverage.models import Enrolment
from healthaid.coverage.permissions.enrolments import may_carry, may_change, may_enrol
from healthaid.coverage.selectors.enrolments import (
    COPIED,
    enrolment_for_page,
    enrolments_to_carry,
    person_to_insure,
    reasons_at,
)
from healthaid.coverage.selectors.places import covered_place
from healthaid.jobs.actions import enqueue
from healthaid.jobs.leases import Progress
from healthaid.jobs.models import Job
from healthaid.regions.models import Place

ITEMS = (*COPIED, "premium", "enrolled_on")
CARRY = "carry_enrolments"  # kind of job
CHUNK = 2_000  # rows carried in one transaction


@transaction.atomic
def record_enrolment(*, by: User, person_id: int, year: int, **values: Any) -> Enrolment:
    """What a person is insured with in a year, or why not. Raises ValidationError when the year is there already."""
    person = person_to_insure(by, person_id)
    require(may_enrol(by, person))
    _refuse_year(year)
    enrolment = Enrolment(person=person, path=person.path, year=year)
    changes = assign(enrolment, {name: values[name] for name in ITEMS if name in values})
    _refuse_disorder(enrolment)
    enrolment.full_clean()
    enrolment.save()
    record(by=by, verb="coverage.enrolment.recorded", subject=enrolment, person=person.pk, year=year, **changes)
    return enrolment


@transaction.atomic
def change_enrolment(*, by: User, enrolment_id: int, version: int, **values: Any) -> Enrolment:
    """Correct a year's insurance. Raises Stale."""
    seen = enrolment_for_page(by, enrolment_id)
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("person").get(pk=seen.pk)
    require(may_change(by, enrolment))
    require_version(enrolment, version)
    changes = assign(enrolment, {name: values[name] for name in ITEMS if name in values})
    if changes:
        _refuse_disorder(enrolment)
        save_next(enrolment)
        record(by=by, verb="coverage.enrolment.changed", subject=enrolment, **changes)
    return enrolment


def is_accepted(enrolment: Enrolment) -> bool:
    """Whether the policy of the place knows the reason for which the person is not enrolled."""
    moment = moment_of(enrolment.year, timezone.localdate())
    reasons, _source = reasons_at(enrolment.person.household.village, moment)
    return enrolment.absence in reasons


def _refuse_year(year: int) -> None:
    if not FIRST_YEAR <= year <= timezone.localdate().year + 1:
        raise ValidationError({"year": _("年度从%(first)d年到下一年。") % {"first": FIRST_YEAR}})


def _refuse_disorder(enrolment: Enrolment) -> None:
    """Raise ValidationError for what cannot be in one row."""
    if enrolment.absence_note and not enrolment.absence:
        raise ValidationError({"absence": _("写了原因说明的，请选择未参保原因。")})
    if enrolment.enrolled_on and not enrolment.has_basic:
        raise ValidationError({"enrolled_on": _("没有参加基本医保的，不填参保日期。")})


# Into a new year


def order_carry(*, by: User, place: Place, year: int) -> Job:
    """Queue the carrying over of a place's enrolments into a year. Raises Refused and ValidationError."""
    require(may_carry(by, place))
    _refuse_year(year)
    return enqueue(kind=CARRY, by=by, place=place.pk, year=year)


def run_carry(job: Job, progress: Progress) -> dict[str, Any]:
    """The job: carry what is not there yet, some thousand at a time; run twice, it goes on where it stopped."""
    by, year = job.requested_by, job.params["year"]
    if by is None:
        raise Refused(_("沿用参保须由经办人发起。"))
    place = covered_place(by, job.params["place"])
    require(may_carry(by, place))
    moment = moment_of(year, timezone.localdate())
    total, done = enrolments_to_carry(place, moment).count(), 0
    while carried := carry_some(by=by, place=place, moment=moment):
        done += carried
        progress(done, max(total, done), _("沿用上年参保"))
    return {"url": f"{reverse('coverage:enrolment-list')}?year={year}&place={place.pk}", "carried": done}


@transaction.atomic
def carry_some(*, by: User, place: Place, moment: Moment, count: int = CHUNK) -> int:
    """Carry at most so many rows of last year over; how many were. The premium is not copied: each year has its own."""
    last = list(enrolments_to_carry(place, moment).order_by("pk")[:count])
    made = Enrolment.objects.bulk_create(
        Enrolment(
            person_id=row.person_id,
            path=row.path,
            year=moment.year,
            **{name: getattr(row, name) for name in COPIED},
        )
        for row in last
    )
    told = [
        (row.pk, row.path, json.dumps({"year": moment.year, "carried_from": old.pk}))
        for row, old in zip(made, last, strict=True)
    ]
    return record_rows(
        by=by,
        verb="coverage.enrolment.carried",
        subject_kind=Enrolment._meta.label_lower,  # noqa: SLF001
        rows=told,
    )
