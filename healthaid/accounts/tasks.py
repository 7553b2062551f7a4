"""What Celery calls."""

from celery import shared_task


@shared_task
def clear_sessions() -> None:
    from healthaid.accounts.actions import forget_expired_sessions

    forget_expired_sessions()
