"""Every page, as the first duty that may open it sees it, with markup in every text that somebody stored."""

import re

import pytest

from healthaid.core.views import FormActionView
from tests.access.asking import URLS, first_pages
from tests.access.matrix import ROLES
from tests.access.test_markup import ALIVE, ASKING, SHOWN, marked

WORLD = marked
ACTIONS = re.compile(r'<div class="form-actions">.*?</div>', re.DOTALL)
ENDING = {  # what the portal's forms end or take back
    *("patients:person-death", "patients:person-move-out", "patients:household-dissolve", "patients:standing-withdraw"),
    *("facilities:facility-close", "signing:contract-end", "accounts:posting-end", "coverage:card-end"),
    *("coverage:bill-reverse", "coverage:payment-reverse", "coverage:fund-payment-reverse"),
    *("coverage:agreement-cancel", "coverage:agreement-default"),
}


def is_form(pattern):
    return issubclass(getattr(pattern.callback, "view_class", object), FormActionView)


@pytest.fixture(scope="module")
def pages(built):
    """What stands on each, by the name of its address."""
    people, side = built
    return {name: answer.body.decode() for name, answer in first_pages(people, side, (*ASKING, *ROLES)).items()}


@pytest.fixture(scope="module")
def whole_pages(pages):
    """The pages that are no part of another."""
    return {name: page for name, page in pages.items() if "<html" in page}


def test_every_form_has_a_way_back_and_those_that_end_something_say_so_in_red(whole_pages):
    forms = {name: page for name, page in whole_pages.items() if is_form(URLS[name])}
    actions = {name: ACTIONS.search(page)[0] for name, page in forms.items()}

    assert len(forms) > 50
    assert [name for name, found in actions.items() if "href=" not in found] == []
    assert {name for name, found in actions.items() if "btn-danger" in found} == ENDING
    assert [name for name in ENDING if "alert alert-warning" not in forms[name]] == []


def test_every_page_has_one_heading_and_those_of_coverage_its_sections(whole_pages):
    assert len(whole_pages) > 100
    assert {name: page.count("<h1") for name, page in whole_pages.items() if page.count("<h1") != 1} == {}
    coverage = {name: page for name, page in whole_pages.items() if name.startswith("coverage:")}
    assert [
        name for name, page in coverage.items() if 'class="print-page"' not in page and "保障各部分" not in page
    ] == []


def test_stored_markup_is_shown_as_text(pages):
    assert [name for name, page in pages.items() if ALIVE in page] == []
    assert len([name for name, page in pages.items() if SHOWN in page]) > 50
