"""Copies of the SQLite database, made while people work. PostgreSQL has its own tools (docs/administrators.md)."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

PREVIOUS = ".before-restore"  # behind the name of the database that a restore replaced
MIGRATIONS = "django_migrations"


class Unusable(Exception):  # noqa: N818 -- named for what is wrong
    """A file that is no sound copy of the database; the message says why."""


def database_file() -> Path:
    """Where the database is. Raises Unusable on PostgreSQL."""
    if connection.vendor != "sqlite":
        raise Unusable("The database is PostgreSQL: use pg_dump and pg_restore.")
    return Path(settings.DATABASES["default"]["NAME"])


def copy_database(target: Path) -> None:
    """Write a complete copy, as of one moment, that only this account may read. Raises Unusable, FileExistsError."""
    database_file()
    target.touch(mode=0o600, exist_ok=False)
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        _flush(target)
        check_copy(target)
    except BaseException:
        target.unlink()
        raise


def check_copy(file: Path) -> None:
    """Raises Unusable for what is not a whole, undamaged database of ours."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            [verdict] = copy.execute("PRAGMA integrity_check(1)").fetchone()
            known = copy.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", [MIGRATIONS]).fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise Unusable(f"{file} is no readable database: {error}.") from error
    if verdict != "ok":
        raise Unusable(f"{file} is damaged: {verdict}.")
    if not known:
        raise Unusable(f"{file} is not a database of healthaid.")


def put_back(copy: Path) -> Path:
    """Let a copy take the place of the database; the replaced one is kept, and its path is the answer.

    Nobody may have the database open. Raises Unusable, and then nothing has changed.
    """
    database = database_file()
    check_copy(copy)
    fresh = database.with_name(f"{database.name}.restoring")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    shutil.copyfile(copy, fresh)
    _flush(fresh)
    connection.close()
    previous = database.with_name(f"{database.name}{PREVIOUS}")
    if database.exists():
        with closing(sqlite3.connect(database)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the journal belongs to the replaced file
        database.replace(previous)
    for journal in ("-wal", "-shm"):
        database.with_name(f"{database.name}{journal}").unlink(missing_ok=True)
    fresh.replace(database)
    return previous


def _flush(file: Path) -> None:
    """Have the file and its name on the disk before anybody relies on it."""
    for path in (file, file.parent):
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
