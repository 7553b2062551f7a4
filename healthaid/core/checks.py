"""What a production installation must not be started with; every command, web process and worker refuses these."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's name
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.utils import timezone

logger = logging.getLogger(__name__)

TAG = "production"
SHORTEST_SECRET = 50  # characters, as Django's own deployment check asks
SHORTEST_KEY = 32  # hexadecimal digits: 128 bits
FEWEST_LETTERS = 5
CLOCKS_APART = timedelta(seconds=5)
ENCRYPTED = {"require", "verify-ca", "verify-full"}


@register(TAG)
def refuse_unsafe_settings(**_: Any) -> list[CheckMessage]:
    """One error for each unsafe setting of a production installation; none in development."""
    if not settings.PRODUCTION:
        return []
    return [
        Error(text, id=f"healthaid.E{number:03}") for number, fault in enumerate(FAULTS, start=1) for text in fault()
    ]


def refuse_unsafe_start() -> None:
    """For servers that run no system checks, such as a WSGI server. Raises ImproperlyConfigured with every fault."""
    found = refuse_unsafe_settings()
    if found:
        raise ImproperlyConfigured("\n".join(f"{error.id}: {error.msg}" for error in found))
    for warning in warn_of_clocks(databases=["default"]):
        logger.warning(warning.msg)


@register(Tags.database)
def warn_of_clocks(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """A warning where this machine and the database tell different times; leases and the record need one."""
    told = database_clock() if settings.PRODUCTION and "default" in (databases or ()) else None
    if told is None or abs(told - timezone.now()) <= CLOCKS_APART:
        return []
    seconds = round(abs(told - timezone.now()).total_seconds())
    return [Warning(f"The clock of the database is {seconds} seconds apart from this machine's.", id="healthaid.W001")]


def database_clock() -> datetime | None:
    """The time that the database tells; none for SQLite, which asks this machine, and while it cannot be reached."""
    if connection.vendor != "postgresql":
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0]
    except DatabaseError:
        return None


def debugging() -> Iterator[str]:
    if settings.DEBUG:
        yield "DEBUG must be off in production: error pages would show settings and data."


def weak_secret_key() -> Iterator[str]:
    for name, keys in (("SECRET_KEY", [settings.SECRET_KEY]), ("SECRET_KEY_FALLBACKS", settings.SECRET_KEY_FALLBACKS)):
        if any(len(key) < SHORTEST_SECRET or is_guessable(key) for key in keys):
            yield f"{name} must be random and have at least {SHORTEST_SECRET} characters."


def any_host() -> Iterator[str]:
    if not settings.ALLOWED_HOSTS or any("*" in host for host in settings.ALLOWED_HOSTS):
        yield "ALLOWED_HOSTS must name the hosts of this installation, without *."


def insecure_cookies() -> Iterator[str]:
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"):
        if not getattr(settings, name):
            yield f"{name} must be on in production."


def weak_field_keys() -> Iterator[str]:
    keys = [entry.strip().rpartition(":")[2] for entry in settings.FIELD_KEYS.split(",")]
    if any(len(key) < SHORTEST_KEY or is_guessable(key) for key in keys):
        yield f"FIELD_KEYS must hold random keys of at least {SHORTEST_KEY} hexadecimal digits."


def weak_other_keys() -> Iterator[str]:
    for name in ("INDEX_KEY", "AUDIT_KEY"):
        key = getattr(settings, name)
        if len(key) < SHORTEST_KEY or is_guessable(key):
            yield f"{name} must be random and have at least {SHORTEST_KEY} hexadecimal digits."


def shared_keys() -> Iterator[str]:
    fields = [entry.strip().rpartition(":")[2] for entry in settings.FIELD_KEYS.split(",")]
    keys = [settings.SECRET_KEY, settings.INDEX_KEY, settings.AUDIT_KEY, *fields]
    if len(set(keys)) < len(keys):
        yield "SECRET_KEY, FIELD_KEYS, INDEX_KEY and AUDIT_KEY must all differ."


def open_database() -> Iterator[str]:
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("postgresql"):
        return
    options = database.get("OPTIONS", {})
    hosts = str(options.get("host") or database.get("HOST") or "").split(",")
    if not all(is_local(host) for host in hosts) and options.get("sslmode") not in ENCRYPTED:
        yield "DATABASE_URL names another machine, so it must end in ?sslmode=verify-full (or verify-ca, or require)."


def open_broker() -> Iterator[str]:
    address = urlsplit(settings.REDIS_URL)
    is_remote = bool(settings.REDIS_URL) and not is_local(address.hostname or "")
    if is_remote and not address.password:
        yield "REDIS_URL names another machine, so it must hold a password."


def one_file_for_many_machines() -> Iterator[str]:
    is_remote = bool(settings.REDIS_URL) and not is_local(urlsplit(settings.REDIS_URL).hostname or "")
    if is_remote and settings.DATABASES["default"]["ENGINE"].endswith("sqlite"):
        yield "REDIS_URL names another machine, and SQLite serves one machine only: DATABASE_URL must name PostgreSQL."


def killing() -> Iterator[str]:
    if os.environ.get("KILL_AT"):
        yield "KILL_AT is for tests that kill processes; it must not be set in production."


FAULTS: tuple[Callable[[], Iterator[str]], ...] = (
    debugging,
    weak_secret_key,
    any_host,
    insecure_cookies,
    weak_field_keys,
    weak_other_keys,
    shared_keys,
    open_database,
    open_broker,
    one_file_for_many_machines,
    killing,
)


def is_guessable(key: str) -> bool:
    """Whether a key repeats a few letters or carries the mark of Django's generated samples."""
    return len(set(key)) < FEWEST_LETTERS or key.startswith("django-insecure-")


def is_local(host: str) -> bool:
    """Whether the host is this machine: a socket (a path, or nothing at all) or a loopback address."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
