"""Markup that somebody stored is text on every page that shows it.

The pages come from Django's test client, so that every kind of row can be planted and nothing is left behind.
"""

import io
import mimetypes
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import xlsxwriter
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Route

from healthaid.audit.actions import record
from healthaid.exchange import actions
from tests.access.asking import Window, address, first_pages
from tests.access.world import build_world
from tests.exchange.sheets import register_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(900)]

MARK = "<img src=y onerror=hit()>"
ROLES = ("worker", "insurance", "official", "cdc", "admin", "auditor")
HIT = "window.hit = () => { window.wasHit = true; };"
OF_SCRIPTS = re.compile(r'\s(?:data|hx)-[\w-]+|src="[^"]+\.js"')
ALIVE = "Boolean(document.querySelector('img[src=y]') || window.wasHit)"
READ = """([texts, mark]) => Object.entries(texts).map(([url, text]) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    return [url, page.body.textContent.includes(mark), Boolean(page.querySelector("img[src=y]"))];
})"""


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
    """What the browser gets: a page as the portal gave it, a script, or nothing; how it looks is not asked."""
    path = urlsplit(route.request.url).path
    if path in pages:
        page = pages[path]
        route.fulfill(status=200, headers=dict(page.headers), body=page.content)
    elif route.request.resource_type == "stylesheet":
        route.fulfill(content_type="text/css")
    elif file := finders.find(path.removeprefix("/static/")):
        route.fulfill(body=Path(file).read_bytes(), content_type=mimetypes.guess_type(path)[0])
    else:
        route.fulfill(status=404)


@pytest.fixture
def pages(people) -> dict[str, Any]:
    """The pages that hold markup, which stands in every text of rows of every kind, by their paths."""
    own, _foreign = build_world(people, own_mark=MARK)
    batch = actions.receive(by=people.worker, kind="register", name=f"{MARK}.xlsx", data=workbook())
    actions.check(batch_id=batch.pk)
    record(by=people.worker, verb="facilities.facility.changed", subject=own.facility, name=[MARK, f"{MARK}新"])
    found = {address(name, own): page for name, page in first_pages(people, own, ROLES).items()}
    found[f"/data/batches/{batch.pk}/"] = Window(people.worker).ask("get", f"/data/batches/{batch.pk}/")
    return {url: page for url, page in found.items() if MARK in unescape(page.content.decode())}


def differing(texts: dict[str, str]) -> list[str]:
    """One page of each set of scripts, and of attributes by which scripts find what they change."""
    return list({frozenset(OF_SCRIPTS.findall(text)): url for url, text in texts.items()}.values())


def test_stored_markup_never_becomes_part_of_a_page(browser: Browser, pages, violations):
    """Chromium reads all pages, and opens those in which scripts do different things."""
    context = browser.new_context(base_url="https://testserver", locale="zh-CN")
    window = context.new_page()
    window.add_init_script(HIT)
    window.route("**/*", lambda route: answer(route, pages))
    window.on("console", lambda message: violations.append(message.text) if message.type == "error" else None)
    window.on("pageerror", lambda error: violations.append(str(error)))
    texts = {url: page.content.decode() for url, page in pages.items()}
    read = window.evaluate(READ, [texts, MARK])
    opened = differing(texts)
    hit = [url for url in opened if window.goto(url) and window.evaluate(ALIVE)]
    context.close()

    assert [url for url, _shown, is_alive in read if is_alive] == []
    assert len([url for url, is_shown, _alive in read if is_shown]) > 75
    assert hit == []
    assert len(opened) > 15
