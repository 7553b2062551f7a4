"""The rows of another township, county or prefecture, named in path, query and body of every address and method."""

import logging
from urllib.parse import urlencode

import pytest
from django.template.backends.django import Template
from django.urls import reverse

from tests.access.asking import MISSING, WITH_ROWS, Window
from tests.access.matrix import MATRIX, ROLES
from tests.access.world import MARKS, NEAREST_FOREIGN, arguments, build_sides

READERS = ("reader", "prefecture_reader", "auditor", "nobody")
ANY = ("GET", "HEAD", "POST", "PUT", "DELETE", "PURGE")  # the last is no method of HTTP
METHODS = dict.fromkeys(ROLES, ("GET", "POST")) | dict.fromkeys(READERS, ("GET",)) | {"worker": ANY}
WORLD = build_sides
SUCCESS = ("200", "302", "422")


@pytest.fixture(autouse=True)
def bare_answers(monkeypatch):
    """Only the words of a refusal, and no log: drawing the same pages thousands of times would take minutes."""
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    monkeypatch.setattr(
        Template, "render", lambda _self, context=None, _request=None: str((context or {}).get("reason"))
    )


def named(side):
    """Foreign keys under the names by which forms and filters take rows."""
    keys = {name: getattr(side, name).pk for name in ("person", "household", "condition", "case", "facility", "team")}
    keys |= {name: getattr(side, name).pk for name in ("contract", "bill", "agreement", "card", "batch", "place")}
    return keys | {"village": side.place.pk, "hospital": side.case.hospital_id, "only": side.condition.pk}


def may(role, name, method):
    """Whether the duty succeeds there with an own row."""
    statuses = MATRIX[name].get(method.lower(), "").split()
    return bool(statuses) and statuses[ROLES.index(role)] in SUCCESS


def oddities(window, role, side, mark):
    """Not there for those who may do this to an own row, refused or unknown for others, and never written."""
    keys = named(side)
    for name in WITH_ROWS:
        given = arguments(name, side)
        url, nowhere = (f"{reverse(name, args=args)}?{urlencode(keys)}" for args in (given, [MISSING, *given[1:]]))
        for method in METHODS[role]:
            answer = window.send(method, url, keys)
            said = (answer.status_code, answer.body)
            refused = answer.status_code == 403 and role == "worker" and method in ("GET", "POST")
            if refused and window.send(method, nowhere, keys).status_code != 403:
                yield (name, method, "refused, where one that never was is not there", *said)
            expected = {404} if may(role, name, method) else {403, 404, 405}
            if answer.status_code not in expected:
                yield (name, method, *said)
            if answer.written or mark in answer.body.decode():
                yield (name, method, answer.written, answer.body)


@pytest.mark.timeout(900)  # thousands of requests
def test_row_elsewhere_is_as_if_it_did_not_exist(people, world):
    found = {}
    for role, which in NEAREST_FOREIGN.items():
        found[role] = list(oddities(Window(getattr(people, role)), role, world[which], MARKS[which]))

    assert found == {role: [] for role in ROLES}
