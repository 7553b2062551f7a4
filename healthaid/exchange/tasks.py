"""The work that runs as jobs; each handler calls one action and is safe to run twice."""

from typing import Any

from celery import shared_task


def check_import(job: Any, progress: Any) -> dict[str, Any]:
    from healthaid.exchange.actions import check_batch

    return check_batch(batch_id=job.params["batch"], progress=progress)


def apply_import(job: Any, progress: Any) -> dict[str, Any]:
    from healthaid.exchange.actions import apply_batch

    return apply_batch(batch_id=job.params["batch"], progress=progress)


def withdraw_import(job: Any, progress: Any) -> dict[str, Any]:
    from healthaid.exchange.actions import take_back_batch

    return take_back_batch(batch_id=job.params["batch"], progress=progress)


def export_sheet(job: Any, progress: Any) -> dict[str, Any]:
    from healthaid.exchange.actions import write_export

    return write_export(
        by=job.requested_by,
        kind=job.params["sheet"],
        filters=job.params["filters"],
        fmt=job.params["fmt"],
        progress=progress,
    )


@shared_task
def forget_files() -> None:
    from django.utils import timezone

    from healthaid.exchange.actions import forget_files as act

    act(now=timezone.now())
