import fcntl
import os
import shlex
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from honcho.manager import Manager
from honcho.printer import Printer

from healthaid.core.broker import broker_command, make_broker_folders

MANAGE = settings.BASE_DIR / "manage.py"
# How a stop that somebody asked for ends: by Ctrl-C, by SIGTERM.
ASKED_TO_STOP = {130, 143}


class Command(BaseCommand):
    help = "Run the whole portal in the foreground: web, worker, scheduler, and a broker where REDIS_URL names none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        cores = os.cpu_count() or 1
        parser.add_argument("--people", type=int, help="size of the demonstration county made at first start")
        parser.add_argument("--web", type=int, default=cores, help=f"web processes (default: cores, here {cores})")
        parser.add_argument("--workers", type=int, default=cores, help="worker processes (default: cores)")

    def handle(self, *_args: Any, people: int | None, web: int, workers: int, **_options: Any) -> None:
        os.umask(0o077)  # what is made from here on, the database above all, is for this account only
        with only_one(settings.DATA_DIR):
            refuse_taken_port(settings.HOST, settings.PORT)
            self.prepare(people)
            # The log of production is for machines: its JSON lines stay as they are.
            manager = Manager(Printer(sys.stdout, prefix=not settings.PRODUCTION))
            for name, command in processes(web, workers):
                manager.add_process(name, f"exec {shlex.join(command)}")
            manager.loop()
        if manager.returncode not in ASKED_TO_STOP:
            raise CommandError("A process ended by itself, so everything was stopped; its last lines are above.")

    def prepare(self, people: int | None) -> None:
        """Bring the database and the static files up to date; fill an empty database with the demonstration."""
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not settings.PRODUCTION and not apps.get_model("patients", "Person").objects.exists():
            call_command("load_demo", **({} if people is None else {"people": people}))
        elif not settings.PRODUCTION:
            self.name_accounts()
        self.stdout.write(f"healthaid: http://{settings.HOST}:{settings.PORT}/   (Ctrl-C stops it)")
        self.stdout.flush()

    def name_accounts(self) -> None:
        """Remind of the demonstration's accounts; of their password only when the environment still names it."""
        users = list(get_user_model().objects.filter(is_active=True).order_by("pk")[:20])
        password = os.environ.get("DEMO_PASSWORD", "")
        known = bool(users and password and users[0].check_password(password))
        self.stdout.write(f"accounts: {', '.join(user.get_username() for user in users)}")
        self.stdout.write(f"password: {password}" if known else "password: as at the first start")


def processes(web: int, workers: int) -> Iterator[tuple[str, list[str]]]:
    """Name and command of each process to supervise."""
    if not settings.REDIS_URL:
        yield "broker", broker_command(*make_broker_folders(settings.DATA_DIR))
    # The scheduler rides in the worker: exactly one of it must run. A worker process that a big sheet has swollen
    # is replaced after its task.
    worker = ("--beat", "--concurrency", str(workers), "--max-memory-per-child", "600000", "--loglevel", "WARNING")
    celery = ("-m", "celery", "--app", "healthaid", "--quiet", "worker", "--without-gossip", "--without-mingle")
    yield "worker", [sys.executable, *celery, *worker]
    for number in range(1, web + 1):
        yield f"web.{number}", [sys.executable, str(MANAGE), "web"]


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Refuse a second start on the same data; the lock goes with the last process of the first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"healthaid is running already on the data in {folder}.") from None
        yield


def refuse_taken_port(host: str, port: int) -> None:
    """Our own web processes share the port; another program on it must be noticed before they start."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"cannot listen on {host}:{port} ({error.strerror}); choose another port with PORT=…",
            ) from error
