"""What Celery calls."""

from celery import shared_task


@shared_task
def clear_sessions() -> None:
    from healthaid.accounts.actions import forget_expired_sessions

    forget_expired_sessions()


@shared_task
def disable_idle_accounts() -> None:
    from django.utils import timezone

    from healthaid.accounts.actions import disable_idle

    disable_idle(now=timezone.now())
