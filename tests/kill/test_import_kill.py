"""kill -9 in the middle of an import: everything of the batch is there, or nothing, and it can be done again."""

import json
import os
import random
import signal

import pytest

from tests.exchange.sheets import csv_file, register_row

pytestmark = pytest.mark.kill

PEOPLE = 400
SEED = int(os.environ.get("KILL_SEED", "7"))
POINTS = ("checked", "moved", "committed")  # before, in and after the transaction; a worker is killed at more of them
RANDOM_TRIALS = 5
LONGEST = 60  # milliseconds after the rows are staged; writing them takes about as long
CONFIRM = """
from pathlib import Path
from healthaid.accounts.models import User
from healthaid.exchange import actions
user = User.objects.get(username="poverty")
data = Path("{file}").read_bytes()
batch = actions.receive(by=user, kind="register", name="register.csv", data=data)
actions.check(batch_id=batch.pk)
actions.approve(by=user, batch=batch)
"""
# What the worker's job calls; a job whose worker was killed is delivered again.
APPLY = ("shell", "--no-imports", "-c", "from healthaid.exchange.actions import apply_batch; apply_batch(batch_id=1)")
COUNTS = {
    "households": "SELECT count(*) FROM patients_household",
    "people": "SELECT count(*) FROM patients_person",
    "spells": "SELECT count(*) FROM patients_povertyspell",
    "kept": "SELECT count(*) FROM exchange_appliedrow",
    "told": "SELECT count(*) FROM audit_entry WHERE verb LIKE 'patients.%.imported'",
    "applied": "SELECT count(*) FROM exchange_importbatch WHERE state = 'applied'",
}
NOTHING = dict.fromkeys(COUNTS, 0)
WHOLE = dict.fromkeys(COUNTS, PEOPLE) | {
    "kept": 2 * PEOPLE,
    "told": 2 * PEOPLE,
    "applied": 1,
}  # spells go with their people


def counted(installation):
    return dict(zip(COUNTS, installation.numbers(*COUNTS.values()), strict=True))


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    """The file with everybody, each a household."""
    file = tmp_path_factory.mktemp("register") / "register.csv"
    file.write_bytes(csv_file([register_row(number, number) for number in range(1, PEOPLE + 1)]))
    return file


@pytest.fixture(scope="module")
def confirmed(prepared, register, forks, tmp_path_factory):
    """An installation with a batch that is checked and confirmed, but not yet written."""
    made = prepared.copy(tmp_path_factory.mktemp("confirmed") / "data")
    forks.shell(made, CONFIRM.format(file=register))
    return made


@pytest.mark.parametrize("point", POINTS)
def test_import_killed_at_a_point_is_whole_or_nothing_and_the_file_can_come_again(installation, register, forks, point):
    bring_in = ("import_sheet", "register", str(register), "--as", "poverty")

    assert forks.run(installation, *bring_in, KILL_AT=point) == -signal.SIGKILL, installation.log.read_text()

    assert counted(installation) == (WHOLE if point == "committed" else NOTHING)
    assert forks.run(installation, *bring_in) == 0, installation.log.read_text()
    line = json.loads(installation.log.read_text().splitlines()[-1])
    assert (line["rows"], line["new"] + line["unchanged"]) == (PEOPLE, PEOPLE)
    assert counted(installation) | {"applied": 1} == WHOLE
    assert forks.run(installation, "verify_audit") == 0


@pytest.mark.parametrize("trial", range(RANDOM_TRIALS))
def test_import_killed_at_any_moment_is_whole_or_nothing_and_is_done_by_the_next_worker(
    confirmed, forks, tmp_path, trial
):
    delay = random.Random(f"{SEED}-{trial}").randrange(1, LONGEST)  # noqa: S311 -- a moment, not a secret
    installation = confirmed.copy(tmp_path / "data")

    assert forks.run(installation, *APPLY, KILL_AT=f"staged+{delay}") == -signal.SIGKILL, installation.log.read_text()

    assert counted(installation) in (NOTHING, WHOLE), f"KILL_SEED={SEED}, {delay} ms after staging"
    assert forks.run(installation, *APPLY) == 0, installation.log.read_text()
    assert counted(installation) == WHOLE


WITHDRAW = """
from healthaid.exchange import actions
from healthaid.exchange.models import ImportBatch
batch = ImportBatch.objects.get(pk=1)
if batch.state == "applied":
    actions.begin_withdrawal(by=batch.uploaded_by, batch=batch)
actions.take_back_batch(batch_id=1)
"""
TAKE_BACK = ("shell", "--no-imports", "-c", WITHDRAW)
UNDONE = NOTHING | {"kept": 2 * PEOPLE, "told": 2 * PEOPLE}  # the record of what was written stays


@pytest.fixture(scope="module")
def written(confirmed, forks, tmp_path_factory):
    """An installation with a batch that was applied."""
    made = confirmed.copy(tmp_path_factory.mktemp("written") / "data")
    assert forks.run(made, *APPLY) == 0, made.log.read_text()
    return made


@pytest.mark.parametrize("point", ["withdrawn-partly", "withdrawal-committed"])
def test_taking_back_killed_at_a_point_is_whole_or_nothing_and_is_done_by_the_next_worker(
    written, forks, tmp_path, point
):
    installation = written.copy(tmp_path / "data")

    assert forks.run(installation, *TAKE_BACK, KILL_AT=point) == -signal.SIGKILL, installation.log.read_text()

    assert counted(installation) == (UNDONE if point == "withdrawal-committed" else WHOLE | {"applied": 0})
    assert forks.run(installation, *TAKE_BACK) == 0, installation.log.read_text()
    assert counted(installation) == UNDONE
    assert forks.run(installation, "verify_audit") == 0
