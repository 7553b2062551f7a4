import errno
import io
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil
import pytest
from django.core.management.base import CommandError
from waitress import create_server

from healthaid.core.management.commands.serve import only_one, processes, refuse_taken_port
from healthaid.core.management.commands.web import listening_socket, memory_options, proxy_options

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("address", "names"), [("", ["broker", "worker", "web.1", "web.2"]), ("redis://x", None)])
def test_processes_hold_a_broker_only_where_none_is_named(settings, tmp_path, address, names):
    settings.REDIS_URL, settings.DATA_DIR = address, tmp_path

    assert [name for name, _command in processes(2, 1)] == (names or ["worker", "web.1", "web.2"])


def test_second_start_on_the_same_data_is_refused(tmp_path):
    with only_one(tmp_path):
        with pytest.raises(CommandError, match="running already"), only_one(tmp_path):
            pass
        with only_one(tmp_path / "other"):
            pass

    with only_one(tmp_path):
        pass


def test_port_of_another_program_is_refused_and_a_free_one_taken():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # even of one that would share it
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(CommandError, match="PORT="):
            refuse_taken_port("127.0.0.1", port)

    refuse_taken_port("127.0.0.1", port)


def test_web_processes_share_a_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with listening_socket("127.0.0.1", port), listening_socket("127.0.0.1", port) as second:
        assert second.getsockname()[1] == port


def test_web_says_why_it_cannot_listen():
    with pytest.raises(CommandError, match=os.strerror(errno.EADDRNOTAVAIL)):
        listening_socket("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("proxy", "peer", "seen"),
    [
        ("", "127.0.0.1", ("127.0.0.1", "http")),  # nobody is believed
        ("127.0.0.1", "127.0.0.1", ("203.0.113.9", "https")),
        ("10.0.0.1", "127.0.0.1", ("127.0.0.1", "http")),  # not from the proxy
    ],
)
def test_forwarded_address_is_believed_from_the_proxy_only(proxy, peer, seen):
    answers = []

    def application(environ, start_response):
        answers.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]))
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    asked = b"GET / HTTP/1.0\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n"
    ask(application, asked, **proxy_options(proxy))

    assert answers == [seen]


@pytest.mark.parametrize(("megabytes", "status"), [(1, b"200"), (4, b"200"), (6, b"413")])
def test_bodies_stay_in_memory_and_within_the_limit(monkeypatch, megabytes, status):
    files = []
    monkeypatch.setattr("tempfile.TemporaryFile", lambda *given, **_more: files.append(given) or io.BytesIO())

    def application(environ, start_response):
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    size = megabytes * 1024 * 1024
    asked = b"POST / HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % size
    if status == b"200":  # otherwise the answer comes before the body
        asked += b"x" * size
    answer = ask(application, asked, **memory_options(4))

    assert answer.split()[1] == status
    assert files == []
    assert (len(answer) > size) is (status == b"200")


def ask(application, request: bytes, **options) -> bytes:
    """One request to a waitress server in a thread."""
    server = create_server(application, host="127.0.0.1", port=0, map={}, **options)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        with socket.create_connection(("127.0.0.1", server.effective_port), timeout=5) as client:
            client.sendall(request)
            return client.makefile("rb").read()
    finally:
        server.close()
        thread.join(timeout=5)


KEYS = {name: secrets.token_hex(32) for name in ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "AUDIT_KEY")}


class Serving:
    """`manage.py serve` of a production installation on an empty database, which needs no demonstration."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        self.environment = {
            **kept,
            **KEYS,
            "DJANGO_SETTINGS_MODULE": "healthaid.settings",
            "PRODUCTION": "1",
            "ALLOWED_HOSTS": "healthaid.example.org",
            "DATA_DIR": str(folder / "data"),
            "PORT": str(port),
        }
        self.lines: list[str] = []

    def __enter__(self) -> Self:
        command = (sys.executable, "manage.py", "serve", "--web", "1", "--workers", "1")
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, **pipes)
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self.reader.start()
        self.family: list[int] = []
        try:
            self.wait_for("answering on")
        except BaseException:
            self.__exit__()
            raise
        self.family = [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]
        return self

    def __exit__(self, *_: object) -> None:
        # As Ctrl-C stops it; killed at once it would leave the workers that were forked meanwhile.
        self.process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=20)
        for pid in (self.process.pid, *self.family):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + 60
        while not any(text in line for line in self.lines):
            assert self.process.poll() is None, "".join(self.lines)
            assert time.monotonic() < deadline, "".join(self.lines)
            time.sleep(0.1)

    def stop(self, how: signal.Signals) -> None:
        """Ask it to stop, and see that nothing of it is left."""
        self.process.send_signal(how)
        assert self.process.wait(timeout=20) == 0
        assert len(self.family) > 3
        assert self.left() == []

    def left(self) -> list[str]:
        """The commands of those of its processes that still run."""
        alive = [psutil.Process(pid) for pid in self.family if psutil.pid_exists(pid)]
        return [shlex.join(process.cmdline()) for process in alive if process.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def folder(fresh_data, tmp_path_factory):
    """Where the portal is started again and again."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(fresh_data, folder / "data")
    return folder


@pytest.mark.kill
def test_serve_stops_everything_when_terminated(folder):
    with Serving(folder) as portal:
        portal.stop(signal.SIGTERM)


@pytest.mark.kill
def test_serve_stops_with_a_message_when_a_process_dies(folder):
    with Serving(folder) as portal:
        web = next(pid for pid in portal.family if psutil.Process(pid).cmdline()[-1:] == ["web"])

        os.kill(web, signal.SIGKILL)

        assert portal.process.wait(timeout=20) == 1
        portal.reader.join()
        assert "ended by itself" in portal.lines[-1]
        assert portal.left() == []
