"""One form, one effect."""

import pytest
from django.test import Client
from django.urls import reverse

from healthaid.accounts.models import User
from healthaid.audit.models import Entry
from healthaid.core.models import FormReceipt
from healthaid.core.receipts import once
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from patients.models import Household
from tests.racing import CONDITIONS, PEOPLE, at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return User.objects.create(username="clerk", full_name="王干事")


def add_place() -> str:
    return f"/places/{Place.objects.create(level=Level.VILLAGE, name='一村').pk}/"


def test_same_key_has_one_effect_and_one_answer(clerk):
    first = once(clerk, "key", add_place)
    again = once(clerk, "key", add_place)

    assert again == first
    assert Place.objects.count() == 1


def test_another_key_or_another_user_is_another_effect(clerk):
    other = User.objects.create(username="other", full_name="李干事")

    once(clerk, "key", add_place)
    once(clerk, "key2", add_place)
    once(other, "key", add_place)

    assert Place.objects.count() == 3


def test_failed_effect_leaves_the_key_unused(clerk):
    def fail() -> str:
        add_place()
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 -- raised just above
        once(clerk, "key", fail)

    assert (Place.objects.count(), FormReceipt.objects.count()) == (0, 0)
    assert once(clerk, "key", add_place)


@CONDITIONS[0]
@CONDITIONS[1]
def test_form_sent_many_times_at_once_has_one_effect_and_one_answer(people):
    village, form = people.here.pk, {"form_key": "one-form", "number": "533103100200001", "main_cause": "01"}

    def send():
        client = Client()
        client.force_login(people.worker)
        return client.post(reverse("patients:household-create"), form | {"village": village})

    answers = at_once(send)

    household = Household.objects.get()
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, household.get_absolute_url())}
    assert len(answers) == PEOPLE
    assert Entry.objects.filter(verb="patients.household.registered").count() == 1
