"""Every address, every method, every duty; and nothing of another township anywhere."""

import hashlib
import re
import zipfile
from html import unescape
from io import BytesIO

import pytest
from django.db import connection, models, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from healthaid.audit.models import Entry
from tests.access.matrix import MATRIX, PUBLIC, ROLES
from tests.access.world import MONTH, SENTINEL, arguments, build_world, has_row, named_urls

METHODS = ("get", "post", "put", "patch", "delete")
MISSING = 9_999_999
URLS = dict(named_urls())
ROOMS = sorted({name.partition(":")[0] for name in URLS if ":" in name})
WITH_ROWS = sorted(name for name, pattern in URLS.items() if has_row(pattern))


@pytest.fixture
def world(people):
    return build_world(people)


class Window:
    """A signed-in browser whose requests leave nothing behind."""

    def __init__(self, user):
        self.client = Client()
        self.client.force_login(user)
        self.key = self.client.cookies["sessionid"].value

    def ask(self, method, url, data=None, look=None, **headers):
        """The answer, with its whole content read and what `look` saw, after which all changes are taken back."""
        self.client.cookies["sessionid"] = self.key
        with transaction.atomic():
            answer = getattr(self.client, method)(url, data, headers=headers or None)
            answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            answer.seen = look() if look else None
            transaction.set_rollback(True)
        return answer


def address(name, side):
    return reverse(name, args=arguments(name, side) if URLS[name].pattern.converters else [])


def test_every_address_has_a_line():
    assert set(URLS) == set(MATRIX)


def test_every_name_is_used_once():
    assert len(list(named_urls())) == len(URLS)


@pytest.mark.parametrize("room", ["portal", *ROOMS])
def test_every_address_answers_every_duty_as_declared(people, world, room):
    own, _foreign = world
    windows = {role: Window(getattr(people, role)) for role in ROLES}
    declared, found = {}, {}
    for name, methods in MATRIX.items():
        if (name.partition(":")[0] if ":" in name else "portal") != room:
            continue
        for method, statuses in methods.items():
            declared[name, method] = statuses
            answers = [windows[role].ask(method, address(name, own)).status_code for role in ROLES]
            found[name, method] = " ".join(map(str, answers))

    assert found == declared


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


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("role", ["signer", "worker", "admin"])
def test_row_of_another_township_is_as_if_it_did_not_exist(people, world, role, room):
    """On every address and method: the same answer as for a number that was never given, and no sentinel in it."""
    _own, foreign = world
    if role == "admin":
        foreign.account, foreign.posting = people.far_poverty, people.far_poverty.postings.get()
        foreign.job.requested_by = people.far_poverty
        foreign.job.save()
    window = Window(getattr(people, role))
    seen = []
    for name in (name for name in WITH_ROWS if name.startswith(f"{room}:")):
        if role == "admin" and room == "regions":
            continue  # the administrator's places are the whole county
        given = arguments(name, foreign)
        url, nowhere = reverse(name, args=given), reverse(name, args=[MISSING, *given[1:]])
        for method in METHODS:
            answer = window.ask(method, url)
            if answer.status_code != window.ask(method, nowhere).status_code or answer.status_code not in (
                403,
                404,
                405,
            ):
                seen.append((name, method, answer.status_code))
            if SENTINEL in answer.body.decode(errors="replace"):
                seen.append((name, method, "sentinel"))

    assert seen == []


