"""A portal's data in a folder of its own, reached by commands, and processes of ours that may be killed."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.portal import ROOT


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
        """The same data and keys in another folder; static files stay where they are."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("static"))
        return Installation(folder, self.environment | {"DATA_DIR": str(folder)}, self.port)

    def numbers(self, *queries: str) -> tuple[int, ...]:
        """What each query counts, all at one moment: a server may still end a commit of a process that was killed."""
        return self.query(f"SELECT {', '.join(f'({query})' for query in queries)}")[0]

    def query(self, query: str) -> list[tuple]:
        """Rows of the database, read past the portal."""
        with closing(sqlite3.connect(self.database)) as database:
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


@dataclass
class Forks:
    """A process that has loaded everything and runs commands in forks of itself."""

    process: subprocess.Popen
    running: set[int] = field(default_factory=set)

    def start(self, installation: Installation, *command: str, **environment: str) -> int:
        """Start a command in a process group of its own; its process id."""
        process = self._ask(
            command=command,
            data=str(installation.folder),
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

    def shell(self, installation: Installation, source: str) -> str:
        """Run Python inside the installation; what the log holds afterwards."""
        code = self.run(installation, "shell", "--no-imports", "-c", source)
        said = installation.log.read_text()
        assert code == 0, said[-3000:]
        return said

    def _ask(self, **request: object) -> int:
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def forking(environment: Mapping[str, str]) -> Iterator[Forks]:
    """Forks of a process with these settings; those that are left are killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fork_commands"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        forks = Forks(process)
        yield forks
        for left in list(forks.running):
            forks.kill(left)
        process.stdin.close()
