from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused
from healthaid.jobs.enums import JobState
from healthaid.jobs.models import Job
from healthaid.regions.models import Place
from healthaid.reports.actions import (
    JOB_KIND,
    count_month,
    export_report,
    one_moment,
    order_missing_reports,
    order_report,
    run_monthly_report,
)
from healthaid.reports.counting import Inconsistent
from healthaid.reports.models import MonthlyReport, PlaceFigures
from healthaid.reports.tasks import ensure_monthly_reports
from tests.factories.patients import HouseholdFactory
from tests.factories.regions import PlaceFactory
from tests.factories.reports import IN_JULY, JUNE, MAY, a_person, counted

TODAY = date(2018, 7, 2)


def verbs():
    """What was recorded, oldest first."""
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_count_month_keeps_every_place_and_records_it(people, county):
    report = count_month(by=people.official, place=county, month=JUNE, now=IN_JULY)

    assert (report.as_of, report.counted_at, report.counted_by) == (date(2018, 6, 30), IN_JULY, people.official)
    assert report.figures.count() == 6
    assert report.figures.get(place=county).numbers["contracts"] == [2, 4]
    entry = Entry.objects.get()
    assert (entry.verb, entry.place_path, entry.actor) == ("reports.report.counted", county.path, people.official)
    assert entry.changes["contracts"] == [None, "2/4"]


def test_count_month_again_replaces_the_figures_and_records_what_changed(people, county):
    first = counted(county)
    a_person(people.here)

    again = counted(county, now=IN_JULY + timedelta(hours=1))

    assert again.pk == first.pk
    assert PlaceFigures.objects.count() == 6
    assert again.figures.get(place=county).numbers["contracts"] == [2, 5]
    assert verbs() == ["reports.report.counted", "reports.report.recounted"]
    assert Entry.objects.first().changes["contracts"] == ["2/4", "2/5"]


def test_count_month_that_began_earlier_never_replaces_a_later_one(people, county):
    counted(county)
    a_person(people.here)

    late = counted(county, now=IN_JULY - timedelta(minutes=1))

    assert (late.counted_at, late.figures.get(place=county).numbers["people"]) == (IN_JULY, [4])
    assert verbs() == ["reports.report.counted"]


@pytest.mark.parametrize(
    ("now", "month", "as_of"),
    [
        (datetime(2018, 6, 30, 15, 59, tzinfo=UTC), JUNE, date(2018, 6, 30)),  # 23:59 in Beijing
        (datetime(2018, 6, 30, 16, 0, tzinfo=UTC), date(2018, 7, 1), date(2018, 7, 1)),  # midnight there
        (datetime(2018, 6, 12, 3, 0, tzinfo=UTC), JUNE, date(2018, 6, 12)),
    ],
)
def test_months_begin_and_end_in_beijing(people, now, month, as_of):
    assert counted(people.county, month, now).as_of == as_of


def test_count_month_refuses_a_month_that_has_not_begun(people):
    with pytest.raises(Refused, match="还没有开始"):
        counted(people.county, date(2018, 7, 1), datetime(2018, 6, 30, 15, 59, tzinfo=UTC))


@pytest.mark.parametrize("name", ["poverty", "worker", "prefecture_reader", "far_poverty", "admin", "nobody"])
def test_count_month_refused_without_the_duty_keeps_nothing(people, county, name):
    with pytest.raises(Refused, match="岗位"):
        count_month(by=getattr(people, name), place=county, month=JUNE, now=IN_JULY)

    assert not MonthlyReport.objects.exists()


def test_count_month_is_for_counties(people):
    with pytest.raises(Refused, match="以县为单位"):
        count_month(by=people.official, place=people.township, month=JUNE, now=IN_JULY)


def test_count_month_that_does_not_add_up_keeps_the_earlier_one(people, county):
    counted(county)
    HouseholdFactory(village=people.township)

    with pytest.raises(Inconsistent):
        counted(county, now=IN_JULY + timedelta(hours=1))

    assert MonthlyReport.objects.get().counted_at == IN_JULY
    assert PlaceFigures.objects.count() == 6


def test_order_report_queues_one_job_for_a_month(people, county):
    first = order_report(by=people.official, place=county, month=JUNE, today=TODAY)
    again = order_report(by=people.official, place=county, month=JUNE, today=TODAY)
    other = order_report(by=people.official, place=county, month=MAY, today=TODAY)

    assert first.pk == again.pk != other.pk
    assert Job.objects.filter(kind=JOB_KIND).count() == 2


def test_order_report_refused_without_the_duty_queues_nothing(people, county):
    with pytest.raises(Refused, match="岗位"):
        order_report(by=people.worker, place=county, month=JUNE, today=TODAY)

    assert not Job.objects.exists()


def test_order_missing_reports_takes_counties_with_households_only_and_only_once(people, county):
    PlaceFactory(parent=people.prefecture, level="county", name="空县")

    first = order_missing_reports(today=TODAY)
    again = order_missing_reports(today=TODAY)

    assert {(job.params["place"], job.params["month"]) for job in first} == {
        (county.pk, "2018-06"),
        (people.other_county.pk, "2018-06"),
    }
    assert again == []


def test_order_missing_reports_leaves_counted_months_and_failed_jobs_alone(people, county):
    counted(county)
    (job,) = order_missing_reports(today=TODAY)
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)

    assert job.params["place"] == people.other_county.pk
    assert order_missing_reports(today=TODAY) == []


def test_the_scheduled_report_is_counted_by_a_job(people, county, django_capture_on_commit_callbacks):
    for _tick in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            ensure_monthly_reports()

    assert MonthlyReport.objects.count() == 2
    job = Job.objects.get(params__place=county.pk)
    month = MonthlyReport.objects.get(place=county).month
    assert (job.state, job.result["url"]) == (JobState.DONE, f"/reports/{county.pk}/?month={month:%Y-%m}")


def test_run_monthly_report_twice_keeps_one_report(people, county):
    job = order_report(by=people.official, place=county, month=JUNE, today=timezone.localdate())
    steps = []

    for _delivery in range(2):
        run_monthly_report(job, lambda *told: steps.append(told[:2]))

    assert MonthlyReport.objects.count() == 1
    assert steps == [(0, 2), (2, 2)] * 2


def test_run_monthly_report_goes_by_the_postings_of_the_day_it_runs(people, county):
    job = order_report(by=people.official, place=county, month=JUNE, today=TODAY)
    people.official.postings.all().delete()
    job = Job.objects.get(pk=job.pk)

    with pytest.raises(Refused, match="岗位"):
        run_monthly_report(job, lambda *_told: None)


def test_export_report_records_who_took_it(people, county):
    counted(county)

    data = export_report(by=people.worker, place=people.township, month=JUNE, now=IN_JULY)

    assert data.startswith(b"PK")
    entry = Entry.objects.first()
    assert (entry.verb, entry.actor, entry.changes) == (
        "reports.report.exported",
        people.worker,
        {"month": "2018-06", "rows": 3},
    )


def test_export_report_of_a_month_not_counted_is_not_there(people, county):
    with pytest.raises(MonthlyReport.DoesNotExist):
        export_report(by=people.worker, place=people.township, month=JUNE, now=IN_JULY)

    assert verbs() == []


@pytest.mark.django_db(transaction=True)
def test_reading_one_moment_ends_its_transaction_even_after_an_error():
    with pytest.raises(Place.DoesNotExist), one_moment():
        Place.objects.get(pk=0)

    with one_moment():
        Place.objects.count()
    assert PlaceFactory(name="中国").pk
    assert not connection.in_atomic_block
