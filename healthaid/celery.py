"""The doorbell: Celery only rings, the jobs themselves are rows in the database (healthaid/jobs)."""

import os
import sys
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init
from django.core.exceptions import ImproperlyConfigured

from healthaid.core.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "healthaid.settings")

app = Celery("healthaid")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # Longer than any ring lasts; a killed worker's rings are swept back within seconds, not after kombu's default.
    broker_transport_options={
        "visibility_timeout": 3600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
    },
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0.1},
    timezone="Asia/Shanghai",
)
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # A job whose worker died is free again after its lease; this rings for it.
    "sweep-jobs": {"task": "healthaid.jobs.tasks.sweep_jobs", "schedule": 15.0},
    # Hourly rather than once on the 1st: a server that was off that night still makes the month's report.
    "ensure-monthly-reports": {
        "task": "healthaid.reports.tasks.ensure_monthly_reports",
        "schedule": crontab(minute=5),
    },
    # Who puts an older record back within minutes has changed little; later the anchor outside tells.
    "keep-audit-anchor": {"task": "healthaid.audit.tasks.keep_anchor", "schedule": crontab(minute="*/5")},
    # Expired sessions hold who worked when; they go every night.
    "clear-sessions": {"task": "healthaid.accounts.tasks.clear_sessions", "schedule": crontab(hour=3, minute=30)},
    # An account that nobody uses is a door that nobody watches.
    "disable-idle-accounts": {
        "task": "healthaid.accounts.tasks.disable_idle_accounts",
        "schedule": crontab(hour=3, minute=20),
    },
    # Exports and sent-in files hold personal data; they go when they have served.
    "forget-files": {"task": "healthaid.exchange.tasks.forget_files", "schedule": crontab(hour=3, minute=40)},
    # A result set has a row for every bill of a year: what no longer can count would outgrow everything else.
    "clear-run-results": {
        "task": "healthaid.coverage.tasks.clear_run_results",
        "schedule": crontab(hour=3, minute=50),
    },
}


@worker_init.connect
def refuse_unsafe_worker(**_: Any) -> None:
    try:
        refuse_unsafe_start()
    except ImproperlyConfigured as faults:
        sys.exit(str(faults))  # of other errors Celery would only write a line and go on
