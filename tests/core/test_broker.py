import os
import stat
import subprocess
from pathlib import Path

import pytest
import redis

from healthaid.core.broker import LONGEST_SOCKET_PATH, broker_command, make_broker_folders, socket_path


def test_socket_path_lies_in_the_data_folder(tmp_path):
    assert socket_path(tmp_path) == tmp_path / "broker.sock"


def test_socket_path_stays_short_and_apart_for_each_long_folder(tmp_path):
    first, second = (tmp_path / (letter * 120) for letter in "ab")

    assert len(os.fsencode(socket_path(first))) <= LONGEST_SOCKET_PATH
    assert socket_path(first) == socket_path(first)
    assert socket_path(first) != socket_path(second)


def test_broker_folders_of_somebody_else_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)

    with pytest.raises(PermissionError, match="another user"):
        make_broker_folders(tmp_path)


def test_broker_answers_on_its_socket_only_and_keeps_what_waits(tmp_path):
    socket, folder = make_broker_folders(tmp_path)

    for expected in (None, b"kept"):
        server = subprocess.Popen(broker_command(socket, folder))
        try:
            client = connected(socket)
            assert client.get("ring") == expected
            assert client.config_get("port", "appendonly") == {"port": "0", "appendonly": "yes"}
            client.set("ring", "kept")
            client.close()
        finally:
            server.kill()
            server.wait()

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700


def connected(path: Path) -> redis.Redis:
    """A client, once the server answers."""
    client = redis.Redis(
        unix_socket_path=str(path),
        retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.05), 100),
        retry_on_error=[redis.exceptions.ConnectionError],
    )
    client.ping()
    return client
