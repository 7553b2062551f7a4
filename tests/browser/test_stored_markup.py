"""Markup that somebody stored is text on every page that shows it.

The pages come from Django's test client, so that every kind of row can be planted and nothing is left behind.
"""

import io
import mimetypes
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import xlsxwriter
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Route

from healthaid.audit.actions import record
from healthaid.exchange import actions
from tests.access.matrix import PUBLIC
from tests.access.test_matrix import URLS, address
from tests.access.world import build_world
from tests.exchange.sheets import register_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(900)]

MARK = "<img src=y onerror=hit()>"
ROLES = ("worker", "insurance", "official", "cdc", "admin", "auditor")
HIT = "window.hit = () => { window.wasHit = true; };"


def workbook() -> bytes:
    """A register whose sheet, one header and the cells of one row are markup."""
    out = io.BytesIO()
    row = register_row(1, 行政村=MARK, 民族=MARK, 姓名=MARK) | {MARK: MARK}
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(MARK)
        for column, (header, value) in enumerate(row.items()):
            sheet.write_string(0, column, header)
            sheet.write_string(1, column, value)
    return out.getvalue()


def answer(route: Route, pages: dict[str, Any]) -> None:
    """What the browser gets: a page as the portal gave it, a static file, or nothing."""
    path = urlsplit(route.request.url).path
    if path in pages:
        page = pages[path]
        route.fulfill(status=200, headers=dict(page.headers), body=page.content)
    elif file := finders.find(path.removeprefix("/static/")):
        route.fulfill(body=Path(file).read_bytes(), content_type=mimetypes.guess_type(path)[0])
    else:
        route.fulfill(status=404)


@pytest.fixture
def pages(people) -> dict[str, Any]:
    """The pages that hold markup, which stands in every text of rows of every kind, each as the first duty sees it."""
    own, _foreign = build_world(people, own_mark=MARK)
    batch = actions.receive(by=people.worker, kind="register", name=f"{MARK}.xlsx", data=workbook())
    actions.check(batch_id=batch.pk)
    record(by=people.worker, verb="facilities.facility.changed", subject=own.facility, name=[MARK, f"{MARK}新"])
    addresses = [f"/data/batches/{batch.pk}/", *(address(name, own) for name in sorted(set(URLS) - set(PUBLIC)))]
    found: dict[str, Any] = {}
    for role in ROLES:
        client = Client()
        client.force_login(getattr(people, role))
        for url in addresses:
            page = None if url in found else client.get(url)
            is_page = page and page.status_code == 200 and "text/html" in page.headers["Content-Type"]
            if is_page and MARK in unescape(page.content.decode()):
                found[url] = page
    return found


def test_stored_markup_never_becomes_part_of_a_page(browser: Browser, pages, violations):
    context = browser.new_context(base_url="https://testserver", locale="zh-CN")
    window = context.new_page()
    window.add_init_script(HIT)
    window.route("**/*", lambda route: answer(route, pages))
    window.on("console", lambda message: violations.append(message.text) if message.type == "error" else None)
    window.on("pageerror", lambda error: violations.append(str(error)))
    shown, broken = 0, []
    for url in pages:
        window.goto(url)
        shown += MARK in window.inner_text("body")
        if window.locator("img[src=y]").count() or window.evaluate("window.wasHit"):
            broken.append(url)
    context.close()

    assert broken == []
    assert shown > 25
