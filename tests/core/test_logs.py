import io
import json
import logging
import logging.config

import pytest
import structlog
from django.conf import settings as real
from django.http import HttpResponse
from django.test import RequestFactory

from healthaid.core.logs import RequestLog, logging_config


@pytest.fixture
def lines():
    """Production's log, as written."""
    output = io.StringIO()
    config = logging_config(as_json=True, level="INFO")
    config["handlers"]["console"]["stream"] = output
    logging.config.dictConfig(config)
    yield lambda: [json.loads(line) for line in output.getvalue().splitlines()]
    logging.config.dictConfig(real.LOGGING)


def test_request_line_has_address_and_outcome_but_not_what_was_searched(lines, rf: RequestFactory):
    request = rf.get("/people/", {"q": "岩温"}, REMOTE_ADDR="10.0.0.7", HTTP_X_FORWARDED_FOR="6.6.6.6")

    RequestLog(lambda _request: HttpResponse())(request)

    [finished] = lines()
    assert finished["event"] == "request_finished"
    assert finished["request"] == "GET /people/"
    assert finished["code"] == 200
    assert finished["ip"] == "10.0.0.7"
    assert "岩温" not in json.dumps(finished, ensure_ascii=False)


@pytest.mark.parametrize(("with_words", "told"), [(False, False), (True, True)])
def test_log_for_people_repeats_what_somebody_typed_only_while_debugging(with_words, told):
    output = io.StringIO()
    config = logging_config(as_json=False, level="INFO", with_words=with_words)
    config["handlers"]["console"]["stream"] = output
    logging.config.dictConfig(config)

    typed = "岩温龙 533103195003121237"

    try:
        int(typed)
    except ValueError:
        logging.getLogger("healthaid.test").exception("failed")
    logging.config.dictConfig(real.LOGGING)

    assert ("岩温龙" in output.getvalue(), "533103195003121237" in output.getvalue()) == (told, told)
    assert "ValueError" in output.getvalue()


def test_name_with_line_breaks_stays_one_line(lines):
    structlog.get_logger("healthaid.test").warning("odd", file="a\nb\x1b[31m{}")
    logging.getLogger("healthaid.test").warning("old %s", "c\nd")

    assert [(line["event"], line.get("file")) for line in lines()] == [("odd", "a\nb\x1b[31m{}"), ("old c\nd", None)]
