"""A job is done once at a time, by whoever holds its lease, and nothing that was asked for is forgotten."""

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.db.models.functions import Now
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerDown
from psycopg.errors import QueryCanceled

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused
from healthaid.jobs import actions, leases, registry
from healthaid.jobs.enums import JobState
from healthaid.jobs.leases import LeaseLost, Progress, renew
from healthaid.jobs.models import Beat, Job
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db


def state_of(job):
    job.refresh_from_db()
    return job.state


@pytest.fixture
def calls(monkeypatch):
    """The rings that went out, instead of the work itself."""
    rung = []
    monkeypatch.setattr(actions.run_job_task, "delay", rung.append)
    return rung


def held(job, *, until, holder="t", attempts=1):
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, lease_token=holder, leased_until=Now() + until, attempts=attempts
    )
    job.refresh_from_db()


def test_enqueue_runs_the_work_after_the_commit(counting, django_capture_on_commit_callbacks):
    user = UserFactory()

    with django_capture_on_commit_callbacks(execute=True):
        job = actions.enqueue(kind="counting", by=user, to=3)
        assert counting.runs == []

    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.total) == (JobState.DONE, {"counted": 3}, 3, 3)
    assert (job.attempts, job.lease_token, job.error) == (1, "", "")
    assert job.finished_at >= job.started_at
    assert counting.runs == [{"to": 3}]


def test_enqueue_refuses_an_unknown_kind_and_keeps_no_row(counting):
    with pytest.raises(KeyError):
        actions.enqueue(kind="unheard-of", by=None)

    assert Job.objects.count() == 0


@pytest.mark.parametrize("error", [BrokerDown("refused"), ConnectionRefusedError()])
def test_enqueue_survives_a_broker_that_is_down(counting, monkeypatch, django_capture_on_commit_callbacks, error):
    def broken(_job_id):
        raise error

    monkeypatch.setattr(actions.run_job_task, "delay", broken)

    with django_capture_on_commit_callbacks(execute=True):
        job = actions.enqueue(kind="counting", by=None)

    assert state_of(job) == JobState.QUEUED


def test_run_job_twice_does_the_work_once(counting):
    job = JobFactory()

    actions.run_job(job_id=job.pk)
    actions.run_job(job_id=job.pk)

    assert len(counting.runs) == 1


def test_run_job_leaves_a_job_that_another_worker_holds(counting):
    job = JobFactory()
    held(job, until=timedelta(seconds=30))

    actions.run_job(job_id=job.pk)

    assert counting.runs == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Refused("您在当地没有岗位。"), "您在当地没有岗位。"),
        (ValidationError(["第一项不对。", "第二项不对。"]), "第一项不对。；第二项不对。"),
        (ZeroDivisionError("division by zero\nDETAIL: more"), "ZeroDivisionError: division by zero"),
    ],
)
def test_run_job_keeps_the_words_of_a_failure(counting, error, words):
    counting.error = error
    job = JobFactory()

    actions.run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, words)


def test_run_job_goes_back_to_the_queue_when_the_database_is_lost(counting, calls):
    counting.error = OperationalError("server closed the connection")
    job = JobFactory()

    actions.run_job(job_id=job.pk)
    actions.sweep()

    assert state_of(job) == JobState.QUEUED
    assert calls == [job.pk]


def test_run_job_that_asks_the_database_for_too_much_fails_and_says_so(counting, calls):
    cancelled = QueryCanceled("canceling statement due to statement timeout")
    counting.error = OperationalError(str(cancelled))
    counting.error.__cause__ = cancelled
    job = JobFactory()

    actions.run_job(job_id=job.pk)
    actions.sweep()

    job.refresh_from_db()
    assert (job.state, job.error, calls) == (JobState.FAILED, actions.TOOK_TOO_LONG, [])


def test_progress_renews_the_lease_and_shows_the_step():
    job = JobFactory()
    held(job, until=timedelta(seconds=1))

    Progress(job)(2, 5, "写入")

    before = job.leased_until
    job.refresh_from_db()
    assert (job.done, job.total, job.step) == (2, 5, "写入")
    assert job.leased_until > before + timedelta(seconds=20)


def test_progress_writes_once_a_second(django_assert_num_queries):
    job = JobFactory()
    held(job, until=timedelta(seconds=30))
    progress = Progress(job)

    with django_assert_num_queries(2):  # the first and the last
        for done in range(1, 1001):
            progress(done, 1000, "写入")