def database_hash():
    """A digest of all rows, but for sessions and the record of refusals."""
    digest = hashlib.sha256()
    for table in sorted(connection.introspection.table_names()):
        if table.startswith(("audit_", "accounts_usersession", "django_session", "axes_")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")  # noqa: S608
            digest.update(repr([table, cursor.fetchall()]).encode())
    return digest.hexdigest()


@pytest.mark.parametrize("role", ["worker", "official", "admin"])
def test_reading_changes_nothing(people, world, role):
    own, foreign = world
    window = Window(getattr(people, role)).client
    before = database_hash()

    for name in sorted(URLS):
        if name in PUBLIC or "sign-out" in name:
            continue
        for side in (own, foreign):
            for method in ("get", "head", "options"):
                answer = getattr(window, method)(address(name, side))
                if answer.streaming:
                    list(answer.streaming_content)

    assert database_hash() == before


@pytest.mark.parametrize("role", ["worker", "admin"])
def test_every_page_has_its_headers(people, world, role):
    own, _foreign = world
    window = Window(getattr(people, role))

    for name in sorted(URLS):
        headers = window.ask("get", address(name, own)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, name
        assert "unsafe" not in policy, name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["X-Frame-Options"] == "DENY", name
        assert headers["Referrer-Policy"] == "same-origin", name
        if name not in PUBLIC:
            assert "no-store" in headers["Cache-Control"], name


@pytest.mark.parametrize("name", sorted(URLS))
def test_unsafe_method_without_the_token_is_refused(people, name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.worker)
    converters = URLS[name].pattern.converters
    samples = {"pk": 1, "year": 2018, "number": 1, "spell": 1, "month": MONTH, "item": "identity", "tab": "conditions"}

    answer = client.post(reverse(name, kwargs={key: samples.get(key, "register") for key in converters}))

    assert answer.status_code == 403


LINK = re.compile(r'(?:href|hx-get|action)="(/[^"#]*)')
SCRIPT = r"<script(?![^>]*\ssrc=)(?![^>]*type=.application/json)"
INLINE = re.compile(rf"<style|\sstyle=|\son[a-z]+=\"|javascript:|{SCRIPT}", re.IGNORECASE)


def links_of(body):
    return {unescape(link) for link in LINK.findall(body)} - {"/accounts/sign-out/"}


@pytest.mark.parametrize("role", ["worker", "signer"])
def test_crawl_of_one_township_meets_nothing_of_another(people, world, role):
    """All pages, all links on them, all searches: no planted string, no inline script or style, no error."""
    own, _foreign = world
    window = Window(getattr(people, role))
    waiting = [address(name, own) for name in sorted(URLS) if "sign-" not in name and name != "set_language"]
    lists = [url for url in waiting if url.endswith(("/", "/people/"))]
    waiting += [f"{url}?q={SENTINEL}" for url in lists]
    done, found = set(), []
    while waiting and len(done) < 250:
        url = waiting.pop(0)
        if url in done:
            continue
        done.add(url)
        answer = window.ask("get", url)
        body = answer.body.decode(errors="replace")
        if url.endswith(f"?q={SENTINEL}"):  # the page repeats what was asked for, and must count nothing
            filters, count = ((answer.context or {}).get(part) for part in ("filters", "count"))
            if filters and "q" in filters.form.fields and count.number:
                found.append((url, count.number))
        elif SENTINEL in unescape(body):
            found.append((url, "sentinel"))
        if answer.status_code >= 500:
            found.append((url, answer.status_code))
        if " object at 0x" in body:
            found.append((url, "a thing of the program"))
        if "text/html" in answer.headers.get("Content-Type", ""):
            found += [(url, match[0]) for match in INLINE.finditer(body)]
            waiting += sorted(links_of(body) - done)

    assert found == []
    assert len(done) > 80


@pytest.mark.parametrize("role", ["worker", "signer"])
def test_form_offers_no_row_of_another_township(people, world, role):
    own, foreign = world
    window = Window(getattr(people, role))
    foreign_rows = {
        row
        for row in (getattr(foreign, name) for name in foreign.__slots__)
        if isinstance(row, models.Model) and row != foreign.account
    }
    offered = []
    for name in sorted(URLS):
        answer = window.ask("get", address(name, own))
        form = (answer.context or {}).get("form") if answer.status_code == 200 else None
        for field_name, field in getattr(form, "fields", {}).items():
            rows = getattr(field, "queryset", None)
            if rows is not None:
                offered += [(name, field_name, str(row)) for row in rows if row in foreign_rows]

    assert offered == []


EXPORTS = {  # sheets by who takes them out
    **dict.fromkeys(("register", "conditions", "contracts", "clinics"), ("worker", "signer", "reader")),
    **dict.fromkeys(("enrolments", "cards"), ("worker", "reader")),
}


@pytest.mark.parametrize(("kind", "role"), [(kind, role) for kind, roles in EXPORTS.items() for role in roles])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_of_one_township_holds_nothing_of_another(people, world, role, kind, form):
    answer = Window(getattr(people, role)).ask("post", reverse("exchange:export", args=[kind]), {"fmt": form})

    assert answer.status_code == 200
    parts = [answer.body]
    if form == "xlsx":
        with zipfile.ZipFile(BytesIO(answer.body)) as book:
            parts = [book.read(name) for name in book.namelist()]
    assert not [part for part in parts if SENTINEL in unescape(part.decode(errors="replace"))]
    assert len(answer.body) > 50


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
