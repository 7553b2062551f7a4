"""Limits of the database: short for requests, long for jobs; who hits one reads a calm page and loses nothing."""

import io
import json
import logging.config
import sqlite3
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from django.conf import settings as real
from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from healthaid.accounts.models import User
from healthaid.core.limits import Limits, limit_hit, limit_requests
from healthaid.core.logs import logging_config
from healthaid.core.management.commands import web
from healthaid.jobs import registry
from healthaid.jobs.actions import run_job
from healthaid.jobs.enums import JobState
from healthaid.jobs.models import Job
from healthaid.reports import views
from patients.models import Household
from tests.factories.jobs import JobFactory
from tests.factories.patients import HouseholdFactory

only_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite keeps no limits but the writers' queue"
)
NAMES = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


@contextmanager
def new_connections():
    """Let connections opened inside follow the settings changed inside."""
    database = connections.settings["default"]
    kept = database["OPTIONS"]
    connection.close()
    yield
    connection.close()
    database["OPTIONS"] = kept


@pytest.fixture
def short(settings):
    settings.WEB_LIMITS = Limits(statement=1, lock=1, idle=1)
    with new_connections():
        limit_requests()
        yield


@pytest.fixture
def lines():
    output = io.StringIO()
    config = logging_config(as_json=True, level="DEBUG")
    config["handlers"]["console"]["stream"] = output
    logging.config.dictConfig(config)
    yield lambda: [json.loads(line) for line in output.getvalue().splitlines()]
    logging.config.dictConfig(real.LOGGING)


def in_force():
    with connection.cursor() as cursor:
        return [cursor.execute(f"SHOW {name}").fetchone()[0] for name in NAMES]


def browser(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def sleep_in_database(*_arguments):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(3)")


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_jobs_and_commands_have_long_limits_and_web_processes_short_ones(monkeypatch):
    def stop(**_options):
        sys.exit(0)

    monkeypatch.setattr(web, "listening_socket", lambda _host, _port: None)
    monkeypatch.setattr(web, "create_server", lambda _application, **_options: stop())

    with new_connections():
        assert in_force() == ["1h", "10min", "1h"]
        with pytest.raises(SystemExit):
            call_command("web")
        connection.close()
        assert in_force() == ["30s", "15s", "2min"]


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_query_that_takes_too_long_ends_in_a_calm_page_and_a_line(people, short, monkeypatch, lines):
    monkeypatch.setattr(views.home, "home_page", sleep_in_database)
    client = browser(people.official)

    answer = client.get("/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "资料没有变动" in answer.content.decode()
    [line] = [line for line in lines() if line["event"] == "database_limit"]
    assert (line["limit"], line["level"], line["user_id"]) == ("statement", "warning", people.official.pk)
    monkeypatch.undo()
    assert client.get("/").status_code == 200


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_form_that_waits_too_long_for_a_lock_is_kept_as_typed(people, short):
    household = HouseholdFactory(village=people.here, natural_village="上寨")
    address = reverse("patients:household-update", args=[household.pk])
    client = browser(people.worker)
    form = client.get(address).context["form"]
    typed = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    typed |= {"natural_village": "下寨"}
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Household.objects.select_for_update().get(pk=household.pk)
            held.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    database = connections.settings["default"]
    database["OPTIONS"] = real.JOB_LIMITS.added_to(database["OPTIONS"])  # a job holds the row
    holder.start()
    held.wait(5)

    answer = client.post(address, typed)

    done.set()
    holder.join()
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "没有保存" in page
    assert "下寨" in page
    assert Household.objects.get(pk=household.pk).natural_village == "上寨"
    assert client.post(address, typed).status_code == 302
    assert Household.objects.get(pk=household.pk).natural_village == "下寨"


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_transaction_left_idle_ends_and_changes_nothing(people, short, monkeypatch):
    def dawdle(user, _today):
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(full_name="改名")
            time.sleep(1.5)
            return User.objects.count()

    monkeypatch.setattr(views.home, "home_page", dawdle)
    client = browser(people.official)

    answer = client.get("/")

    assert answer.status_code == 503
    monkeypatch.undo()
    assert client.get("/").status_code == 200
    assert not User.objects.filter(full_name="改名").exists()


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_job_may_take_longer_than_a_request(people):
    registry.register("slow", "很慢的任务", lambda _job, _progress: sleep_in_database() or {})
    job = JobFactory(kind="slow", requested_by=people.worker)

    with new_connections():
        run_job(job_id=job.pk)

    assert Job.objects.get(pk=job.pk).state == JobState.DONE


def test_busy_writer_of_sqlite_is_a_limit_and_other_failures_are_none():
    busy, other = sqlite3.OperationalError("database is locked"), sqlite3.OperationalError("no such table")
    busy.sqlite_errorname = "SQLITE_BUSY"
    wrapped = OperationalError("database is locked")
    wrapped.__cause__ = busy

    assert limit_hit(wrapped) == "lock"
    assert [limit_hit(other), limit_hit(ValueError()), limit_hit(None)] == ["", "", ""]
