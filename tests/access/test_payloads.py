"""No parameter of a list reaches the database but as a value."""

import time
from itertools import cycle, product

from django.test import RequestFactory
from django.urls import resolve

from healthaid.core.views import ScopedListView
from tests.access.asking import URLS, Window, address
from tests.access.matrix import first_let_in
from tests.access.world import build_world

BREAKS = ("'", '"', "')", "%", "1", "\\'")
INJECTIONS = (
    "OR 1=1 --",
    "OR 'a'='a",
    "; DROP TABLE patients_person; --",
    "UNION SELECT name, 1, 2 FROM accounts_user --",
    "AND (SELECT count(*) FROM accounts_user) > 0 --",
    "AND 1=(SELECT 1 FROM pg_sleep(5)) --",
    "AND randomblob(900000000) IS NULL --",
    "ORDER BY (SELECT password FROM accounts_user) --",
    "__password__startswith=a",
    "|| (SELECT sqlite_version()) ||",
)
PAYLOADS = [f"{start} {rest}" for start, rest in product(BREAKS, INJECTIONS)]
KEYS = ("after", "before")
OF_PAGES = ("by", "show", "side", "month", "year", "tab", "sort", "s", "today", "ordering")
WORLD = build_world
SECONDS = 4  # what a sleep would take, less a busy machine's pauses
ROLES = ("worker", "insurance", "official", "admin", "auditor")


def views():
    """The view of every list in the portal by the name of its address."""
    found = {name: getattr(pattern.callback, "view_class", None) for name, pattern in URLS.items()}
    return {name: view for name, view in found.items() if view and issubclass(view, ScopedListView)}


FILTERED = sorted(name for name, view in views().items() if view.filterset_class)


def list_of(name, people, own):
    """The list as the first duty that may open it has it: the view before its filters, and its rows."""
    for role in ROLES:
        request = RequestFactory().get(address(name, own))
        request.user = getattr(people, role)
        view = views()[name]()
        view.setup(request, **resolve(request.path).kwargs)
        if not view.ability or request.user.can(view.ability):
            return view, view.get_rows()
    raise AssertionError(name)


def test_there_are_sixty_payloads():
    assert len(set(PAYLOADS)) == 60
    assert len(FILTERED) > 10


def test_filters_take_a_payload_for_a_value_or_refuse_it(people, world):
    odd = []
    for name in FILTERED:
        view, rows = list_of(name, people, world[0])
        everything = set(rows.values_list("pk", flat=True))
        fields = view.filterset_class({}, queryset=rows, request=view.request).form.fields
        for payload in PAYLOADS:
            refused = view.filterset_class(
                dict.fromkeys(fields, payload), queryset=rows, request=view.request
            ).form.errors
            for field in set(fields) - set(refused):
                filters = view.filterset_class({field: payload}, queryset=rows, request=view.request)
                began = time.monotonic()
                found = set(filters.qs.values_list("pk", flat=True)) if filters.form.is_valid() else set()
                if found not in (set(), everything) or time.monotonic() - began > SECONDS:
                    odd.append((name, field, payload))

    assert odd == []


def test_pages_take_a_payload_for_a_value_or_refuse_it(people, world):
    """All parameters at once; where one is refused, each by itself, for the others were perhaps not read."""
    windows, odd, payloads = {role: Window(getattr(people, role)) for role in ROLES}, {}, cycle(PAYLOADS)
    for name in sorted(views()):
        window, url = windows[first_let_in(name, "get", ROLES)], address(name, world[0])
        sent = dict(zip((*OF_PAGES, *KEYS), payloads, strict=False))
        status = window.ask("get", url, {parameter: sent[parameter] for parameter in OF_PAGES}).status_code
        apart = KEYS if status == 200 else sent
        statuses = {parameter: window.ask("get", url, {parameter: sent[parameter]}).status_code for parameter in apart}
        if not {status, *statuses.values()} <= {200, 400, 404}:
            odd[name] = (sent, status, statuses)

    assert odd == {}
