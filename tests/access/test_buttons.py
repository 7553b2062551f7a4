"""A page asks one thing next: it has one primary button at most."""

import re

import pytest

from tests.access.asking import URLS, Window, address

PRIMARY = re.compile(r'class="[^"]*(?<![\w-])btn-primary\b')


@pytest.mark.parametrize(
    "role", ["signer", "worker", "poverty", "official", "hospital", "cdc", "insurance", "civil", "admin", "auditor"]
)
def test_page_has_one_primary_button_at_most(people, world, role):
    window, own = Window(getattr(people, role)), world[0]
    buttons = {}
    for name in sorted(URLS):
        answer = window.ask("get", address(name, own))
        if answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]:
            buttons[name] = len(PRIMARY.findall(answer.body.decode()))

    assert {name: number for name, number in buttons.items() if number > 1} == {}
    assert 1 in buttons.values()
