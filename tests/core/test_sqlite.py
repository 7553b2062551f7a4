"""Writers of one SQLite file wait their turn."""

import multiprocessing
import os
import signal
import sqlite3
import time

import pytest

from healthaid.core.sqlite.base import DatabaseWrapper, Turnstile

WRITERS, ROUNDS = 4, 25
SECONDS = 30


def settings_of(path):
    return {
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL;"},
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
        "TEST": {"NAME": None},
    }


def count_up(path):
    """Read, think, write: what loses counts when two do it at once."""
    wrapper = DatabaseWrapper(settings_of(path), "writer")
    wrapper.inc_thread_sharing()
    for _round in range(ROUNDS):
        wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        with wrapper.cursor() as cursor:
            number = cursor.execute("SELECT n FROM counter").fetchone()[0]
            cursor.execute("UPDATE counter SET n = %s", [number + 1])
        wrapper.commit()
        wrapper.set_autocommit(True)
    wrapper.close()


def hold_the_lock(path, entered):
    Turnstile(str(path)).enter()
    entered.set()
    time.sleep(SECONDS)


@pytest.fixture
def counter(tmp_path):
    path = tmp_path / "counter.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE counter (n integer)")
        database.execute("INSERT INTO counter VALUES (0)")
    database.close()
    return path


def test_writers_lose_nothing_and_fail_never(counter, django_db_blocker):
    django_db_blocker.unblock()  # for the forked writers, which have a database of their own
    processes = [multiprocessing.get_context("fork").Process(target=count_up, args=(counter,)) for _ in range(WRITERS)]
    for process in processes:
        process.start()
    django_db_blocker.restore()
    for process in processes:
        process.join(SECONDS)

    assert [process.exitcode for process in processes] == [0] * WRITERS
    database = sqlite3.connect(counter)
    assert database.execute("SELECT n FROM counter").fetchone() == (WRITERS * ROUNDS,)
    database.close()


def test_killed_writer_leaves_the_turnstile_open(counter):
    context = multiprocessing.get_context("fork")
    entered = context.Event()
    holder = context.Process(target=hold_the_lock, args=(counter, entered))
    holder.start()
    assert entered.wait(SECONDS)
    os.kill(holder.pid, signal.SIGKILL)
    holder.join(SECONDS)

    turnstile = Turnstile(str(counter))
    turnstile.enter()
    turnstile.leave()

    assert turnstile.held is None
