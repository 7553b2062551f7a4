from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from healthaid.core import checks
from healthaid.core.checks import refuse_unsafe_settings, refuse_unsafe_start

SECRET = "0123456789abcdef" * 4
SAFE = {
    "PRODUCTION": True,
    "DEBUG": False,
    "SECRET_KEY": SECRET,
    "SECRET_KEY_FALLBACKS": [],
    "FIELD_KEYS": "2:" + "fedcba98" * 8 + ",1:" + "89abcdef" * 8,
    "INDEX_KEY": "13579bdf" * 8,
    "AUDIT_KEY": "02468ace" * 8,
    "ALLOWED_HOSTS": ["healthaid.example.org"],
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_SECURE": True,
    "REDIS_URL": "",
}


def postgres(host, /, **options):
    return {"ENGINE": "django.db.backends.postgresql", "HOST": host, "OPTIONS": options}


@pytest.fixture
def configure(settings, monkeypatch):
    def set_all(database=None, **changes):
        monkeypatch.setattr(checks, "database_clock", lambda: None)
        monkeypatch.setitem(settings.DATABASES, "default", database or {"ENGINE": "healthaid.core.sqlite"})
        for name, value in {**SAFE, **changes}.items():
            setattr(settings, name, value)

    return set_all


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        ({"DEBUG": True}, ["healthaid.E001"]),
        ({"SECRET_KEY": SECRET[:49]}, ["healthaid.E002"]),
        ({"SECRET_KEY": "ab" * 30}, ["healthaid.E002"]),
        ({"SECRET_KEY": f"django-insecure-{SECRET}"}, ["healthaid.E002"]),
        ({"SECRET_KEY_FALLBACKS": ["short"]}, ["healthaid.E002"]),
        ({"ALLOWED_HOSTS": []}, ["healthaid.E003"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["healthaid.E003"]),
        ({"ALLOWED_HOSTS": ["good.example.org", "*"]}, ["healthaid.E003"]),
        ({"SESSION_COOKIE_SECURE": False}, ["healthaid.E004"]),
        ({"SESSION_COOKIE_SECURE": False, "CSRF_COOKIE_SECURE": False}, ["healthaid.E004", "healthaid.E004"]),
        ({"SESSION_COOKIE_HTTPONLY": False}, ["healthaid.E004"]),
        ({"FIELD_KEYS": ""}, ["healthaid.E005"]),
        ({"FIELD_KEYS": "0" * 64}, ["healthaid.E005"]),
        ({"FIELD_KEYS": SAFE["FIELD_KEYS"] + ",0:short"}, ["healthaid.E005"]),
        ({"INDEX_KEY": ""}, ["healthaid.E006"]),
        ({"AUDIT_KEY": "1" * 64}, ["healthaid.E006"]),
        ({"AUDIT_KEY": SAFE["INDEX_KEY"]}, ["healthaid.E007"]),
        ({"FIELD_KEYS": f"1:{SECRET}"}, ["healthaid.E007"]),
        ({"database": postgres("db.example.org")}, ["healthaid.E008"]),
        ({"database": postgres("10.1.2.3", sslmode="prefer")}, ["healthaid.E008"]),
        ({"database": postgres("", host="db.example.org")}, ["healthaid.E008"]),
        ({"database": postgres("127.0.0.1,10.1.2.3")}, ["healthaid.E008"]),
        ({"REDIS_URL": "redis://10.1.2.3:6379/0", "database": postgres("")}, ["healthaid.E009"]),
        ({"REDIS_URL": "rediss://broker.example.org/0"}, ["healthaid.E009", "healthaid.E010"]),
        ({"REDIS_URL": "rediss://:secret@broker.example.org/0"}, ["healthaid.E010"]),
        ({"DEBUG": True, "ALLOWED_HOSTS": ["*"]}, ["healthaid.E001", "healthaid.E003"]),
    ],
)
def test_unsafe_production_is_refused(configure, changes, refusals):
    configure(**changes)

    assert [error.id for error in refuse_unsafe_settings()] == refusals
    with pytest.raises(ImproperlyConfigured, match=refusals[0]):
        refuse_unsafe_start()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"database": postgres("")},
        {"database": postgres("/var/run/postgresql")},
        {"database": postgres("", host="/var/run/postgresql")},
        {"database": postgres("127.0.0.1")},
        {"database": postgres("::1")},
        {"database": postgres("db.example.org", sslmode="require")},
        {"database": postgres("db.example.org", sslmode="verify-full")},
        {"REDIS_URL": "redis://127.0.0.1:6379/0"},
        {"REDIS_URL": "redis://localhost:6379/0"},
        {"REDIS_URL": "redis://[::1]:6379/0"},
        {"REDIS_URL": "redis+socket:///run/redis.sock?virtual_host=0"},
        {"REDIS_URL": "rediss://:secret@broker.example.org/0", "database": postgres("127.0.0.1")},
    ],
)
def test_safe_production_starts(configure, changes):
    configure(**changes)

    assert refuse_unsafe_settings() == []
    refuse_unsafe_start()


def test_development_is_not_checked(configure):
    configure(PRODUCTION=False, DEBUG=True, ALLOWED_HOSTS=["*"], SECRET_KEY="x")

    assert refuse_unsafe_settings() == []


def test_production_that_would_kill_itself_is_refused(configure, monkeypatch):
    configure()
    monkeypatch.setenv("KILL_AT", "committed")

    assert [error.id for error in refuse_unsafe_settings()] == ["healthaid.E011"]


@pytest.mark.parametrize(("seconds", "warnings"), [(0, []), (4, []), (-4, []), (6, ["W001"]), (-6, ["W001"])])
def test_clock_of_the_database_is_held_against_this_machines(configure, monkeypatch, caplog, seconds, warnings):
    """M24: a start warns of more than five seconds, and goes on."""
    configure()
    monkeypatch.setattr(checks, "database_clock", lambda: timezone.now() + timedelta(seconds=seconds))

    found = checks.warn_of_clocks(databases=["default"])
    refuse_unsafe_start()

    assert [warning.id for warning in found] == [f"healthaid.{number}" for number in warnings]
    assert ("6 seconds apart" in caplog.text) == bool(warnings)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite asks this machine's clock")
def test_database_tells_its_time():
    assert abs(checks.database_clock() - timezone.now()) < timedelta(minutes=1)
