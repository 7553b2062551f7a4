"""Backup of a database in use, and the way back, on an installation of its own."""

import shutil
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from healthaid.core.backups import Unusable, check_copy
from healthaid.core.management.commands.serve import only_one
from tests.installations import Installation, environment_for, forking


@pytest.fixture(scope="module")
def empty(fresh_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept") / "data"
    shutil.copytree(fresh_data, folder)
    return Installation(folder, environment_for(folder, port=0), port=0)


@pytest.fixture(scope="module")
def manage(empty):
    """A function that runs a command on an installation, as an administrator does: its exit code and what it said."""
    with forking(empty.environment) as forks:

        def run(installation, *command):
            installation.log.unlink(missing_ok=True)
            return forks.run(installation, *map(str, command)), installation.log.read_text()

        yield run


@pytest.fixture(scope="module")
def furnished(empty, manage):
    """A folder with places and one account."""
    for command in (("migrate",), ("load_places",), add_account("first")):
        code, said = manage(empty, *command)
        assert code == 0, said
    with closing(sqlite3.connect(empty.database)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that the file alone is all of it
    return empty


@pytest.fixture
def installation(furnished, tmp_path):
    """A copy of it that a test may spoil."""
    return furnished.copy(tmp_path / "data")


def add_account(name):
    return ("create_account", name, "--duty", "administrator", "--place", "533103")


def accounts(file):
    with closing(sqlite3.connect(file)) as database:
        return [name for [name] in database.execute("SELECT username FROM accounts_user ORDER BY username")]


@contextmanager
def open_writer(database):
    """Somebody in the middle of writing."""
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE accounts_user SET unit = 'half written'")
        yield
        writer.execute("ROLLBACK")


def test_backup_and_restore_bring_back_the_moment(installation, manage, tmp_path):
    copy = tmp_path / "copy.sqlite3"

    with open_writer(installation.database):
        made, said = manage(installation, "backup", copy)
    assert made == 0, said
    added, said = manage(installation, *add_account("second"))
    assert added == 0, said
    restored, said = manage(installation, "restore", copy)

    assert restored == 0, said
    assert said.endswith("3 audit entries checked, the record is whole.\n")
    assert copy.stat().st_mode & 0o077 == 0
    assert (installation.folder / "backup.done").exists()  # the page of the system's health tells its age
    assert accounts(installation.database) == ["first"]
    assert manage(installation, "verify_audit")[0] == 0
    assert accounts(f"{installation.database}.before-restore") == ["first", "second"]


def test_backup_never_replaces_a_file(installation, manage, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    copy.write_text("last week's")

    refused, said = manage(installation, "backup", copy)

    assert refused == 1
    assert "exists already" in said
    assert copy.read_text() == "last week's"


def test_restore_is_refused_while_the_portal_runs(installation, manage, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(installation.database, copy)

    with only_one(installation.folder):
        refused, said = manage(installation, "restore", copy)

    assert refused == 1
    assert "running already" in said
    assert not list(installation.folder.glob("*.before-restore"))


def cut(data):
    return data[: len(data) // 2]


def scratched(data):
    middle = len(data) // 2
    return data[:middle] + b"\xff" * 20_000 + data[middle + 20_000 :]


@pytest.mark.parametrize("spoil", [cut, scratched, lambda _data: b"", lambda _data: b"PK\x03\x04 no database" * 99])
def test_spoilt_copy_is_noticed(installation, spoil):
    file = Path(installation.database)
    check_copy(file)
    file.write_bytes(spoil(file.read_bytes()))

    with pytest.raises(Unusable, match=file.name):
        check_copy(file)


def test_restore_of_a_spoilt_copy_changes_nothing(installation, manage, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(cut(Path(installation.database).read_bytes()))

    refused, said = manage(installation, "restore", copy)

    assert refused == 1
    assert "Nothing was changed." in said
    assert accounts(installation.database) == ["first"]


def test_restore_tells_of_a_record_that_was_tampered_with(installation, manage, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    shutil.copy(installation.database, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as database:
        database.execute("DROP TRIGGER audit_entry_no_update")
        database.execute("UPDATE audit_entry SET actor_name = 'somebody else'")

    told, said = manage(installation, "restore", copy)

    assert told == 1
    assert "record is broken" in said
