"""Counting months and keeping them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require
from healthaid.jobs.actions import enqueue
from healthaid.jobs.enums import JobState
from healthaid.jobs.models import Job
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from healthaid.reports.counting import count_places
from healthaid.reports.domain import Values, day_counted, month_of, numbers_of, previous_month
from healthaid.reports.indicators import HEADLINES
from healthaid.reports.models import MonthlyReport, PlaceFigures
from healthaid.reports.permissions import may_build_report, may_count
from healthaid.reports.selectors.figures import branch, reports_touching
from healthaid.reports.selectors.targets import measures_at
from healthaid.reports.workbook import Cover, month_workbook
from patients.models import Household

JOB_KIND = "monthly_report"
CHUNK = 5_000


def count_month(*, by: User | None, place: Place, month: date, now: datetime) -> MonthlyReport:
    """Count a county's month and put its figures in the place of earlier ones; `by` is None for the scheduler.

    The reading comes first and in one moment, so that the write that follows is short. Raises Refused, Inconsistent.
    """
    today = timezone.localdate(now)
    require(may_build_report(by, place, month, today) if by else may_count(month, today))
    as_of = day_counted(month, today)
    with one_moment():
        figures = count_places(place.path, as_of, measures_at(place, as_of))
    return _keep(by=by, place=place, month=month, as_of=as_of, counted_at=now, figures=figures)


@contextmanager
def one_moment() -> Iterator[None]:
    """Every query inside sees the same state of the database, and no writer waits for it."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # a reader of the write-ahead log; atomic() would take the writers' turn
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


@transaction.atomic
def _keep(
    *, by: User | None, place: Place, month: date, as_of: date, counted_at: datetime, figures: dict[int, Values]
) -> MonthlyReport:
    report, is_new = MonthlyReport.objects.select_for_update(of=("self",)).get_or_create(
        place=place, month=month, defaults={"path": place.path, "as_of": as_of, "counted_at": counted_at}
    )
    if not is_new and report.counted_at > counted_at:
        return report  # somebody counted later and finished sooner
    before = {} if is_new else report.figures.get(place=place).values
    report.as_of, report.counted_at, report.counted_by = as_of, counted_at, by
    report.save(update_fields=("as_of", "counted_at", "counted_by"))
    report.figures.all().delete()
    paths = dict(Place.objects.filter(pk__in=figures).values_list("pk", "path"))
    PlaceFigures.objects.bulk_create(
        (
            PlaceFigures(report=report, place_id=pk, path=paths[pk], numbers=numbers_of(values))
            for pk, values in figures.items()
        ),
        batch_size=CHUNK,
    )
    verb = "reports.report.counted" if is_new else "reports.report.recounted"
    record(by=by, verb=verb, subject=report, month=f"{month:%Y-%m}", **_changes(before, figures[place.pk]))
    return report


def _changes(before: Values, after: Values) -> dict[str, Any]:
    """Old and new of the headline rates that changed."""
    texts = {
        indicator.code: [_fraction(before, indicator.code), _fraction(after, indicator.code)] for indicator in HEADLINES
    }
    return {code: pair for code, pair in texts.items() if pair[0] != pair[1]}


def _fraction(values: Values, code: str) -> str | None:
    value = values.get(code)
    return f"{value.numerator}/{value.denominator}" if value else None


def export_report(*, by: User | None, place: Place, month: date, now: datetime) -> bytes:
    """The official table of a place and everything below it as a workbook; who took it is recorded.

    Raises MonthlyReport.DoesNotExist where nothing was counted.
    """
    parts = branch(by, place, month)
    reports = list(reports_touching(place).filter(month=month))
    if not parts or not reports:
        raise MonthlyReport.DoesNotExist
    cover = Cover(
        place=parts[0].place.name,
        month=month,
        as_of=min(report.as_of for report in reports),
        counted_at=min(report.counted_at for report in reports),
        taken_by=str(by) if by else "healthaid",
        taken_at=now,
    )
    data = month_workbook(cover, parts)
    record(by=by, verb="reports.report.exported", subject=place, month=f"{month:%Y-%m}", rows=len(parts))
    return data


def order_report(*, by: User | None, place: Place, month: date, today: date) -> Job:
    """Queue the counting of a month; a count of the same month that is still waiting is not queued twice."""
    require(may_build_report(by, place, month, today) if by else may_count(month, today))
    waiting = _jobs_for(place.pk, month).filter(state__in=(JobState.QUEUED, JobState.RUNNING)).first()
    return waiting or enqueue(kind=JOB_KIND, by=by, place=place.pk, month=f"{month:%Y-%m}")


def _jobs_for(place_id: int, month: date) -> QuerySet[Job]:
    return Job.objects.filter(kind=JOB_KIND, params__place=place_id, params__month=f"{month:%Y-%m}")


def order_missing_reports(*, today: date) -> list[Job]:
    """Queue last month's report of each county with households that has neither the report nor a job for it.

    A failed job counts as one: it waits for a person, who sees it and tries again.
    """
    month = previous_month(today.replace(day=1))
    below = Household.objects.filter(
        path__gte=OuterRef("path"),
        path__lt=Concat(OuterRef("path"), Value("~")),  # "~" sorts after every digit
    )
    counties = Place.objects.filter(Exists(below), level=Level.COUNTY).exclude(
        Exists(MonthlyReport.objects.filter(place=OuterRef("pk"), month=month))
    )
    ordered = set(
        Job.objects.filter(kind=JOB_KIND, params__month=f"{month:%Y-%m}")
        .exclude(state=JobState.DONE)
        .values_list("params__place", flat=True)
    )
    return [
        order_report(by=None, place=place, month=month, today=today) for place in counties if place.pk not in ordered
    ]


def run_monthly_report(job: Job, progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """The job: count the month and lead to its dashboard. Running it twice counts twice and keeps one report."""
    place = Place.objects.get(pk=job.params["place"])
    month = month_of(job.params["month"])
    progress(0, 2, _("正在统计"))
    count_month(by=job.requested_by, place=place, month=month, now=timezone.now())
    progress(2, 2, _("已完成"))
    return {"url": f"{reverse('reports:place', args=[place.pk])}?month={month:%Y-%m}"}
