"""kill -9 of the worker that applies imports, again and again: the next worker finishes each, whole and once."""

import os
import random
import subprocess
import time
from datetime import date

import psutil
import pytest

from healthaid.core.broker import broker_command, make_broker_folders
from tests.exchange.sheets import csv_file, register_row
from tests.factories.patients import identity_number

pytestmark = [pytest.mark.kill, pytest.mark.timeout(900)]  # twenty workers are started and killed

POINTS = ("checked", "staged", "written", "moved", "committed")
TRIALS = int(os.environ.get("KILL_TRIALS", "20"))
SEED = int(os.environ.get("KILL_SEED", "7"))
PEOPLE = 100  # a batch
LONGEST = 250  # milliseconds from the beginning of an import until after its end
SECONDS = 60
# As `manage.py serve` starts it, with one process and without the scheduler, which would ring for what the earlier ones
# left: each trial is about one import.
WORKER = (
    *("celery", "--app", "healthaid", "--quiet", "worker", "--without-gossip", "--without-mingle"),
    *("--concurrency", "1", "--loglevel", "WARNING"),
)
UPLOAD = """
from pathlib import Path
from healthaid.accounts.models import User
from healthaid.exchange import actions, reading
from tests.warm_child import WarmChild
user = User.objects.get(username="poverty")
reading.run_child = WarmChild(reading.CHILD)
for file in sorted(Path("{folder}").iterdir()):
    batch = actions.receive(by=user, kind="register", name=file.name, data=file.read_bytes())
    actions.check(batch_id=batch.pk)
reading.run_child.stop()
"""
CONFIRM = """
from healthaid.exchange import actions
from healthaid.exchange.models import ImportBatch
batch = ImportBatch.objects.get(pk={batch})
actions.confirm_batch(by=batch.uploaded_by, batch=batch)
"""
LEASES_END = """
from datetime import timedelta
from django.db.models.functions import Now
from healthaid.celery import app
from healthaid.jobs.models import Job
Job.objects.filter(state="running").update(leased_until=Now() - timedelta(seconds=1))
app.send_task(app.conf.beat_schedule["sweep-jobs"]["task"])  # as the scheduler does every fifteen seconds
"""
JOB = "SELECT state FROM jobs_job WHERE id = (SELECT job_id FROM exchange_importbatch WHERE id = {batch})"
UNDONE = "SELECT count(*) FROM jobs_job WHERE state <> 'done'"
PEOPLE_OF = "SELECT count(*) FROM patients_person WHERE number LIKE '53310300{trial:02}%'"
WRITTEN = {
    "households": "SELECT count(*) FROM patients_household",
    "people": "SELECT count(*) FROM patients_person",
    "numbers": "SELECT count(DISTINCT number) FROM patients_person",
    "spells": "SELECT count(*) FROM patients_povertyspell",
    "kept": "SELECT count(*) FROM exchange_appliedrow",
    "told": "SELECT count(*) FROM audit_entry WHERE verb LIKE 'patients.%.imported'",
    "batches told": "SELECT count(*) FROM audit_entry WHERE verb = 'exchange.batch.applied'",
    "applied": "SELECT count(*) FROM exchange_importbatch WHERE state = 'applied'",
}


def wait_until(installation, true):
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline, installation.log.read_text()[-3000:]
        time.sleep(0.02)


def has_ended(process):
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it went between the two questions
        return True


def person(number):
    """A household of one, whose number begins with that of the trial."""
    identity = identity_number(number % 400, date(1960, 5, 6 + number // 400))
    return register_row(number, number, 证件号码=identity)


@pytest.fixture(scope="module")
def waiting(prepared, forks, tmp_path_factory):
    """An installation with one checked batch a trial, each of people of its own."""
    made, folder = prepared.copy(tmp_path_factory.mktemp("waiting") / "data"), tmp_path_factory.mktemp("registers")
    for trial in range(TRIALS):
        rows = [person(trial * PEOPLE + turn) for turn in range(PEOPLE)]
        (folder / f"{trial:02}.csv").write_bytes(csv_file(rows))
    forks.shell(made, UPLOAD.format(folder=folder))
    return made


@pytest.fixture(scope="module")
def bell(waiting):
    """The broker of the installation; a given server needs no start."""
    if waiting.environment.get("REDIS_URL"):
        yield
        return
    with subprocess.Popen(broker_command(*make_broker_folders(waiting.folder)), start_new_session=True) as process:
        yield
        process.terminate()


def moment(trial):
    """Where the trial's worker is killed: each point in turn, then at any moment."""
    if trial < 2 * len(POINTS):
        return POINTS[trial % len(POINTS)]
    return f"checked+{random.Random(f'{SEED}-{trial}').randrange(1, LONGEST)}"  # noqa: S311 -- a moment, not a secret


def kill_in_import(forks, installation, batch, at):
    """A worker whose pool process is killed at the moment; then all that is left of the worker is killed too."""
    worker = forks.start(installation, *WORKER, KILL_AT=at)
    wait_until(installation, psutil.Process(worker).children)
    [pool] = psutil.Process(worker).children()
    forks.shell(installation, CONFIRM.format(batch=batch))
    wait_until(installation, lambda: has_ended(pool))
    forks.kill(worker)


@pytest.mark.usefixtures("bell")
def test_imports_of_killed_workers_are_finished_by_the_next_worker_whole_and_once(waiting, forks):
    for trial in range(TRIALS):
        kill_in_import(forks, waiting, trial + 1, moment(trial))
        [found] = waiting.numbers(PEOPLE_OF.format(trial=trial))
        whole = {"committed": (PEOPLE,)}.get(moment(trial), (0,) if trial < 2 * len(POINTS) else (0, PEOPLE))
        assert found in whole, f"KILL_SEED={SEED}, trial {trial}, {moment(trial)}"
    [killed] = waiting.numbers(UNDONE)

    forks.shell(waiting, LEASES_END)
    worker = forks.start(waiting, *WORKER)
    wait_until(waiting, lambda: waiting.numbers(UNDONE) == (0,))
    forks.kill(worker)

    everybody = PEOPLE * TRIALS
    assert dict(zip(WRITTEN, waiting.numbers(*WRITTEN.values()), strict=True)) == {
        **dict.fromkeys(("households", "people", "numbers", "spells"), everybody),
        **dict.fromkeys(("kept", "told"), 2 * everybody),
        **dict.fromkeys(("batches told", "applied"), TRIALS),
    }
    assert killed >= min(TRIALS, 2 * len(POINTS))
    assert waiting.query("SELECT DISTINCT attempts FROM jobs_job WHERE attempts > 2") == []
    assert forks.run(waiting, "verify_audit") == 0
