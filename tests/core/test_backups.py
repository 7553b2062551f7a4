"""Backup of a database in use, and the way back, on an installation of its own."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from healthaid.core.backups import Unusable, check_copy
from healthaid.core.management.commands.serve import only_one

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """A database in a folder of its own, reached by commands as an administrator does."""

    def __init__(self, folder):
        self.folder = folder
        self.database = folder / "healthaid.sqlite3"

    def manage(self, *arguments):
        names = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
        environment = {name: value for name, value in os.environ.items() if name not in names}
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env=environment | {"DATA_DIR": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )

    def accounts(self):
        with closing(sqlite3.connect(self.database)) as database:
            return [name for [name] in database.execute("SELECT username FROM accounts_user ORDER BY username")]

    def add_account(self, name):
        made = self.manage("create_account", name, "--duty", "administrator", "--place", "533103")
        assert made.returncode == 0, made.stderr


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    """A folder with places, one account, and a backup of that."""
    made = Installation(tmp_path_factory.mktemp("furnished"))
    for command in (["migrate"], ["load_places"]):
        assert made.manage(*command).returncode == 0
    made.add_account("first")
    with closing(sqlite3.connect(made.database)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that the file alone is all of it
    return made


@pytest.fixture
def installation(furnished, tmp_path):
    """A copy of it that a test may spoil."""
    shutil.copytree(furnished.folder, tmp_path / "data")
    return Installation(tmp_path / "data")


@contextmanager
def open_writer(database):
    """Somebody in the middle of writing."""
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE accounts_user SET unit = 'half written'")
        yield
        writer.execute("ROLLBACK")


def test_backup_and_restore_bring_back_the_moment(installation, tmp_path):
    copy = tmp_path / "copy.sqlite3"

    with open_writer(installation.database):
        made = installation.manage("backup", copy)
    installation.add_account("second")
    restored = installation.manage("restore", copy)

    assert made.returncode == 0, made.stderr
    assert copy.stat().st_mode & 0o077 == 0
    assert (installation.folder / "backup.done").exists()  # the page of the system's health tells its age
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.endswith("3 audit entries checked, the record is whole.\n")
    assert installation.accounts() == ["first"]
    assert installation.manage("verify_audit").returncode == 0
    kept = Installation(installation.folder)
    kept.database = installation.folder / "healthaid.sqlite3.before-restore"
    assert kept.accounts() == ["first", "second"]


def test_backup_never_replaces_a_file(installation, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    copy.write_text("last week's")

    refused = installation.manage("backup", copy)

    assert refused.returncode == 1
    assert "exists already" in refused.stderr
    assert copy.read_text() == "last week's"


def test_restore_is_refused_while_the_portal_runs(installation, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(installation.database, copy)

    with only_one(installation.folder):
        refused = installation.manage("restore", copy)

    assert refused.returncode == 1
    assert "running already" in refused.stderr
    assert not list(installation.folder.glob("*.before-restore"))


def cut(data):
    return data[: len(data) // 2]


def scratched(data):
    middle = len(data) // 2
    return data[:middle] + b"\xff" * 20_000 + data[middle + 20_000 :]


@pytest.mark.parametrize("spoil", [cut, scratched, lambda _data: b"", lambda _data: b"PK\x03\x04 no database" * 99])
def test_spoilt_copy_is_noticed(furnished, tmp_path, spoil):
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(furnished.database, copy)
    check_copy(copy)
    copy.write_bytes(spoil(copy.read_bytes()))

    with pytest.raises(Unusable, match=copy.name):
        check_copy(copy)


def test_restore_of_a_spoilt_copy_changes_nothing(installation, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(cut(installation.database.read_bytes()))

    refused = installation.manage("restore", copy)

    assert refused.returncode == 1
    assert "Nothing was changed." in refused.stderr
    assert installation.accounts() == ["first"]


def test_restore_tells_of_a_record_that_was_tampered_with(installation, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(installation.database, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as database:
        database.execute("DROP TRIGGER audit_entry_no_update")
        database.execute("UPDATE audit_entry SET actor_name = 'somebody else'")

    told = installation.manage("restore", copy)

    assert told.returncode == 1
    assert "record is broken" in told.stderr
