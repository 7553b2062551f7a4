"""A portal's data in a folder of its own, and processes of ours that may be killed."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.conftest import free_port

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Ferry-Across-71"
SEED = """
from healthaid.accounts.actions import create_account
from healthaid.accounts.models import User
from tests.factories.regions import PlaceCodeFactory, line_of_places
places = line_of_places("中国", "试点省", "试点州", "芒坝市", "芒坝镇", "芒坝村")
PlaceCodeFactory(place=places[3], code="533103")
for name, duty in (("admin", "administrator"), ("reader", "reader")):
    create_account(by=None, username=name, full_name=name, unit="", duty=duty, place=places[3], password="{password}")
User.objects.update(must_change_password=False)
"""


@dataclass
class Installation:
    """An installation on SQLite in a folder of its own."""

    environment: dict[str, str]
    port: int
    log: Path

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


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Migrated, with an administrator and a reader of one county."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    port = free_port()
    made = Installation(
        environment={
            **inherited,
            "DJANGO_SETTINGS_MODULE": "healthaid.settings",
            "DATA_DIR": str(tmp_path / "data"),
            "PORT": str(port),
            "PYTHONPATH": str(ROOT),
        },
        port=port,
        log=tmp_path / "log.txt",
    )
    made.manage("migrate", "--verbosity", "0")
    made.manage("collectstatic", "--no-input", "--verbosity", "0")
    made.shell(SEED.format(password=PASSWORD))
    return made


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
