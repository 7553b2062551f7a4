"""What beat rings for."""

from celery import shared_task


@shared_task
def ensure_monthly_reports() -> None:
    """Order last month's report of every county with people that has none; harmless when run twice."""
    from django.utils import timezone

    from healthaid.reports.actions import order_missing_reports

    order_missing_reports(today=timezone.localdate())
