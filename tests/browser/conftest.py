"""A whole portal as a person starts it, and a real Chromium in front of it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.portal import Portal, running_portal
from tools import chromium

CHROMIUM = chromium.find()
expect.set_options(timeout=30_000)  # milliseconds; a busy machine is slow, not wrong
PEOPLE = "400"  # in the demonstration register; the journeys bring their own


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM or os.environ.get("BROWSER_REQUIRED"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: browser journeys not run"))


@pytest.fixture(scope="package")
def own_database() -> Iterator[dict[str, str]]:
    """On a database server, a database of the portal's own beside the tests' databases."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        yield {}
        return
    name = f"healthaid_browser_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield {"DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="package")
def portal(
    fresh_data: Path, tmp_path_factory: pytest.TempPathFactory, own_database: dict[str, str]
) -> Iterator[Portal]:
    """`manage.py serve` as `make run` starts it."""
    folder = tmp_path_factory.mktemp("portal")
    shutil.copytree(fresh_data, folder / "data")
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment = {**inherited, **own_database, "DEMO_PEOPLE": PEOPLE}
    with running_portal(folder, environment) as portal:
        yield portal


@pytest.fixture(scope="session")
def playwright(playwright: Playwright) -> Iterator[Playwright]:
    """While its event loop runs, Django keeps this thread's connections apart: tests after the journeys have others
    than tests before them, which nobody would see any more, nor close, once the loop has stopped."""
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def sign_in(browser: Browser, portal: Portal, violations: list[str]) -> Iterator[Callable[[str], Page]]:
    """Open a window of its own for an account and sign in."""
    contexts = []

    def open_window(username: str, *, width: int = 1366, height: int = 768) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True, base_url=portal.url
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: violations.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: violations.append(str(error)))
        page.goto("/accounts/sign-in/")
        page.get_by_label("账号").fill(username)
        page.get_by_label("密码").fill(portal.password)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("button", name="退出登录").or_(page.locator("main h1"))).to_be_visible()
        return page

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def violations() -> Iterator[list[str]]:
    """What the browser complained about: script errors and content that the security policy refused."""
    seen: list[str] = []
    yield seen
    refused_on_purpose = ("status of 403", "status of 404", "status of 409", "status of 422")
    assert [text for text in seen if not any(status in text for status in refused_on_purpose)] == []


@pytest.fixture(scope="session")
def picture() -> Callable[[Page, str], None]:
    """Keep a picture for the documents when PICTURES names a folder."""
    folder = os.environ.get("PICTURES")

    def keep(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}.png"))

    return keep
