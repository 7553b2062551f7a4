"""A worker's hold on a job: it lasts `LEASE`, is renewed while the worker lives, and cannot be used by a zombie.

All comparisons use the database's clock, so workers with wrong clocks do not steal from each other.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.models.functions import Now

from healthaid.jobs.enums import JobState
from healthaid.jobs.models import Job

LEASE = timedelta(seconds=40)  # with a sweep every 15 s, a killed worker's job goes on within a minute
RENEW_SECONDS = 10
WRITE_SECONDS = 1  # the page asks no more often

logger = logging.getLogger(__name__)


class LeaseLost(Exception):  # noqa: N818 -- says what happened
    """Another worker holds this job now; the handler must stop without writing anything more."""


def renew(job: Job, **values: Any) -> None:
    """Hold the job for another lease, and write some values with it. Raises LeaseLost."""
    held = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_token=job.lease_token)
    if not held.update(leased_until=Now() + LEASE, **values):
        raise LeaseLost(job.pk)


class Progress:
    """What a handler calls as often as it likes, outside its transactions, so that the page can see it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.noted: dict[str, Any] = {}  # for the thread that keeps the lease to write
        self._step: str | None = None
        self._written = 0.0

    def __call__(self, done: int, total: int, step: str = "") -> None:
        """So many of so many are done, in this step. Raises LeaseLost when the job is no longer this worker's."""
        now = time.monotonic()
        if step == self._step and done < total and now - self._written < WRITE_SECONDS:
            return
        self._step, self._written = step, now
        renew(self.job, done=done, total=total, step=str(step)[:100])

    def inside(self, done: int, total: int, step: str = "") -> None:
        """The same from inside a transaction: written through the lease's own connection, so that the page sees it.

        On SQLite, where the transaction holds the only pen, the page goes on showing what was told before it began.
        """
        self.noted = {"done": done, "total": total, "step": str(step)[:100]}


@contextmanager
def kept(job: Job) -> Iterator[Progress]:
    """Renew the lease from a thread of its own while a long step says nothing, or tells only of what is inside it."""
    progress = Progress(job)
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):  # nobody else is there to take the job
        yield progress
        return
    stop = threading.Event()
    thread = threading.Thread(target=_renew_until, args=(progress, stop), daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        stop.set()
        thread.join()


def _renew_until(progress: Progress, stop: threading.Event) -> None:
    job, renewed = progress.job, time.monotonic()
    try:
        while not stop.wait(WRITE_SECONDS):
            if not progress.noted and time.monotonic() - renewed < RENEW_SECONDS:
                continue
            noted, progress.noted = progress.noted, {}
            renewed = time.monotonic()
            try:
                renew(job, **noted)
            except OperationalError as error:  # the next beat may reach the database again
                logger.warning("job %s: lease not renewed: %s", job.pk, error)
                connection.close()
    except LeaseLost:
        logger.warning("job %s is held by another worker now", job.pk)
    finally:
        connection.close()
