"""What Celery calls."""

from celery import shared_task

HOUR = 3600


# The time limit stays under the broker's visibility timeout, or a second worker would get the same ring.
@shared_task(soft_time_limit=HOUR - 300, time_limit=HOUR - 120)
def run_job(job_id: int) -> None:
    from healthaid.jobs import actions

    actions.run_job(job_id=job_id)


@shared_task
def sweep_jobs() -> None:
    from healthaid.jobs.actions import sweep

    sweep()
