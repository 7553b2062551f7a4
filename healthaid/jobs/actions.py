"""Asking for work, doing it under a lease, and picking up what a dead worker left."""

import logging
import secrets
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_noop
from kombu.exceptions import OperationalError as BrokerDown

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import Refused, require
from healthaid.core.limits import limit_hit
from healthaid.core.logs import without_numbers
from healthaid.jobs import registry
from healthaid.jobs.enums import JobState
from healthaid.jobs.leases import LEASE, LeaseLost, kept
from healthaid.jobs.models import Beat, Job
from healthaid.jobs.permissions import may_retry
from healthaid.jobs.selectors import job_for_page, jobs_abandoned, jobs_unheard
from healthaid.jobs.tasks import run_job as run_job_task

MOST_ATTEMPTS = 5
RINGS = 100  # a sweep; the rest is rung for by the next one
WORKER_DIED = gettext_noop("处理程序多次中断，已停止尝试。")
TOOK_TOO_LONG = gettext_noop("超过了数据库的时限。请缩小范围，或请系统管理员放宽时限。")

logger = logging.getLogger(__name__)


@transaction.atomic
def enqueue(*, kind: str, by: User | None, **params: Any) -> Job:
    """Ask for work of a registered kind; a worker is called when the surrounding transaction is through.

    Parameters are ids and codes only. Raises KeyError for an unknown kind.
    """
    registry.kind_named(kind)
    job = Job.objects.create(kind=kind, params=params, requested_by=by)
    transaction.on_commit(partial(ring, job.pk))
    return job


@transaction.atomic
def retry(*, by: User, job_id: int) -> Job:
    """Queue a failed job once more, with a fresh count of attempts. Raises Refused."""
    job = job_for_page(by, job_id)
    require(may_retry(by, job))
    again = Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
        state=JobState.QUEUED, attempts=0, error="", rung_at=Now(), finished_at=None
    )
    if again:
        record(by=by, verb="jobs.job.retried", subject=job, kind=job.kind)
        transaction.on_commit(partial(ring, job.pk))
    return job


def ring(job_id: int) -> None:
    """Call a worker. A broker that is down costs nothing but time: the sweep calls again when it is back."""
    try:
        run_job_task.delay(job_id)
    except (BrokerDown, OSError) as error:
        logger.warning("job %s waits in the database, the broker is down: %s", job_id, type(error).__name__)


def run_job(*, job_id: int) -> None:
    """Do a queued job; a job that is not queued (any more) is left alone, so a call may come twice."""
    job = _claim(job_id)
    if job is None:
        return
    try:
        with kept(job) as progress:
            result = registry.kind_named(job.kind).run(job, progress)
        _settle(job, state=JobState.DONE, result=result or {}, done=F("total"))
    except LeaseLost:
        logger.warning("job %s was taken over; its first worker stopped", job.pk)
    except (OperationalError, InterfaceError) as error:
        if limit_hit(error) == "statement":  # it would take as long again
            logger.exception("job %s asked the database for more than its time limit", job.pk)
            _settle(job, state=JobState.FAILED, error=TOOK_TOO_LONG)
            return
        logger.exception("job %s lost its database and goes back to the queue", job.pk)
        _release(job)
    except Exception as error:
        logger.exception("job %s failed", job.pk)
        _settle(job, state=JobState.FAILED, error=_words(error))


def _claim(job_id: int) -> Job | None:
    """Take a queued job under a new lease; None when somebody else has it, or it is done."""
    token = secrets.token_hex(16)
    taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING,
        lease_token=token,
        leased_until=Now() + LEASE,
        attempts=F("attempts") + 1,
        started_at=Now(),
        done=0,
        total=0,
        step="",
        error="",
    )
    return Job.objects.select_related("requested_by").get(pk=job_id, lease_token=token) if taken else None


def _settle(job: Job, **values: Any) -> None:
    """End a job that is still held under this lease; a zombie ends nothing."""
    held = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_token=job.lease_token)
    if not held.update(finished_at=Now(), leased_until=None, lease_token="", step="", **values):
        logger.warning("job %s was taken over; what its first worker found is not kept", job.pk)


def _release(job: Job) -> None:
    """Give a job back before its lease ends, when the database answers; otherwise the sweep does."""
    try:
        Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(leased_until=Now() - timedelta(seconds=1))
    except (OperationalError, InterfaceError):
        logger.warning("job %s waits for the end of its lease", job.pk)


def _words(error: Exception) -> str:
    """What the page says about a failure: the reason where it was written for people, else its kind and first line."""
    if isinstance(error, ValidationError):
        return "；".join(error.messages)
    if isinstance(error, Refused):
        return str(error)
    return without_numbers(f"{type(error).__name__}: {error}".splitlines()[0])[:500]


def sweep() -> None:
    """Free the jobs of dead workers, call for those that wait unheard, and leave a sign of life."""
    abandoned = jobs_abandoned()
    abandoned.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=JobState.FAILED, error=WORKER_DIED, lease_token="", leased_until=None, finished_at=Now()
    )
    abandoned.update(state=JobState.QUEUED, lease_token="", leased_until=None, rung_at=None)
    waiting = list(jobs_unheard()[:RINGS])
    Job.objects.filter(pk__in=waiting).update(rung_at=Now())
    Beat.objects.update_or_create(pk=1, defaults={"at": Now()})
    for job_id in waiting:
        ring(job_id)
