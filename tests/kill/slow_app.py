"""The portal's Celery application with one more kind of work: slow enough to be killed in the middle."""

import time

import django

django.setup()

from healthaid.celery import app  # noqa: E402, F401 -- what `celery --app` looks for
from healthaid.jobs.registry import register  # noqa: E402

STEPS = 10


def slow(job, progress):
    """A few seconds of steps; twice is no worse than once."""
    for step in range(STEPS):
        progress(step, STEPS, f"step {step}")
        time.sleep(0.2)
    return {"attempt": job.attempts}


register("slow", "slow", slow)
