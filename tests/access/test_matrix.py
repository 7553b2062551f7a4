"""Every address, every method, every duty, about the rows of the own village."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from healthaid.audit.models import Entry
from tests.access.asking import ROOMS, URLS, Window, address, undrawn
from tests.access.matrix import MATRIX, PUBLIC, ROLES
from tests.access.prepared import NEVER, PREPARED, SENT
from tests.access.world import MONTH, NEAREST_FOREIGN, SENTINEL, build_world, named_urls

WORLD = build_world
METHODS = ("get", "post", "put", "patch", "delete")
SHOWN = ("200", "302", "422")
PART = 20  # lines
DRAWN = [role for role in ROLES if NEAREST_FOREIGN[role] == "township"]  # others read their pages in test_crawl


def test_every_address_has_a_line():
    assert set(URLS) == set(MATRIX)


def test_every_name_is_used_once():
    assert len(list(named_urls())) == len(URLS)


def parts_of_rooms():
    """The lines of the matrix by room, a large room in parts."""
    rooms = {room: [name for name in MATRIX if name.partition(":")[0] == room] for room in ROOMS}
    rooms["portal"] = [name for name in MATRIX if ":" not in name]
    return {
        f"{room} {start // PART + 1}": names[start : start + PART]
        for room, names in rooms.items()
        for start in range(0, len(names), PART)
    }


PARTS = parts_of_rooms()


@pytest.mark.parametrize("part", PARTS)
def test_every_address_answers_every_duty_as_declared(people, world, part):
    """And reading writes nothing, shows nothing of another township to those of this one, and has all headers."""
    own, _foreign = world
    windows = {role: Window(getattr(people, role)) for role in ROLES}
    wrong, odd = {}, []
    for name in PARTS[part]:
        url, sent = address(name, own), SENT.get(name, lambda _side: {})(own)
        with transaction.atomic():
            PREPARED.get(name, lambda _side: None)(own)
            for method, declared in MATRIX[name].items():
                answers = {role: windows[role].ask(method, url, sent) for role in DRAWN}
                with undrawn():
                    answers = {role: answers.get(role) or windows[role].ask(method, url, sent) for role in ROLES}
                found = " ".join(str(answer.status_code) for answer in answers.values())
                wrong |= {} if found == declared else {f"{name} {method}": (found, declared)}
                if method == "get":
                    odd += [(name, role, fault) for role in ROLES for fault in faults(name, role, answers[role])]
            transaction.set_rollback(True)

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
    if role in DRAWN and SENTINEL in answer.body.decode(errors="replace"):
        wrong.append("sentinel")
    return wrong


def test_every_line_lets_somebody_in():
    """Each refusal stands beside a success, or has its reason."""
    closed = [
        (name, method)
        for name, methods in MATRIX.items()
        for method, statuses in methods.items()
        if not set(statuses.split()) & set(SHOWN) and name not in NEVER
    ]

    assert closed == []


@pytest.mark.parametrize("name", sorted(URLS))
def test_address_without_signing_in_leads_to_the_sign_in_page(client, name):
    if name in PUBLIC:
        pytest.skip(PUBLIC[name])
    converters = URLS[name].pattern.converters
    samples = {"pk": 1, "year": 2018, "number": 1, "spell": 1, "month": MONTH, "item": "identity", "tab": "conditions"}
    url = reverse(name, kwargs={key: samples.get(key, "register") for key in converters})

    for method in METHODS:
        answer = getattr(client, method)(url)
        assert answer.status_code == 302, method
        assert answer.headers["Location"].startswith("/accounts/sign-in/"), method


@pytest.mark.parametrize("role", ["worker", "insurance", "admin"])
def test_asking_only_about_a_page_changes_nothing(people, world, role):
    own, _foreign = world
    window = Window(getattr(people, role))

    with undrawn():
        written = {
            (name, method): answer.written
            for name in sorted(URLS)
            for method in ("head", "options")
            if "sign-out" not in name and (answer := window.ask(method, address(name, own))).written
        }

    assert written == {}


@pytest.mark.parametrize("name", sorted(URLS))
def test_unsafe_method_without_the_token_is_refused(people, name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.worker)
    converters = URLS[name].pattern.converters
    samples = {"pk": 1, "year": 2018, "number": 1, "spell": 1, "month": MONTH, "item": "identity", "tab": "conditions"}

    answer = client.post(reverse(name, kwargs={key: samples.get(key, "register") for key in converters}))

    assert answer.status_code == 403


def test_refusals_leave_one_entry_each(people, world):
    _own, foreign = world
    client = Window(people.worker).client

    client.get(address("patients:person-detail", foreign))
    client.post(address("patients:person-update", foreign))
    client.get(address("audit:entry-list", foreign))

    assert list(Entry.objects.filter(actor=people.worker).order_by("pk").values_list("verb", flat=True)) == [
        "core.row.unseen",
        "core.row.unseen",
        "core.page.refused",
    ]


def test_resolver_is_the_portals():
    assert get_resolver().urlconf_name == "healthaid.urls"
