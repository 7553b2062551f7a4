"""Who sees which jobs, and which jobs need a worker."""

from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.accounts.selectors import accounts_for_list
from healthaid.jobs.domain import seconds_left
from healthaid.jobs.enums import JobState
from healthaid.jobs.models import Beat, Job

UNHEARD_AFTER = timedelta(seconds=60)  # a ring is repeated when nobody has come by then
ALIVE_WITHIN = timedelta(seconds=90)
STARTED = monotonic()  # of this process
NEWS_SHOWN = 5
NEWS_FOR = timedelta(days=1)


def jobs_for_list(user: User) -> QuerySet[Job]:
    """The user's own jobs; for administrators also those of the accounts they look after, and the scheduler's."""
    seen = Q(requested_by=user)
    if user.can(Ability.ADMINISTER):
        looked_after = accounts_for_list(user).filter(pk=OuterRef("requested_by"))
        seen |= Q(requested_by=None) | Q(Exists(looked_after))
    return Job.objects.filter(seen).select_related("requested_by")


def job_for_page(user: User, pk: int) -> Job:
    """One job that the user may see; raises DoesNotExist."""
    return jobs_for_list(user).get(pk=pk)


def newest_job(kind: str, **params: Any) -> Job | None:
    """The last job of a kind that was asked for with these parameters."""
    return Job.objects.filter(kind=kind, **{f"params__{name}": value for name, value in params.items()}).first()


def jobs_for_home(user: User) -> list[Job]:
    """The user's waiting, running and failed jobs and those done within a day, newest first, at most a handful."""
    is_news = ~Q(state=JobState.DONE) | Q(finished_at__gte=timezone.now() - NEWS_FOR)
    return list(Job.objects.filter(is_news, requested_by=user)[:NEWS_SHOWN])


def time_left(job: Job, now: datetime) -> dict[str, int | None]:
    """`seconds_left` until it is done, at the speed so far, or None; `minutes_left` the same in whole minutes."""
    elapsed = (now - job.started_at).total_seconds() if job.started_at else 0
    left = seconds_left(job.done, job.total, elapsed) if job.is_active else None
    return {"seconds_left": left, "minutes_left": left // 60 if left else 0}


def jobs_abandoned() -> QuerySet[Job]:
    """Running jobs whose worker has not renewed its lease."""
    return Job.objects.filter(state=JobState.RUNNING, leased_until__lt=Now())


def jobs_unheard() -> QuerySet[Job, int]:
    """The ids of queued jobs that no worker has come for, in the order they were asked for."""
    silent = Q(rung_at=None) | Q(rung_at__lt=Now() - UNHEARD_AFTER)
    return Job.objects.filter(silent, state=JobState.QUEUED).order_by("pk").values_list("pk", flat=True)


def is_scheduler_silent() -> bool:
    """Whether the scheduler gave no sign of life lately; without it nobody picks up after a killed worker.

    A process that has not yet run as long as a sign may take does not call it silent: both may have just started.
    """
    if monotonic() - STARTED < ALIVE_WITHIN.total_seconds():
        return False
    return not Beat.objects.filter(at__gte=Now() - ALIVE_WITHIN).exists()
