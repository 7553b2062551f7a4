"""A portal's data in a folder of its own, and processes of ours that may be killed."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

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
    def database(self) -> Path:
        return self.folder / "healthaid.sqlite3"

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

    def query(self, query: str) -> list[tuple]:
        """Rows of the database, read past the portal."""
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute(query).fetchall()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Migrated, with one village, an administrator, a reader and a poverty office; tests work on copies."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    port, folder = free_port(), tmp_path_factory.mktemp("prepared")
    made = Installation(
        folder,
        {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "healthaid.settings",
            "DATA_DIR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "PORT": str(port),
            "PYTHONPATH": str(ROOT),
        },
        port,
    )
    made.manage("migrate", "--verbosity", "0")
    made.manage("collectstatic", "--no-input", "--verbosity", "0")
    made.shell(SEED.format(password=PASSWORD))
    return made


@pytest.fixture
def installation(prepared: Installation, tmp_path: Path) -> Installation:
    return prepared.copy(tmp_path / "data")


@dataclass
class Forks:
    """A process that has loaded everything and runs commands in forks of itself, one at a time."""

    process: subprocess.Popen

    def start(self, installation: Installation, *command: str, **environment: str) -> int:
        """Start a command; its process id."""
        request = {
            "command": command,
            "database": str(installation.database),
            "environment": environment,
            "log": str(installation.log),
        }
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def wait(self) -> int:
        """The exit code of the command that was started; negative is the signal that ended it."""
        return int(self.process.stdout.readline())

    def run(self, installation: Installation, *command: str, **environment: str) -> int:
        """Start a command and wait for it."""
        self.start(installation, *command, **environment)
        return self.wait()


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
        yield Forks(process)
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
