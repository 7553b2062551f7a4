"""kill -9 in the middle of an import: everything of the batch is there, or nothing, and the file can come again."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exchange.sheets import csv_file, register_row

pytestmark = pytest.mark.kill

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 400
SEED = int(os.environ.get("KILL_SEED", "7"))
POINTS = ("checked", "staged", "written", "moved", "committed")
RANDOM_TRIALS = 15  # up to so many milliseconds after the first row is staged
LONGEST = 400
PLACES = "试点国 试点省 试点州 芒坝市 芒坝镇 芒坝村"
PREPARE = f"""
from healthaid.accounts.models import Posting, User
from tests.factories.regions import line_of_places
places = line_of_places(*"{PLACES}".split())
user = User.objects.create(username="poverty")
Posting.objects.create(user=user, duty="poverty_office", place=places[3], starts_on="2016-01-01")
"""
COUNTS = {
    "households": "SELECT count(*) FROM patients_household",
    "people": "SELECT count(*) FROM patients_person",
    "spells": "SELECT count(*) FROM patients_povertyspell",
    "kept": "SELECT count(*) FROM exchange_appliedrow",
    "told": "SELECT count(*) FROM audit_entry WHERE verb LIKE 'patients.%.imported'",
    "applied": "SELECT count(*) FROM exchange_importbatch WHERE state = 'applied'",
}
NOTHING = dict.fromkeys(COUNTS, 0)
WHOLE = dict.fromkeys(COUNTS, PEOPLE) | {"kept": 3 * PEOPLE, "told": 2 * PEOPLE, "applied": 1}


class Portal:
    """An installation of its own in a folder, driven by its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def copy(self, folder: Path) -> "Portal":
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*.lock"))
        copied = object.__new__(Portal)
        copied.folder = folder
        return copied

    def run(self, *arguments: str, kill_at: str = "") -> subprocess.CompletedProcess:
        environment = {
            **os.environ,
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder / 'kill.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "healthaid.settings",
            "PYTHONPATH": str(ROOT),
            "KILL_AT": kill_at,
        }
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, timeout=300, check=False)

    def bring_in(self, kill_at: str = "") -> subprocess.CompletedProcess:
        file = str(self.folder / "register.csv")
        return self.run("import_sheet", "register", file, "--as", "poverty", kill_at=kill_at)

    def counted(self) -> dict[str, int]:
        with sqlite3.connect(self.folder / "kill.sqlite3") as database:
            return {name: database.execute(query).fetchone()[0] for name, query in COUNTS.items()}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """An installation with one village and nobody in it."""
    portal = Portal(tmp_path_factory.mktemp("kill") / "prepared")
    rows = [register_row(number, number) for number in range(1, PEOPLE + 1)]
    (portal.folder / "register.csv").write_bytes(csv_file(rows))
    for arguments in (("migrate", "--verbosity=0"), ("shell", "--no-imports", "-c", PREPARE)):
        done = portal.run(*arguments)
        assert done.returncode == 0, done.stderr.decode()
    return portal


@pytest.mark.parametrize("point", POINTS)
def test_import_killed_at_a_point_is_whole_or_nothing_and_can_come_again(prepared, tmp_path, point):
    portal = prepared.copy(tmp_path / "portal")

    killed = portal.bring_in(kill_at=point)

    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert portal.counted() == (WHOLE if point == "committed" else NOTHING)
    again = portal.bring_in()
    assert again.returncode == 0, again.stderr.decode()
    line = json.loads(again.stdout)
    assert (line["rows"], line["new"] + line["unchanged"]) == (PEOPLE, PEOPLE)
    assert portal.counted() | {"applied": 1} == WHOLE
    assert portal.run("verify_audit").returncode == 0


@pytest.mark.parametrize("trial", range(RANDOM_TRIALS))
def test_import_killed_at_any_moment_is_whole_or_nothing(prepared, tmp_path, trial):
    delay = random.Random(f"{SEED}-{trial}").randrange(1, LONGEST)  # noqa: S311 -- a moment, not a secret
    portal = prepared.copy(tmp_path / "portal")

    portal.bring_in(kill_at=f"staged+{delay}")

    assert portal.counted() in (NOTHING, WHOLE), f"KILL_SEED={SEED}, {delay} ms after staging"
