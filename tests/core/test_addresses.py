import pytest
from django.urls import reverse, set_script_prefix

from healthaid.core.addresses import row_address


@pytest.fixture
def below_a_folder():
    """As where a web server hands only one folder to the portal."""
    set_script_prefix("/0/portal/")
    yield
    set_script_prefix("/")


@pytest.mark.parametrize("pk", [0, 7, 1_000_000])
def test_address_is_what_reverse_says(pk):
    assert row_address("patients:person-detail", pk) == reverse("patients:person-detail", args=[pk])


def test_address_follows_where_the_portal_stands(below_a_folder):
    assert row_address("patients:household-detail", 7) == "/0/portal/people/households/7/"
