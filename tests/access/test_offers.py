"""What pages offer to whoever may open them."""

import re

from django.db import transaction

from healthaid.core.views import FormActionView
from tests.access.asking import URLS, Window, address
from tests.access.matrix import MATRIX, ROLES
from tests.access.prepared import PREPARED
from tests.access.world import build_sides

WORLD = build_sides
ACTIONS = re.compile(r'<div class="form-actions">.*?</div>', re.DOTALL)
ENDING = {  # what the portal's forms end or take back
    *("patients:person-death", "patients:person-move-out", "patients:household-dissolve", "patients:standing-withdraw"),
    *("facilities:facility-close", "signing:contract-end", "accounts:posting-end", "coverage:card-end"),
    *("coverage:bill-reverse", "coverage:payment-reverse", "coverage:fund-payment-reverse"),
    *("coverage:agreement-cancel", "coverage:agreement-default"),
}


def is_form(pattern):
    return issubclass(getattr(pattern.callback, "view_class", object), FormActionView)


def page_of(people, side, name):
    """The page as the first duty that may open it sees it; nothing of what is no whole page."""
    role = ROLES[MATRIX[name]["get"].split().index("200")]
    with transaction.atomic():
        PREPARED.get(name, lambda _side: None)(side)
        answer = Window(getattr(people, role)).ask("get", address(name, side))
        transaction.set_rollback(True)
    body = answer.body.decode(errors="replace")
    return body if "<html" in body else ""


def test_every_form_has_a_way_back_and_those_that_end_something_say_so_in_red(people, world):
    pages = {name: page_of(people, world["here"], name) for name, pattern in URLS.items() if is_form(pattern)}
    actions = {name: ACTIONS.search(page)[0] for name, page in pages.items()}

    assert len(pages) > 50
    assert [name for name, found in actions.items() if "href=" not in found] == []
    assert {name for name, found in actions.items() if "btn-danger" in found} == ENDING
    assert [name for name in ENDING if "alert alert-warning" not in pages[name]] == []


def test_every_page_has_one_heading_and_those_of_coverage_its_sections(people, world):
    shown = [name for name, methods in MATRIX.items() if "200" in methods.get("get", "").split()]
    pages = {name: page for name in shown if (page := page_of(people, world["here"], name))}

    assert len(pages) > 100
    assert {name: page.count("<h1") for name, page in pages.items() if page.count("<h1") != 1} == {}
    coverage = [name for name in pages if name.startswith("coverage:") and 'class="print-page"' not in pages[name]]
    assert [name for name in coverage if "保障各部分" not in pages[name]] == []
