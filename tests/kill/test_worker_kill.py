"""Worker and broker are killed: the job waits in the database and is done by the next worker."""

import json
import subprocess
import time

import pytest

from healthaid.core.broker import broker_command, make_broker_folders

pytestmark = pytest.mark.kill
ENQUEUE = """
import time
import tests.kill.slow_app
from healthaid.jobs.actions import enqueue
began = time.monotonic()
enqueue(kind="slow", by=None)
print(round(time.monotonic() - began, 1))
"""
TIME_PASSES = """
import tests.kill.slow_app
from datetime import timedelta
from django.db.models import F
from healthaid.jobs.actions import sweep
from healthaid.jobs.models import Job
Job.objects.update(leased_until=F("leased_until") - timedelta(minutes=2), rung_at=F("rung_at") - timedelta(minutes=2))
sweep()
"""
CELERY = ("celery", "--app", "tests.kill.slow_app", "--quiet")
WORKER = (*CELERY, "worker", "--concurrency", "1", "--loglevel", "WARNING")


def jobs_of(installation):
    """The jobs as they stand in the database, read past the portal."""
    rows = installation.query("SELECT state, attempts, result, error FROM jobs_job ORDER BY id")
    return [
        {"state": state, "attempts": number, "result": json.loads(result), "error": error}
        for state, number, result, error in rows
    ]


def wait_for_job(installation, state, *, seconds=60):
    """Until the newest job is in the state; the job."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job = jobs_of(installation)[-1]
        if job["state"] == state:
            return job
        time.sleep(0.1)
    pytest.fail(f"the job is {job}\n{installation.log.read_text()[-2000:]}")


@pytest.fixture
def installation(prepared_on_files, tmp_path):
    return prepared_on_files.copy(tmp_path / "data")


@pytest.fixture
def broker(installation):
    """A function that starts the broker of this installation as `manage.py serve` does."""
    command = broker_command(*make_broker_folders(installation.folder))
    processes = []

    def start():
        processes.append(subprocess.Popen(command, start_new_session=True))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()


def test_job_of_a_killed_worker_and_of_a_dead_broker_is_done(installation, forks_on_files, broker):
    first_broker, worker = broker(), forks_on_files.start(installation, *WORKER)
    forks_on_files.shell(installation, ENQUEUE)
    wait_for_job(installation, "running")
    forks_on_files.kill(worker)
    assert jobs_of(installation)[0]["state"] == "running"

    worker = forks_on_files.start(installation, *WORKER)
    forks_on_files.shell(installation, TIME_PASSES)
    job = wait_for_job(installation, "done")
    assert (job["attempts"], job["result"]) == (2, {"attempt": 2})

    first_broker.kill()
    first_broker.wait()
    assert float(forks_on_files.shell(installation, ENQUEUE).splitlines()[-1]) < 5
    assert jobs_of(installation)[1]["state"] == "queued"

    broker()
    forks_on_files.kill(worker)
    forks_on_files.start(installation, *WORKER)
    forks_on_files.shell(installation, TIME_PASSES)
    job = wait_for_job(installation, "done")
    assert (job["attempts"], job["error"]) == (1, "")
