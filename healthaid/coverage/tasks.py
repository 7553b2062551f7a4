"""The work that runs as jobs; each handler calls one action and is safe to run twice."""

from typing import Any

from celery import shared_task


def settle_waiting(job: Any, progress: Any) -> dict[str, Any]:
    from healthaid.coverage.actions.settlements import settle_waiting as act

    return act(by=job.requested_by, progress=progress)


def settle_batch(job: Any, progress: Any) -> dict[str, Any]:
    from healthaid.coverage.actions.imports import settle_batch as act

    return act(by=job.requested_by, batch_id=job.params["batch"], progress=progress)


def print_forms(job: Any, progress: Any) -> dict[str, Any]:
    from healthaid.coverage.actions.onestop import print_batch

    return print_batch(by=job.requested_by, bill_ids=job.params["bills"], progress=progress)


def compute_run(job: Any, progress: Any) -> dict[str, Any]:
    from healthaid.coverage.actions.runs import compute_run as act

    return act(run_id=job.params["run"], progress=progress)


def confirm_run(job: Any, progress: Any) -> dict[str, Any]:
    from healthaid.coverage.actions.confirming import apply_by_job

    return apply_by_job(by=job.requested_by, run_id=job.params["run"], progress=progress)


@shared_task
def clear_run_results() -> None:
    from django.utils import timezone

    from healthaid.coverage.actions.clearing import clear_run_results as act

    act(now=timezone.now())
