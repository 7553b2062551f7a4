"""What all tests share: their order, standing rows, the named people, windows."""

import gc
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import pytest_runtest_protocol as run_protocol
from django.db import connection, transaction
from django.test import Client
from xdist.scheduler import LoadFileScheduling

from healthaid.accounts.models import User
from healthaid.core.callstack import roomy
from healthaid.exchange import reading
from tests.fresh_data import keep_migrated, make_fresh_data
from tests.people import People, named_people
from tests.warm_child import WarmChild

# Each file is run whole by one process: the longest start first, so that no core is idle at the end. The journeys go
# together, for they share a portal, and so do the kills, for they share an installation.
JOURNEYS = (
    "browser/test_bill_journeys.py",
    "browser/test_coverage_journeys.py",
    "browser/test_lists.py",
    "browser/test_county_journey.py",
)
LONG_FILES = (
    *JOURNEYS,
    "access/test_matrix.py",
    "kill/test_import_worker_kill.py",
    "kill/test_import_kill.py",
    "kill/test_run_kill.py",
    "kill/test_web_kill.py",
    "kill/test_worker_kill.py",
    "access/test_crawl.py",
    "access/test_bodies.py",
    "access/test_markup.py",
    "access/test_foreign_rows.py",
    "access/test_payloads.py",
    "core/test_serve.py",
    "core/test_backups.py",
    "reports/test_load_demo.py",
    "kill/test_nothing_in_clear.py",
    "exchange/test_reading.py",
    "patients/test_register_sheet.py",
)
run_with_room = roomy(run_protocol)
TODAY = date(2018, 6, 10)  # a Sunday in the month that most tests are about; every posting is held that day


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, the others as they were found."""
    here = Path(__file__).parent
    turns = {here / file: turn for turn, file in enumerate(LONG_FILES)}
    items.sort(key=lambda item: turns.get(item.path, len(turns)))


def pytest_collection_finish() -> None:
    """Looking again and again through all that was loaded for rubbish took a tenth of the suite's time."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    """Tests have room for their calls, as requests have: it was a seventh of the access tests' time."""
    return run_with_room(item, nextitem)


class WholeFiles(LoadFileScheduling):
    """Files are shared out among the processes of a parallel run."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if file.endswith(JOURNEYS):
            return "journeys"
        if file.endswith("races.py"):
            return "races"  # one after the other: each takes half of a server's connections
        return "kills" if "/kill/" in file else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles:
    """In the place of `--dist loadfile`."""
    return WholeFiles(config, log)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit are cleaned up by emptying the tables, which PostgreSQL refuses for the audit record."""
    if connection.connection is None:
        return  # no test asks for the database
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(import_module("healthaid.audit.migrations.0003_no_truncate").BACK)
        else:
            keep_migrated(connection.connection)


@pytest.fixture(scope="session")
def fresh_data(django_db_setup, tmp_path_factory):
    """A data folder as the first start leaves it, for portals that need not show that they can make it."""
    return make_fresh_data(tmp_path_factory.mktemp("fresh") / "data")


@pytest.fixture(scope="module")
def standing_rows(django_db_setup, django_db_blocker):
    """What a file's fixtures write behind this one stands for all its tests, and goes with the last of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session", autouse=True)
def warm_child():
    """Sheets are read by a child that need not load its readers; tests about the child itself start a cold one."""
    child = WarmChild(reading.CHILD)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "run_child", child)
        yield
    child.stop()


@pytest.fixture(scope="module")
def built(request):
    """The people of a file with a WORLD and what that builds around them, once for all its tests; else None."""
    world = getattr(request.module, "WORLD", None)
    if world is None:
        return None
    request.getfixturevalue("standing_rows")
    people = named_people()
    return people, world(people)


@pytest.fixture
def copied(built, db):
    """The same rows in memory for this test alone."""
    return deepcopy(built) if built else (named_people(), None)


@pytest.fixture
def people(copied) -> People:
    """The named people of this test."""
    return copied[0]


@pytest.fixture
def world(copied):
    """What the file's WORLD built."""
    return copied[1]


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser window in which somebody is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
