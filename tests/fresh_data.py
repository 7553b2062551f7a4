"""What the first start of a portal makes, once for all portals that tests start: a second start takes a third of it.

The database is on SQLite. A portal on a database server migrates a database of its own.
"""

import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings

from tests.portal import manage

MIGRATED = settings.DATA_DIR / f"migrated-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}.sqlite3"


def keep_migrated(tests: sqlite3.Connection) -> None:
    """Keep the tests' database as it is before the first test."""
    with closing(sqlite3.connect(MIGRATED)) as copy:
        tests.backup(copy)


def make_fresh_data(folder: Path) -> Path:
    """Migrated database and static files in a new folder."""
    folder.mkdir(mode=0o700)
    shutil.copytree(collected(), folder / "static")
    if MIGRATED.exists():
        shutil.copy(MIGRATED, folder / "healthaid.sqlite3")
    else:
        run("migrate", DATA_DIR=str(folder))
    return folder


def collected() -> Path:
    """The static files as a portal collects and compresses them, by whichever process of a parallel run comes first."""
    folder = settings.DATA_DIR / "collected"
    with (settings.DATA_DIR / "collected.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            run("collectstatic", "--no-input", STATIC_ROOT=str(folder))
    return folder


def run(*command: str, **environment: str) -> None:
    """Run a command with the real settings, on SQLite."""
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    given = inherited | {"DJANGO_SETTINGS_MODULE": "healthaid.settings"} | environment
    done = manage(given, *command, "--verbosity", "0")
    assert done.returncode == 0, done.stderr[-2000:]
