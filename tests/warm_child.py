"""The parsing child out of a process that has loaded its readers: a sheet is read in a tenth of the time.

Run by its path as the child is (`python -I`), with the path of a socket: each connection brings one request; the answer
is what the child wrote, then what it wrote of errors, then the length of that and the exit code, four bytes each.
"""

import os
import runpy
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TRAILER = struct.Struct(">Ii")
START_SECONDS = 30


class WarmChild:
    """Does what `healthaid.exchange.reading.run_child` does; starts its process with the first request."""

    def __init__(self, child: Path):
        self.child = child
        self.folder = None

    def __call__(self, request: bytes) -> subprocess.CompletedProcess:
        with self._connected() as line:
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
            said = b"".join(iter(lambda: line.recv(1 << 20), b""))
        errors, code = TRAILER.unpack(said[-TRAILER.size :])
        end = len(said) - TRAILER.size
        return subprocess.CompletedProcess([], code, said[: end - errors], said[end - errors : end])

    def _connected(self) -> socket.socket:
        if self.folder is None:
            self._start()
        line = socket.socket(socket.AF_UNIX)
        line.connect(self.address)
        return line

    def _start(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="warm-child-")
        self.address = f"{self.folder.name}/socket"
        self.process = subprocess.Popen(
            [sys.executable, "-I", __file__, str(self.child), self.address], env={"LANG": "C.UTF-8"}
        )
        deadline = time.monotonic() + START_SECONDS
        while not Path(self.address).exists() and time.monotonic() < deadline:
            time.sleep(0.01)

    def stop(self) -> None:
        if self.folder is not None:
            self.process.kill()
            self.process.wait()
            self.folder.cleanup()


def serve(child: str, address: str) -> None:
    """Answer each connection in a fork, until killed."""
    sys.path.insert(0, child)
    os.environ["POLARS_MAX_THREADS"] = "1"
    main = runpy.run_path(f"{child}/__main__.py", run_name="child")["main"]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{address}.new")
    listener.listen()
    Path(f"{address}.new").rename(address)  # from now on somebody listens there
    while True:
        line, _peer = listener.accept()
        if os.fork() == 0:
            answer(line, main)
            os._exit(0)
        line.close()
        while os.waitpid(0, os.WNOHANG)[0]:
            pass


def answer(line: socket.socket, main) -> None:
    """Run the child on what comes over the line."""
    errors, errors_end = os.pipe()  # holds the few lines of a child that dies
    with tempfile.TemporaryFile() as request:
        while part := line.recv(1 << 20):
            request.write(part)
        request.seek(0)
        child = os.fork()
        if child == 0:
            for number, end in enumerate((request.fileno(), line.fileno(), errors_end)):
                os.dup2(end, number)
            main()
            sys.stdout.flush()
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(errors_end)
        text = b"".join(iter(lambda: os.read(errors, 1 << 16), b""))
        line.sendall(text + TRAILER.pack(len(text), code))


if __name__ == "__main__":
    serve(*sys.argv[1:])
