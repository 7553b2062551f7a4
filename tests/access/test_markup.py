"""Text that somebody stored or sends is shown as text, on every page and in every answer."""

from contextlib import nullcontext

import pytest
from django.urls import reverse

from healthaid.audit.actions import record
from tests.access.asking import URLS, Window, address, undrawn
from tests.access.test_bodies import WITH_FORM, sample, shown_form
from tests.access.world import build_world

MARK = "\"'><img src=x>"  # short enough for every column
SHOWN = "&lt;img src=x&gt;"


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


@pytest.mark.parametrize("role", ["worker", "official", "admin"])
def test_stored_markup_is_shown_as_text(people, world, role):
    window = Window(getattr(people, role))
    alive, shown = [], 0
    for name in sorted(URLS):
        answer = window.ask("get", address(name, world))
        if "text/html" in answer.headers.get("Content-Type", ""):
            body = answer.body.decode()
            alive += [name] if "<img src=x" in body else []
            shown += SHOWN in body

    assert alive == []
    assert shown > 5  # pages that show some of it


@pytest.mark.parametrize("role", ["worker", "admin"])
def test_markup_in_a_form_comes_back_as_text(people, world, role):
    window = Window(getattr(people, role))
    alive, shown = [], 0
    for name in WITH_FORM:
        url = address(name, world)
        form = shown_form(window, url)
        if form is None:
            continue
        typed = {bound.html_name: sample(bound) for bound in form}
        typed |= {bound.html_name: MARK for bound in form if type(bound.field).__name__ == "CharField"}
        body = window.ask("post", url, typed | {"version": "x", "form_key": MARK}).body.decode(errors="replace")
        alive += [name] if "<img src=x" in body else []
        shown += SHOWN in body

    assert alive == []
    assert shown > 2


INJECTIONS = (MARK, "1\x00", "9" * 400)  # test_payloads has what breaks statements


@pytest.mark.parametrize("role", ["worker", "admin"])
def test_no_parameter_breaks_a_page_or_widens_it(people, world, role):
    """Every filter of every list, with what breaks statements or pages: some of the list, or 404, never a failure."""
    window = Window(getattr(people, role))
    odd = []
    for name in sorted(name for name in URLS if name.endswith(("-list", "-choices", ":dashboard"))):
        answer = window.ask("get", reverse(name))
        if answer.status_code != 200:
            continue
        count = getattr((answer.context or {}).get("count"), "number", None)
        filters = (answer.context or {}).get("filters")
        parameters = {"after", "month", "list", *(filters.form.fields if filters else ["q", "place", "by"])}
        for parameter in sorted(parameters):
            for text in INJECTIONS:
                with nullcontext() if text == MARK else undrawn():
                    found = window.ask("get", reverse(name), {parameter: text})
                number = getattr(getattr(found, "context_data", {}).get("count"), "number", None)
                failed = found.status_code not in {200, 404} or "<img src=x" in found.body.decode()
                if failed or (number is not None and number > (count or 0)):
                    odd.append((name, parameter, text[:20], found.status_code))

    assert odd == []
