"""A portal's data in a folder of its own, and processes of ours that may be killed."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.kill.servers import Databases, number_of_its_own
from tests.portal import ROOT, free_port

PASSWORD = "Ferry-Across-71"
SEED = """
from healthaid.accounts.actions import create_account
from healthaid.accounts.models import User
from tests.factories.regions import PlaceCodeFactory, line_of_places
places = line_of_places("试点国", "试点省", "试点州", "芒坝市", "芒坝镇", "芒坝村")
PlaceCodeFactory(place=places[3], code="533103")
for name, duty in (("admin", "administrator"), ("reader", "reader"), ("poverty", "poverty_office")):
    create_account(by=None, username=name, full_name=name, unit="", duty=duty, place=places[3], password="{password}")
User.objects.update(must_change_password=False)
"""


@dataclass
class Installation:
    """An installation on SQLite in a folder of its own."""

    folder: Path
    environment: dict[str, str]
    port: int

    @property
    def database(self) -> str:
        return str(self.folder / "healthaid.sqlite3")

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def copy(self, folder: Path) -> "Installation":
        """The same data and keys in another folder."""
        shutil.copytree(self.folder, folder)
        return Installation(folder, self.environment | {"DATA_DIR": str(folder)}, self.port)

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def shell(self, source: str) -> str:
        """Run Python inside the installation; what it printed."""
        return self.manage("shell", "--no-imports", "-c", source)

    def start(self, *command: str) -> subprocess.Popen:
        """Start a process that the test will end, in a group of its own."""
        with self.log.open("a") as output:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def numbers(self, *queries: str) -> tuple[int, ...]:
        """What each query counts, all at one moment: a server may still end a commit of a process that was killed."""
        return self.query(f"SELECT {', '.join(f'({query})' for query in queries)}")[0]

    def query(self, query: str) -> list[tuple]:
        """Rows of the database, read past the portal."""
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute(query).fetchall()


@dataclass
class ServedInstallation(Installation):
    """An installation on a database of its own of the PostgreSQL server that DATABASE_URL names."""

    databases: Databases

    @property
    def database(self) -> str:
        return self.databases.name_in(self.environment["DATABASE_URL"])

    def copy(self, folder: Path) -> "ServedInstallation":
        folder.parent.mkdir(exist_ok=True)
        shutil.copytree(self.folder, folder)
        given = {"DATA_DIR": str(folder), "DATABASE_URL": self.databases.made(self.database)}
        return ServedInstallation(folder, self.environment | given, self.port, self.databases)

    def query(self, query: str) -> list[tuple]:
        with closing(psycopg.connect(self.environment["DATABASE_URL"])) as database:
            return database.execute(query).fetchall()


def environment_for(folder: Path, port: int) -> dict[str, str]:
    """The settings of an installation on SQLite with a broker of its own."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return inherited | {
        "DJANGO_SETTINGS_MODULE": "healthaid.settings",
        "DATA_DIR": str(folder),
        "STATIC_ROOT": str(folder / "static"),
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }


def filled(made: Installation) -> Installation:
    """Migrated, with one village, an administrator, a reader and a poverty office."""
    made.manage("migrate", "--verbosity", "0")
    made.manage("collectstatic", "--no-input", "--verbosity", "0")
    made.shell(SEED.format(password=PASSWORD))
    return made


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation on the suite's own servers, else on SQLite; tests work on copies."""
    folder, port = tmp_path_factory.mktemp("prepared"), free_port()
    environment = environment_for(folder, port)
    if not os.environ.get("DATABASE_URL"):
        yield filled(Installation(folder, environment, port))
        return
    with Databases(os.environ["DATABASE_URL"]) as databases, number_of_its_own(os.environ.get("REDIS_URL")) as broker:
        given = {"DATABASE_URL": databases.made("template1"), "REDIS_URL": broker}
        yield filled(ServedInstallation(folder, environment | given, port, databases))


@pytest.fixture(scope="session")
def prepared_on_files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation on SQLite with a broker of its own, whatever the suite runs on."""
    if not os.environ.get("DATABASE_URL"):
        return request.getfixturevalue("prepared")
    folder, port = tmp_path_factory.mktemp("prepared-on-files"), free_port()
    return filled(Installation(folder, environment_for(folder, port), port))


@pytest.fixture
def installation(prepared: Installation, tmp_path: Path) -> Installation:
    return prepared.copy(tmp_path / "data")


@dataclass
class Forks:
    """A process that has loaded everything and runs commands in forks of itself."""

    process: subprocess.Popen
    running: set[int] = field(default_factory=set)

    def start(self, installation: Installation, *command: str, **environment: str) -> int:
        """Start a command in a process group of its own; its process id."""
        process = self._ask(
            command=command,
            database=installation.database,
            environment=environment,
            log=str(installation.log),
        )
        self.running.add(process)
        return process

    def wait(self, process: int) -> int:
        """The exit code of a command that was started; negative is the signal that ended it."""
        self.running.discard(process)
        return self._ask(wait=process)

    def kill(self, process: int) -> None:
        """Kill a command with all that it has started."""
        os.killpg(process, signal.SIGKILL)
        assert self.wait(process) == -signal.SIGKILL

    def run(self, installation: Installation, *command: str, **environment: str) -> int:
        """Start a command and wait for it."""
        return self.wait(self.start(installation, *command, **environment))

    def _ask(self, **request: object) -> int:
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture(scope="session")
def forks(prepared: Installation) -> Iterator[Forks]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.kill.fork_commands"],
        cwd=ROOT,
        env=prepared.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        forks = Forks(process)
        yield forks
        for left in list(forks.running):
            forks.kill(left)
        process.stdin.close()


@pytest.fixture
def started(installation: Installation) -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts processes and ends those that are left."""
    processes: list[subprocess.Popen] = []

    def start(*command: str) -> subprocess.Popen:
        processes.append(installation.start(*command))
        return processes[-1]

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, 9)
        process.wait()
