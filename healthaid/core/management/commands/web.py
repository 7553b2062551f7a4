import signal
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from waitress import create_server

from healthaid.core.callstack import roomy
from healthaid.core.limits import limit_requests

BACKLOG = 256
MEGABYTE = 1024 * 1024
LARGEST_ANSWER = 512 * MEGABYTE  # never reached: streamed answers wait for the reader


class Command(BaseCommand):
    help = "Run one web process; several may share the same address and port, as many as there are cores."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=8, help="requests answered at once (default 8)")

    def handle(self, *_args: Any, threads: int, **_options: Any) -> None:
        limit_requests()
        server = create_server(
            roomy(get_wsgi_application()),
            sockets=[listening_socket(settings.HOST, settings.PORT)],
            threads=threads,
            ident=None,
            **memory_options(settings.UPLOAD_LIMIT_MB),
            **proxy_options(settings.TRUSTED_PROXY),
        )
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        self.stdout.write(f"answering on http://{settings.HOST}:{settings.PORT}/")
        self.stdout.flush()
        server.run()  # on exit it finishes the requests in hand


def memory_options(upload_limit: int) -> dict[str, Any]:
    """Keep requests and answers in memory: waitress would write big ones to a file, in clear. In megabytes."""
    # Room for the other fields of the form; more is answered 413 before a byte reaches the application.
    largest = (upload_limit + 1) * MEGABYTE
    return {"max_request_body_size": largest, "inbuf_overflow": largest + 1, "outbuf_overflow": LARGEST_ANSWER}


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that shares its port with the other web processes; the system spreads the connections."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise CommandError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


def proxy_options(trusted_proxy: str) -> dict[str, Any]:
    """Believe the forwarded address and scheme of the proxy at this address only; from others they are removed."""
    if not trusted_proxy:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "clear_untrusted_proxy_headers": True,
        "trusted_proxy": trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    }
