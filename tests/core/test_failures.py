"""When something breaks: pages without details, a log and a mailbox without what people typed."""

import io
import json
import logging
import logging.config

import pytest
from django.conf import settings as real
from django.core import mail
from django.core.exceptions import SuspiciousOperation
from django.test import Client

from healthaid.core.logs import logging_config, without_numbers
from healthaid.jobs import registry
from healthaid.jobs.actions import run_job
from healthaid.jobs.models import Job
from patients.views import persons
from tests.factories.jobs import JobFactory

IDENTITY, PHONE, NAME = "533103199001017154", "13800004321", "岩密温"
PLANTED = (IDENTITY, PHONE, NAME)


@pytest.fixture
def written():
    """Production's log, as text."""
    output = io.StringIO()
    config = logging_config(as_json=True, level="DEBUG")
    config["handlers"]["console"]["stream"] = output
    logging.config.dictConfig(config)
    yield output.getvalue
    logging.config.dictConfig(real.LOGGING)


@pytest.fixture
def breaking(monkeypatch, settings):
    """Let the search for people break with what was typed in the exception's words, and somebody wait for mail."""
    settings.ADMINS = [("on duty", "duty@example.org")]

    def break_with(kind):
        def readings(text):
            try:
                int(f"first {text} {NAME}")
            except ValueError as error:
                raise kind(f"then {text} {PHONE} {NAME}") from error

        monkeypatch.setattr(persons, "readings", readings)

    return break_with


def ask(user, **headers):
    client = Client(raise_request_exception=False, headers=headers)
    client.force_login(user)
    return client.post("/people/find/", {"q": IDENTITY, "phone": PHONE, "name": NAME})


@pytest.mark.parametrize(("kind", "status"), [(RuntimeError, 500), (SuspiciousOperation, 400)])
def test_failure_tells_nothing_to_the_browser_the_log_or_the_mailbox(people, breaking, written, kind, status):
    breaking(kind)

    answer = ask(people.worker)

    page, log = answer.content.decode(), written()
    assert answer.status_code == status
    assert [secret for secret in PLANTED if secret in page] == []
    assert [secret for secret in PLANTED if secret in log] == []
    assert "Traceback" not in page
    assert "没有保存" in page
    assert mail.outbox == []


def test_failure_says_in_the_log_where_it_happened(people, breaking, written):
    breaking(RuntimeError)

    ask(people.worker)

    [line] = [line for line in map(json.loads, written().splitlines()) if line["event"] == "request_failed"]
    assert (line["request"], line["code"], line["user_id"]) == ("POST /people/find/", 500, people.worker.pk)
    assert "builtins.RuntimeError\nfrom\n" in line["exception"]
    assert line["exception"].endswith("builtins.ValueError")
    assert "in readings" in line["exception"]


def test_other_libraries_words_lose_their_numbers(written):
    try:
        int(f"{IDENTITY}x")
    except ValueError:
        logging.getLogger("celery.app.trace").exception("Task raised: %r", ValueError(IDENTITY))

    [line] = map(json.loads, written().splitlines())
    assert line["event"] == "Task raised: ValueError('[…]')"
    assert IDENTITY not in str(line)
    assert "test_failures.py" in line["exception"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"id {IDENTITY}!", "id […]!"),
        ("53310319900101715X", "[…]"),
        (f"({PHONE})", "([…])"),
        ("533103900101715", "[…]"),
        ("/people/12345678/", "/people/12345678/"),
        ("2026-11-22T21:47:30.153774Z", "2026-11-22T21:47:30.153774Z"),
    ],
)
def test_numbers_of_people_are_replaced(text, shown):
    assert without_numbers(text) == shown


def test_failed_job_keeps_no_number(people, monkeypatch):
    def break_down(_job, _progress):
        raise ValueError(f"bad cell {IDENTITY}")

    registry.register("breaking", "会出错的任务", break_down)
    job = JobFactory(kind="breaking", requested_by=people.worker)

    run_job(job_id=job.pk)

    assert Job.objects.get(pk=job.pk).error == "ValueError: bad cell […]"


def test_host_of_somebody_else_gets_a_plain_page(people, settings):
    settings.ALLOWED_HOSTS = ["healthaid.example.org"]
    settings.ADMINS = [("on duty", "duty@example.org")]

    answer = ask(people.worker, host=f"evil-{PHONE}.example.org")

    assert answer.status_code == 400
    assert "请求有误" in answer.content.decode()
    assert mail.outbox == []


@pytest.mark.parametrize(
    "form",
    [{f"field{number}": "x" for number in range(1100)}, {"q": "x" * (3 * 1024 * 1024)}],
    ids=["too many fields", "too much text"],
)
def test_overlong_form_is_refused_with_a_plain_page(people, form):
    client = Client()
    client.force_login(people.worker)

    answer = client.post("/people/find/", form)

    assert answer.status_code == 400
    assert "请求有误" in answer.content.decode()


def test_form_without_its_token_gets_a_page_in_words(people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.worker)

    page = client.post("/people/find/", {"q": IDENTITY}).content.decode()

    assert "没有保存任何内容" in page
    assert "CSRF verification" not in page
    assert IDENTITY not in page
    assert "<style" not in page


@pytest.mark.parametrize("path", ["/no-such-page/", f"/people/{IDENTITY}x/", "/.git/config", "/static/../manage.py"])
def test_address_that_is_not_there_says_so_and_no_more(people, path):
    client = Client()
    client.force_login(people.worker)

    answer = client.get(path)

    assert answer.status_code == 404
    assert "没有" in answer.content.decode()
    assert "urlpatterns" not in answer.content.decode()
