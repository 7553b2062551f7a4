"""Jobs as their people see them: progress that fetches itself, and a second try."""

from datetime import timedelta

import pytest
from django.utils import timezone

from healthaid.jobs.actions import sweep
from healthaid.jobs.domain import seconds_left
from healthaid.jobs.enums import JobState
from tests.factories.jobs import JobFactory


@pytest.mark.parametrize(
    ("done", "total", "elapsed", "left"),
    [(0, 100, 60, None), (50, 100, 60, 60), (25, 100, 10, 30), (100, 100, 9, 0), (5, 10, 0.2, None), (11, 10, 9, None)],
)
def test_seconds_left(done, total, elapsed, left):
    assert seconds_left(done, total, elapsed) == left


def test_running_job_shows_counts_and_fetches_itself_without_counting_as_a_person(people, client_of):
    job = JobFactory(
        requested_by=people.worker, state=JobState.RUNNING, done=1_500, total=6_000, started_at=timezone.now()
    )

    page = client_of(people.worker).get(f"/jobs/{job.pk}/progress/").content.decode()

    assert f'hx-get="/jobs/{job.pk}/progress/"' in page
    assert "X-Unattended" in page
    assert '<progress max="6000" value="1500"' in page
    assert "1,500 / 6,000" in page


def test_finished_job_leads_on_and_rests(people, client_of):
    job = JobFactory(requested_by=people.worker, state=JobState.DONE, result={"url": "/data/"})

    page = client_of(people.worker).get(f"/jobs/{job.pk}/").content.decode()

    assert 'href="/data/"' in page
    assert "hx-trigger" not in page


def test_failed_job_says_why_and_is_retried_by_its_button(people, client_of, counting):
    job = JobFactory(requested_by=people.worker, state=JobState.FAILED, error="第 3 行有误")
    window = client_of(people.worker)

    assert "第 3 行有误" in window.get(f"/jobs/{job.pk}/").content.decode()
    assert window.post(f"/jobs/{job.pk}/retry/").headers["Location"] == f"/jobs/{job.pk}/"

    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_job_list_is_of_ones_own_and_of_those_one_looks_after(people, client_of):
    own = JobFactory(requested_by=people.worker)
    far = JobFactory(requested_by=people.far_poverty)
    scheduled = JobFactory(requested_by=None)

    def listed(user):
        return {job.pk for job in client_of(user).get("/jobs/").context["page"].rows}

    assert listed(people.worker) == {own.pk}
    assert listed(people.far_poverty) == {far.pk}
    assert listed(people.admin) == {own.pk, scheduled.pk}
    assert listed(people.nobody) == set()


def test_job_that_kills_its_workers_is_put_aside_and_seen(people, client_of, counting):
    """After five attempts nobody tries by itself any more; its page says so and offers another try."""
    job = JobFactory(
        requested_by=people.worker,
        state=JobState.RUNNING,
        attempts=5,
        lease_token="gone",
        leased_until=timezone.now() - timedelta(minutes=1),
    )

    sweep()

    window = client_of(people.worker)
    page = window.get(f"/jobs/{job.pk}/").content.decode()
    assert str(JobState.FAILED.label) in page
    assert f'action="/jobs/{job.pk}/retry/"' in page
    assert str(JobState.FAILED.label) in window.get("/jobs/").content.decode()
    assert job.pk in {waiting.pk for waiting in window.get("/").context["page"].jobs}
