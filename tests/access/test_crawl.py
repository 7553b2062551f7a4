"""What pages, lists, searches, forms and exports show: nothing of a side that the duty does not see."""

import re
import zipfile
from collections import defaultdict
from functools import partial
from html import unescape
from io import BytesIO
from itertools import product
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.db import models
from django.urls import resolve, reverse

from tests.access.asking import URLS, Window, address
from tests.access.matrix import ROLES, may
from tests.access.world import MARKS, NEAREST_FOREIGN, build_sides
from tests.drawing import undrawn

LINK = re.compile(r'(?:href|hx-get|action)="(/[^"#]*)')
SCRIPT = r"<script(?![^>]*\ssrc=)(?![^>]*type=.application/json)"
INLINE = re.compile(rf"<style|\sstyle=|\son[a-z]+=\"|javascript:|{SCRIPT}", re.IGNORECASE)
PRIMARY = re.compile(r'class="[^"]*(?<![\w-])btn-primary\b')
# One duty of each reach and kind of reading; the others see what one of these sees.
CRAWLERS = ("worker", "insurance", "official", "prefecture_reader", "auditor", "admin")
WORLD = build_sides
SHEETS = ("register", "conditions", "contracts", "clinics", "enrolments", "cards")


def unseen(role):
    """The sides of which the duty sees nothing."""
    if role == "outsider":
        return [which for which in MARKS if which != "township"]
    names = list(MARKS)
    return names[names.index(NEAREST_FOREIGN[role]) :]


def own_side(role, sides):
    return sides["township" if role == "outsider" else "here"]


def links_of(body):
    """Where a page leads, but for other parts of the same list."""
    found = {unescape(link) for link in LINK.findall(body) if not link.startswith("/static/")} - {"/accounts/sign-out/"}
    return {link for link in found if not {"after", "before"} & dict(parse_qsl(urlsplit(link).query)).keys()}


def page_of(url):
    """What tells kinds of pages apart: the address, and which filters are set, not to what."""
    parts = urlsplit(url)
    return resolve(parts.path).view_name, frozenset(dict(parse_qsl(parts.query)))


def foreign_rows(sides, which):
    """The rows of sides, without the people who work there."""
    rows = [getattr(sides[name], part) for name in which for part in sides[name].__slots__]
    return {row for row in rows if isinstance(row, models.Model) and row._meta.label != "accounts.User"}


def faults(answer, marks, hidden):
    """What is wrong with a page: a planted string, a row on offer, something inline, two primary buttons, an error."""
    body = unescape(answer.body.decode(errors="replace"))
    wrong = [mark for mark in marks if mark in body] + ([answer.status_code] if answer.status_code >= 500 else [])
    wrong += ["a thing of the program"] if " object at 0x" in body else []
    if "text/html" in answer.headers.get("Content-Type", ""):
        wrong += [match[0] for match in INLINE.finditer(answer.body.decode())]
        wrong += PRIMARY.findall(answer.body.decode())[1:]
    form = (answer.context or {}).get("form") if answer.status_code == 200 else None
    for name, field in getattr(form, "fields", {}).items():
        wrong += [(name, str(row)) for row in getattr(field, "queryset", None) or () if row in hidden]
    return wrong


def crawl(window, waiting, seen, wrong_with):
    """These pages, and one of each other kind that links lead to and that was not seen yet: what is wrong."""
    found, done = [], seen - {page_of(url) for url in waiting}
    while waiting:
        url = waiting.pop(0)
        if page_of(url) in done:
            continue
        done.add(page_of(url))
        answer = window.ask("get", url)
        seen |= {page_of(url)} if answer.status_code == 200 else set()
        found += [(url, wrong) for wrong in wrong_with(answer)]
        if "text/html" in answer.headers.get("Content-Type", ""):
            waiting += sorted(links_of(answer.body.decode()))
    return found


@pytest.mark.timeout(900)  # hundreds of pages
def test_crawl_meets_nothing_of_a_side_that_is_not_seen(people, world):
    """Each duty reads its own pages; what they lead to is read by the first duty of each reach."""
    found, seen = {}, defaultdict(set)
    for role in CRAWLERS:
        which, own = unseen(role), own_side(role, world)
        marks, hidden = [MARKS[name] for name in which], foreign_rows(world, which)
        starts = [address(name, own) for name in sorted(URLS) if "sign-" not in name and may(role, name, "get")]
        wrong_with = partial(faults, marks=marks, hidden=hidden)
        found[role] = crawl(Window(getattr(people, role)), starts, seen[NEAREST_FOREIGN[role]], wrong_with)

    assert found == {role: [] for role in CRAWLERS}
    assert min(len(seen[which]) for which in ("township", "county", "prefecture")) > len(URLS) / 2, seen


def test_search_for_what_is_not_seen_counts_nothing(people, world):
    """The page repeats what was asked for, so that only the count tells."""
    found = {}
    for role in CRAWLERS:
        window = Window(getattr(people, role))
        for name in sorted(name for name in URLS if name.endswith("-list") and may(role, name, "get")):
            for which in unseen(role):
                with undrawn():
                    answer = window.ask("get", f"{reverse(name)}?{urlencode({'q': MARKS[which]})}")
                filters, count = (getattr(answer, "context_data", {}).get(part) for part in ("filters", "count"))
                if filters and "q" in filters.form.fields:
                    found[role, name, which] = count.number

    assert found == dict.fromkeys(found, 0)


def test_exports_hold_nothing_of_a_side_that_is_not_seen(people, world):
    found, expected = {}, {}
    for role in [role for role in ROLES if role not in ("auditor", "admin", "nobody")]:
        window, marks = Window(getattr(people, role)), [MARKS[which] for which in unseen(role)]
        refused = () if may(role, "coverage:home", "get") else ("enrolments", "cards")
        for kind, form in product(SHEETS, ("csv", "xlsx") if role in CRAWLERS else ("csv",)):
            answer = window.ask("post", reverse("exchange:export", args=[kind]), {"fmt": form})
            leaks = [mark for mark in marks if any(mark in text for text in texts_of(answer, form))]
            found[role, kind, form] = (answer.status_code, leaks)
            expected[role, kind, form] = (403 if kind in refused else 200, [])

    assert found == expected


def texts_of(answer, form):
    """What a file says, part by part."""
    parts = [answer.body]
    if answer.status_code == 200 and form == "xlsx":
        with zipfile.ZipFile(BytesIO(answer.body)) as book:
            parts = [book.read(name) for name in book.namelist()]
    return [unescape(part.decode(errors="replace")) for part in parts]
