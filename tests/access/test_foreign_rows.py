"""The rows of another township, county or prefecture, named in path, query and body of every address and method."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests.access.asking import MISSING, WITH_ROWS, Window
from tests.access.matrix import ROLES, may
from tests.access.world import MARKS, NEAREST_FOREIGN, arguments, build_sides
from tests.drawing import undrawn

ANY = ("GET", "HEAD", "POST", "PUT", "DELETE", "PURGE")  # the last is no method of HTTP
WORLD = build_sides


def named(side):
    """Foreign keys under the names by which forms and filters take rows."""
    keys = {name: getattr(side, name).pk for name in ("person", "household", "condition", "case", "facility", "team")}
    keys |= {name: getattr(side, name).pk for name in ("contract", "bill", "agreement", "card", "batch", "place")}
    return keys | {"village": side.place.pk, "hospital": side.case.hospital_id, "only": side.condition.pk}


def methods_of(role, name):
    """All of them for one duty; for the others what they may do with an own row, for test_matrix has the rest."""
    return ANY if role == "worker" else [method for method in ("GET", "POST") if may(role, name, method)]


def oddities(window, role, side, mark):
    """Not there for those who may do this to an own row, refused or unknown for others, and never written."""
    keys = named(side)
    for name in WITH_ROWS:
        given = arguments(name, side)
        url, nowhere = (f"{reverse(name, args=args)}?{urlencode(keys)}" for args in (given, [MISSING, *given[1:]]))
        for method in methods_of(role, name):
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
        with undrawn():
            found[role] = list(oddities(Window(getattr(people, role)), role, world[which], MARKS[which]))

    assert found == {role: [] for role in ROLES}
