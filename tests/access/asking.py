"""Windows of every duty that ask for anything, and what their requests wrote."""

import logging
import re
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from healthaid.audit import middleware
from tests.access.matrix import first_let_in
from tests.access.prepared import prepared
from tests.access.world import arguments, has_row, named_urls

MISSING = 9_999_999
URLS = dict(named_urls())
WITH_ROWS = sorted(name for name, pattern in URLS.items() if has_row(pattern))
FORM = "application/x-www-form-urlencoded"
WRITING = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.IGNORECASE)
OWN_RECORD = (  # the portal's record of visits, refusals and buttons pressed
    *("audit_", "accounts_usersession", "django_session", "axes_"),
    "core_formreceipt",  # taken back with the refused action
)


class Window:
    """A signed-in browser whose requests leave nothing behind."""

    def __init__(self, user):
        self.client = Client()
        self.client.force_login(user)
        self.client.get(reverse("set_language"))  # the first request of a session writes when it was
        self.key = self.client.cookies["sessionid"].value

    def ask(self, method, url, data=None, look=None, **headers):
        """The answer with its whole content, and what `look` saw of what it wrote, after which that is taken back."""
        return self._ask(lambda: getattr(self.client, method)(url, data, headers=headers or None), look)

    def send(self, method, url, form):
        """The answer to any method at all, with a form in its body."""
        return self._ask(lambda: self.client.generic(method, url, urlencode(form), FORM))

    def _ask(self, request, look=None):
        self.client.cookies["sessionid"] = self.key
        with transaction.atomic(), unrecorded(), rows_written() as written:
            answer = request()
            answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            answer.seen = look() if look and written else None
            transaction.set_rollback(True)
        answer.written = written
        return answer


def first_pages(people, side, roles):
    """Every page by the name of its address, as the first of these duties that is let in gets it."""
    windows, found = {role: Window(getattr(people, role)) for role in roles}, {}
    for name in sorted(URLS):
        if role := first_let_in(name, "get", roles):
            with prepared(name, side):
                answer = windows[role].ask("get", address(name, side))
            if "text/html" in answer.headers.get("Content-Type", ""):
                found[name] = answer
    return found


@contextmanager
def unrecorded():
    """No log, and no entry of a refusal, which would be taken back and is a third of a refused request's work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.root.manager, "disable", logging.CRITICAL)
        patch.setattr(middleware, "record", lambda **_said: None)
        yield


@contextmanager
def rows_written():
    """The tables whose rows were written meanwhile, but for the portal's own record."""
    written = set()

    def watch(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        table = WRITING.match(sql.lstrip())
        if table and context["cursor"].rowcount and not table[1].startswith(OWN_RECORD):
            written.add(table[1])
        return result

    with connection.execute_wrapper(watch):
        yield written


def address(name, side):
    return reverse(name, args=arguments(name, side) if URLS[name].pattern.converters else [])
