"""What every form page offers to whoever may open it."""

import re

from django.db import transaction

from healthaid.core.views import FormActionView
from tests.access.asking import URLS, Window, address
from tests.access.matrix import MATRIX, ROLES
from tests.access.prepared import PREPARED

ACTIONS = re.compile(r'<div class="form-actions">.*?</div>', re.DOTALL)
ENDING = {  # what the portal's forms end or take back
    *("patients:person-death", "patients:person-move-out", "patients:household-dissolve", "patients:standing-withdraw"),
    *("facilities:facility-close", "signing:contract-end", "accounts:posting-end", "coverage:card-end"),
    *("coverage:bill-reverse", "coverage:payment-reverse", "coverage:fund-payment-reverse"),
    *("coverage:agreement-cancel", "coverage:agreement-default"),
}


def is_form(pattern):
    return issubclass(getattr(pattern.callback, "view_class", object), FormActionView)


def form_page(people, side, name):
    """The page as the first duty that may open it sees it."""
    role = ROLES[MATRIX[name]["get"].split().index("200")]
    with transaction.atomic():
        PREPARED.get(name, lambda _side: None)(side)
        answer = Window(getattr(people, role)).ask("get", address(name, side))
        transaction.set_rollback(True)
    return answer.body.decode()


def test_every_form_has_a_way_back_and_those_that_end_something_say_so_in_red(people, sides):
    pages = {name: form_page(people, sides["here"], name) for name, pattern in URLS.items() if is_form(pattern)}
    actions = {name: ACTIONS.search(page)[0] for name, page in pages.items()}

    assert len(pages) > 50
    assert [name for name, found in actions.items() if "href=" not in found] == []
    assert {name for name, found in actions.items() if "btn-danger" in found} == ENDING
    assert [name for name in ENDING if "alert alert-warning" not in pages[name]] == []
