"""A whole portal as a person starts it: `manage.py serve` on data of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

import pytest

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 180


@dataclass
class Portal:
    """A running portal: its address, the accounts' password, and its commands."""

    url: str
    password: str  # of the demonstration's accounts
    environment: dict[str, str] = field(repr=False)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command against the running portal's data."""
        return manage(self.environment, *arguments)


def manage(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a management command to its end under these settings."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running_portal(folder: Path, environment: Mapping[str, str], *options: str) -> Iterator[Portal]:
    """Web, worker, scheduler and broker, with data in folder/data and output in folder/serve.log.

    A portal without people makes the demonstration county. It is stopped as Ctrl-C stops it.
    """
    port = free_port()
    given = {
        **environment,
        "DATA_DIR": str(folder / "data"),
        "PORT": str(port),
        "DEMO_PASSWORD": "Travel-by-Bridge-33",
    }
    portal = Portal(f"http://127.0.0.1:{port}", given["DEMO_PASSWORD"], given)
    log = folder / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *options],
            cwd=ROOT,
            env=given,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_answering(portal.url, process, log)
        yield portal
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_answering(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{url}/accounts/sign-in/", timeout=5)  # noqa: S310 -- our own address
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the portal did not start:\n{log.read_text()[-3000:]}")
