"""An installation of a portal that is prepared once, whose copies are killed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.installations import Forks, Installation, environment_for, forking
from tests.kill.servers import Databases, number_of_its_own
from tests.portal import free_port

PASSWORD = "Ferry-Across-71"
SEED = """
from django.core.management import call_command
from healthaid.accounts.actions import create_account
from healthaid.accounts.models import User
from tests.factories.regions import PlaceCodeFactory, line_of_places
call_command("migrate", verbosity=0)
places = line_of_places("试点国", "试点省", "试点州", "芒坝市", "芒坝镇", "芒坝村")
PlaceCodeFactory(place=places[3], code="533103")
for name, duty in (("admin", "administrator"), ("reader", "reader"), ("poverty", "poverty_office")):
    create_account(by=None, username=name, full_name=name, unit="", duty=duty, place=places[3], password="{password}")
User.objects.update(must_change_password=False)
"""


@dataclass
class ServedInstallation(Installation):
    """An installation on a database of its own of the PostgreSQL server that DATABASE_URL names."""

    databases: Databases

    @property
    def database(self) -> str:
        return self.databases.name_in(self.environment["DATABASE_URL"])

    def copy(self, folder: Path) -> "ServedInstallation":
        folder.parent.mkdir(exist_ok=True)
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("static"))
        given = {"DATA_DIR": str(folder), "DATABASE_URL": self.databases.made(self.database)}
        return ServedInstallation(folder, self.environment | given, self.port, self.databases)

    def query(self, query: str) -> list[tuple]:
        with closing(psycopg.connect(self.environment["DATABASE_URL"])) as database:
            return database.execute(query).fetchall()


def on_files(fresh_data: Path, folder: Path) -> Installation:
    """An installation on SQLite with a broker of its own, where nobody is."""
    shutil.copytree(fresh_data, folder)
    port = free_port()
    return Installation(folder, environment_for(folder, port), port)


@pytest.fixture(scope="session")
def empty(fresh_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation on the suite's own servers, else on SQLite, where nobody is."""
    made = on_files(fresh_data, tmp_path_factory.mktemp("prepared") / "data")
    if not os.environ.get("DATABASE_URL"):
        yield made
        return
    with Databases(os.environ["DATABASE_URL"]) as databases, number_of_its_own(os.environ.get("REDIS_URL")) as broker:
        given = {"DATABASE_URL": databases.made("template1"), "REDIS_URL": broker}
        yield ServedInstallation(made.folder, made.environment | given, made.port, databases)


@pytest.fixture(scope="session")
def forks(empty: Installation) -> Iterator[Forks]:
    with forking(empty.environment) as forks:
        yield forks


@pytest.fixture(scope="session")
def prepared(empty: Installation, forks: Forks) -> Installation:
    """Migrated, with one village, an administrator, a reader and a poverty office; tests work on copies."""
    forks.shell(empty, SEED.format(password=PASSWORD))
    return empty


@pytest.fixture
def installation(prepared: Installation, tmp_path: Path) -> Installation:
    return prepared.copy(tmp_path / "data")


@pytest.fixture(scope="session")
def empty_on_files(
    request: pytest.FixtureRequest, fresh_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """The same on SQLite, whatever the suite runs on."""
    if not os.environ.get("DATABASE_URL"):
        return request.getfixturevalue("empty")
    return on_files(fresh_data, tmp_path_factory.mktemp("prepared-on-files") / "data")


@pytest.fixture(scope="session")
def forks_on_files(request: pytest.FixtureRequest, empty_on_files: Installation) -> Iterator[Forks]:
    if not os.environ.get("DATABASE_URL"):
        yield request.getfixturevalue("forks")
        return
    with forking(empty_on_files.environment) as forks:
        yield forks


@pytest.fixture(scope="session")
def prepared_on_files(
    request: pytest.FixtureRequest, empty_on_files: Installation, forks_on_files: Forks
) -> Installation:
    if not os.environ.get("DATABASE_URL"):
        return request.getfixturevalue("prepared")
    forks_on_files.shell(empty_on_files, SEED.format(password=PASSWORD))
    return empty_on_files