class TwoBeats:
    """Stops the thread that keeps a lease after its second look."""

    def __init__(self) -> None:
        self.looks = 0

    def wait(self, _seconds: float) -> bool:
        self.looks += 1
        return self.looks > 2


def test_what_is_told_inside_a_transaction_is_written_by_the_keeper_of_the_lease(
    monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(leases, "connection", Mock())
    job = JobFactory()
    held(job, until=timedelta(seconds=1))
    progress = Progress(job)

    with django_assert_num_queries(0):
        progress.inside(2, 5, "写入更正")
    with django_assert_num_queries(1):  # the second look finds nothing new
        leases._renew_until(progress, TwoBeats())

    before = job.leased_until
    job.refresh_from_db()
    assert (job.done, job.total, job.step) == (2, 5, "写入更正")
    assert job.leased_until > before + timedelta(seconds=20)


def test_zombie_cannot_report_nor_finish(counting):
    job = JobFactory()
    held(job, until=timedelta(seconds=30), holder="mine")
    Job.objects.filter(pk=job.pk).update(lease_token="theirs")

    with pytest.raises(LeaseLost):
        Progress(job)(1, 2)
    with pytest.raises(LeaseLost):
        renew(job)
    actions._settle(job, state=JobState.DONE, result={"by": "zombie"})

    job.refresh_from_db()
    assert (job.state, job.result, job.lease_token) == (JobState.RUNNING, {}, "theirs")


def test_job_taken_over_in_mid_work_is_not_finished_by_the_first_worker(monkeypatch):
    def overtaken(job, progress):
        progress(1, 3, "一")
        Job.objects.filter(pk=job.pk).update(lease_token="theirs")
        progress(2, 3, "二")
        return {"by": "zombie"}

    monkeypatch.setattr(registry, "_KINDS", {})
    registry.register("counting", "清点", overtaken)
    job = JobFactory()

    actions.run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.result, job.done) == (JobState.RUNNING, {}, 1)


@pytest.mark.parametrize(
    ("left", "attempts", "state", "rings"),
    [
        (10, 1, JobState.RUNNING, 0),  # its worker is alive
        (-1, 1, JobState.QUEUED, 1),
        (-1, 4, JobState.QUEUED, 1),
        (-1, 5, JobState.FAILED, 0),  # it kills its workers
    ],
)
def test_sweep_frees_expired_leases(calls, left, attempts, state, rings):
    job = JobFactory()
    held(job, until=timedelta(seconds=left), attempts=attempts)

    actions.sweep()

    assert state_of(job) == state
    assert calls == [job.pk] * rings
    assert bool(job.error) is (state == JobState.FAILED)


def test_sweep_rings_again_only_after_a_while(calls):
    fresh, unheard = JobFactory(), JobFactory(rung_at=timezone.now() - timedelta(minutes=2))

    actions.sweep()
    actions.sweep()

    assert calls == [unheard.pk]
    assert state_of(fresh) == JobState.QUEUED


def test_sweep_leaves_one_sign_of_life(calls):
    actions.sweep()
    actions.sweep()

    assert Beat.objects.count() == 1


def test_retry_runs_a_failed_job_again_and_is_recorded(people, counting, django_capture_on_commit_callbacks):
    job = JobFactory(requested_by=people.poverty, state=JobState.FAILED, error="x", attempts=5)

    with django_capture_on_commit_callbacks(execute=True):
        actions.retry(by=people.poverty, job_id=job.pk)

    assert state_of(job) == JobState.DONE
    assert list(Entry.objects.values_list("verb", "actor", "subject_id", "place_path")) == [
        ("jobs.job.retried", people.poverty.pk, job.pk, people.county.path)
    ]


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.DONE])
def test_retry_refused_unless_failed(people, state):
    job = JobFactory(requested_by=people.poverty, state=state)

    with pytest.raises(Refused, match="失败的任务"):
        actions.retry(by=people.poverty, job_id=job.pk)


def test_retry_of_somebody_elses_job_is_unseen(people):
    job = JobFactory(requested_by=people.poverty, state=JobState.FAILED)

    with pytest.raises(Job.DoesNotExist):
        actions.retry(by=people.official, job_id=job.pk)

    assert state_of(job) == JobState.FAILED
