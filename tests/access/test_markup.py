"""Text that somebody sends comes back as text; test_pages looks at what is stored."""

from contextlib import nullcontext

import pytest
from django.urls import reverse

from healthaid.audit.actions import record
from tests.access.asking import URLS, Window, address
from tests.access.matrix import first_let_in
from tests.access.test_bodies import WITH_FORM, sample, shown_form
from tests.access.world import build_world
from tests.drawing import undrawn

MARK = "\"'><img src=x>"  # short enough for every column
ALIVE = "<img src=x"
SHOWN = "&lt;img src=x&gt;"
ASKING = ("worker", "insurance", "official", "admin", "auditor")  # between them they see every list


def marked(people):
    """A side whose every text holds markup, names of places and people who work there included."""
    for row in (people.here, people.township, people.county):
        row.name = f"{row.name}{MARK}"
        row.save()
    for user in (people.worker, people.signer, people.admin, people.auditor):
        user.full_name = user.unit = f"某{MARK}"
        user.save()
    side, _foreign = build_world(people, own_mark=MARK)
    record(by=people.worker, verb="patients.person.changed", subject=side.person, name=["甲", MARK], note=MARK)
    return side


WORLD = marked


@pytest.fixture
def windows(people):
    return {role: Window(getattr(people, role)) for role in ASKING}


def asked_by(windows, name, method):
    """The window of the first duty that may do this; None where none of them may."""
    return windows.get(first_let_in(name, method, ASKING))


def test_markup_in_a_form_comes_back_as_text(windows, world):
    alive, shown = [], 0
    for name in WITH_FORM:
        window, url = asked_by(windows, name, "get"), address(name, world)
        form = shown_form(window, url) if window else None
        if form is None:
            continue
        typed = {bound.html_name: sample(bound) for bound in form}
        typed |= {bound.html_name: MARK for bound in form if type(bound.field).__name__ == "CharField"}
        body = window.ask("post", url, typed | {"version": "x", "form_key": MARK}).body.decode(errors="replace")
        alive += [name] if ALIVE in body else []
        shown += SHOWN in body

    assert alive == []
    assert shown > 10


INJECTIONS = (MARK, "1\x00", "9" * 400)  # test_payloads has what breaks statements


def test_no_parameter_breaks_a_page_or_widens_it(windows):
    """Every filter of every list, with what breaks statements or pages: some of the list, or 404, never a failure."""
    odd = []
    for name in sorted(name for name in URLS if name.endswith(("-list", "-choices", ":dashboard"))):
        window = asked_by(windows, name, "get")
        with undrawn():
            context = getattr(window.ask("get", reverse(name)), "context_data", {})
        count = getattr(context.get("count"), "number", None)
        filters = context.get("filters")
        parameters = {"after", "month", "list", *(filters.form.fields if filters else ["q", "place", "by"])}
        for parameter in sorted(parameters):
            for text in INJECTIONS:
                with nullcontext() if text == MARK else undrawn():
                    found = window.ask("get", reverse(name), {parameter: text})
                number = getattr(getattr(found, "context_data", {}).get("count"), "number", None)
                failed = found.status_code not in {200, 404} or ALIVE in found.body.decode()
                if failed or (number is not None and number > (count or 0)):
                    odd.append((name, parameter, text[:20], found.status_code))

    assert odd == []
