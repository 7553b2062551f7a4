"""What Celery calls."""

from celery import shared_task


@shared_task
def keep_anchor() -> None:
    from django.conf import settings

    from healthaid.audit import actions

    actions.keep_anchor(settings.AUDIT_ANCHOR)
