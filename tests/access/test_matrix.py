"""Every address, every method, every duty, about the rows of the own village."""

import pytest
from django.test import Client
from django.urls import get_resolver

from healthaid.audit.models import Entry
from tests.access.asking import URLS, Window, address
from tests.access.matrix import MATRIX, PUBLIC, ROLES, SUCCESS, first_let_in
from tests.access.prepared import NEVER, SENT, prepared
from tests.access.world import NEAREST_FOREIGN, SENTINEL, build_world, named_urls
from tests.drawing import undrawn

WORLD = build_world
SIGN_IN = "/accounts/sign-in/"
METHODS = ("get", "post", "put", "patch", "delete")
VILLAGERS = ("reader", "signer")  # of one reach; in test_crawl those of wider reach read their pages


def test_every_address_has_a_line():
    assert set(URLS) == set(MATRIX)


def test_every_name_is_used_once():
    assert len(list(named_urls())) == len(URLS)


@pytest.mark.timeout(900)  # thousands of requests
def test_every_address_answers_every_duty_as_declared(people, world):
    """And reading writes nothing, shows nothing of another township to those of this one, and has all headers."""
    own, _foreign = world
    windows = {role: Window(getattr(people, role)) for role in ROLES}
    wrong, odd = {}, []
    for name in MATRIX:
        url, sent = address(name, own), SENT.get(name, lambda _side: {})(own)
        reading = first_let_in(name, "get", VILLAGERS)
        with prepared(name, own):
            for method, declared in MATRIX[name].items():
                with undrawn():
                    answers = {role: windows[role].ask(method, url, sent) for role in ROLES}
                found = " ".join(str(answer.status_code) for answer in answers.values())
                wrong |= {} if found == declared else {f"{name} {method}": (found, declared)}
                if method == "get":
                    answers |= {reading: windows[reading].ask(method, url, sent)} if reading else {}
                    odd += [(name, role, fault) for role in ROLES for fault in faults(name, role, answers[role])]

    assert wrong == {}
    assert odd == []


def faults(name, role, answer):
    """What is wrong with a page that was only read."""
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    expected = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    wrong = [f"writes {table}" for table in answer.written]
    wrong += [header for header, value in expected.items() if headers.get(header) != value]
    if "default-src 'self'" not in policy or "unsafe" in policy:
        wrong.append("policy")
    if name not in PUBLIC and "no-store" not in headers.get("Cache-Control", ""):
        wrong.append("may be stored")
    if NEAREST_FOREIGN[role] == "township" and SENTINEL in answer.body.decode(errors="replace"):
        wrong.append("sentinel")
    return wrong


def test_every_line_lets_somebody_in():
    """Each refusal stands beside a success, or has its reason."""
    closed = [
        (name, method)
        for name, methods in MATRIX.items()
        for method, statuses in methods.items()
        if not set(statuses.split()) & set(SUCCESS) and name not in NEVER
    ]

    assert closed == []


def test_address_without_signing_in_leads_to_the_sign_in_page(client, world):
    own, _foreign = world
    asked = [(name, method) for name in sorted(set(URLS) - set(PUBLIC)) for method in METHODS]
    answers = {(name, method): getattr(client, method)(address(name, own)) for name, method in asked}

    found = {which: (answer.status_code, answer.headers.get("Location", "")) for which, answer in answers.items()}
    assert {which: said for which, said in found.items() if said[0] != 302 or not said[1].startswith(SIGN_IN)} == {}


def test_asking_only_about_a_page_changes_nothing(people, world):
    """Each address is asked by the first duty that it lets in."""
    own, _foreign = world
    windows, written = {role: Window(getattr(people, role)) for role in ROLES}, {}
    for name in sorted(set(URLS) - {"accounts:sign-out"}):
        window = windows[first_let_in(name) or "worker"]
        with prepared(name, own), undrawn():
            answers = {method: window.ask(method, address(name, own)) for method in ("head", "options")}
        written |= {(name, method): answer.written for method, answer in answers.items() if answer.written}

    assert written == {}


def test_unsafe_method_without_the_token_is_refused(people, world):
    own, _foreign = world
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.worker)
    with undrawn():
        statuses = {name: client.post(address(name, own)).status_code for name in sorted(URLS)}

    assert {name: status for name, status in statuses.items() if status != 403} == {}


def test_every_refusal_leaves_one_entry(people, world):
    """Whether the row is another township's, or the page not for this duty."""
    _own, foreign = world
    client = Client()
    client.force_login(people.worker)
    with undrawn():
        statuses = {name: client.get(address(name, foreign)).status_code for name in URLS}

    kept = Entry.objects.filter(actor=people.worker, verb__startswith="core.").order_by("pk")
    verbs = {403: "core.page.refused", 404: "core.row.unseen"}
    assert [(entry.changes["page"], entry.verb) for entry in kept] == [
        (name, verbs[status]) for name, status in statuses.items() if status in verbs
    ]


def test_resolver_is_the_portals():
    assert get_resolver().urlconf_name == "healthaid.urls"
