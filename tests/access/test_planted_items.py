"""Items that a form does not offer are ignored, whoever sends them."""

from datetime import date

from django.urls import reverse

from healthaid.accounts.models import User
from healthaid.audit.models import Entry
from patients.models import Household, Person
from tests.factories.patients import HouseholdFactory, PersonFactory

PLANTED = {
    "is_superuser": "on",
    "is_staff": "on",
    "path": "1/",
    "seal_id": "x",
    "number": "533103999999999",
    "dissolved_on": "2018-01-01",
    "poverty_status": "lifted",
    "life_state": "dead",
    "left_on": "2018-01-01",
    "household": "1",
    "created_at": "2001-01-01",
}
MOVES_ALONG = {"version", "updated_at"}


def sent(client, address, **changes):
    """The form of a page as it is shown, with some values changed and items planted that it does not offer."""
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in (shown | changes).items() if value not in (None, "")}
    return client.post(address, {name: PLANTED[name] for name in PLANTED if name not in shown} | typed)


def changed(row, before):
    """The columns of a row that are no longer what they were."""
    after = type(row).objects.filter(pk=row.pk).values().get()
    return {name for name in after if after[name] != before[name]} - MOVES_ALONG


def test_household_and_person_take_only_what_their_forms_offer(people, client_of):
    person = PersonFactory(household=HouseholdFactory(village=people.here), identified_on=date(2014, 1, 1))
    client = client_of(people.worker)
    for row, page, item, value in (
        (person.household, "household-update", "natural_village", "下寨"),
        (person, "person-update", "work_months", "3"),
    ):
        before = type(row).objects.filter(pk=row.pk).values().get()

        answer = sent(client, reverse(f"patients:{page}", args=[row.pk]), **{item: value})

        assert answer.status_code == 302, answer.context["form"].errors
        assert changed(row, before) == {item}
    assert (Household.objects.count(), Person.objects.count()) == (1, 1)
    planted = [
        name for entry in Entry.objects.all() for name in entry.changes if name in {"dissolved_on", "life_state"}
    ]
    assert planted == []


def test_new_account_has_no_more_rights_than_its_duty(people, client_of):
    typed = {
        "username": "newcomer",
        "full_name": "新人",
        "duty": "reader",
        "place": "芒坝村",
        "starts_on": "2018-06-10",
    }

    answer = client_of(people.admin).post(reverse("accounts:account-create"), typed | PLANTED | {"password": "x"})

    account = User.objects.get(username="newcomer")
    assert answer.status_code == 302
    assert not account.check_password("x")
    assert not getattr(account, "is_superuser", False)
    assert not getattr(account, "is_staff", False)
    assert [posting.duty for posting in account.postings.all()] == ["reader"]
