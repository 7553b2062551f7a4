"""Pages of re-accounting."""

from datetime import date

import pytest
from django.urls import reverse

from healthaid.coverage.actions.runs import compute_now
from healthaid.coverage.models import SettlementRun
from tests.coverage.regions import worked_region
from tests.factories.coverage import entered_bill, local_value
from tests.factories.jobs import JobFactory


def proposed_run(people):
    """A proposal with a difference, a change of sums and a bill without an answer."""
    region = worked_region(people)
    local_value(people.county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
    for day in (date(2018, 8, 1), date(2018, 7, 1)):
        entered_bill(people.insurance, region.patient, region.county_hospital, served_on=day)
    entered_bill(people.insurance, region.patient, region.provincial_hospital, served_on=date(2018, 9, 1))
    return region, compute_now(by=people.insurance, place=people.county, year=2018, purpose="year_end")


WORLD = proposed_run


@pytest.fixture
def region(world):
    return world[0]


@pytest.fixture
def proposed(world):
    return world[1]


@pytest.mark.parametrize("page", ["run-detail", "run-differences", "run-unresolved", "run-sheet"])
def test_pages_of_a_run_open(client_of, people, proposed, page):
    assert client_of(people.official).get(reverse(f"coverage:{page}", args=[proposed.pk])).status_code == 200


@pytest.mark.parametrize("page", ["run-list", "run-create", "run-try", "replay-list", "trial"])
def test_lists_and_forms_open(client_of, people, proposed, page):
    assert client_of(people.insurance).get(reverse(f"coverage:{page}")).status_code == 200


def test_requester_sees_why_the_run_cannot_be_confirmed_here(client_of, people, proposed):
    page = client_of(people.insurance).get(proposed.get_absolute_url()).content.decode()

    assert "您在该县没有确认年度核算的岗位" in page
    assert "1,940.00 →" in page


def test_official_confirms_on_the_page(client_of, people, proposed):
    answer = client_of(people.official).post(reverse("coverage:run-confirm", args=[proposed.pk]))

    proposed.refresh_from_db()
    assert (answer.status_code, proposed.state, proposed.decided_by) == (302, "confirmed", people.official)


def test_refused_confirmation_leads_back_to_the_run_with_the_reason(client_of, people, region, proposed):
    client = client_of(people.official)
    own = compute_now(by=people.official, place=people.county, year=2018, purpose="replay")

    answer = client.post(reverse("coverage:run-confirm", args=[own.pk]), follow=True)

    assert answer.redirect_chain == [(own.get_absolute_url(), 302)]
    assert "发起人不能确认自己发起的核算" in answer.content.decode()


def test_outdated_proposal_says_so_on_its_page_and_offers_a_new_one(client_of, people, region, proposed):
    client = client_of(people.official)
    entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 6, 1))

    page = client.post(reverse("coverage:run-confirm", args=[proposed.pk]), follow=True).content.decode()

    assert "这份核算已过时" in page
    assert reverse("coverage:run-again", args=[proposed.pk]) in page
    assert "已被取代" in page


def test_page_of_an_overtaken_proposal_leads_to_the_later_one(client_of, people, proposed):
    newer = compute_now(by=people.insurance, place=people.county, year=2018, purpose="year_end")

    page = client_of(people.official).get(proposed.get_absolute_url()).content.decode()

    assert f'href="{newer.get_absolute_url()}">打开取代它的核算' in page


@pytest.mark.parametrize(("name", "warned"), [("official", True), ("insurance", False)])
def test_who_could_confirm_is_told_before_computing_anew(client_of, people, proposed, name, warned):
    page = client_of(getattr(people, name)).get(proposed.get_absolute_url()).content.decode()

    assert ("您重新计算后就成了发起人" in page) is warned
    assert ('type="checkbox" required' in page) is warned


def test_run_at_work_shows_its_share(client_of, people, proposed):
    proposed.job = JobFactory(state="running", done=250, total=1000, requested_by=people.official)
    proposed.state = "computing"
    proposed.save()

    own, other = (
        client_of(user).get(proposed.get_absolute_url()).content.decode()
        for user in (people.official, people.insurance)
    )

    assert "250 / 1,000" in own
    assert "250 / 1,000" in other
    assert [f'hx-get="{reverse("jobs:job-progress", args=[proposed.job.pk])}"' in page for page in (own, other)] == [
        True,
        False,
    ]


def test_clerk_orders_a_run_and_a_what_if(client_of, people, proposed, django_capture_on_commit_callbacks):
    client = client_of(people.insurance)
    values = {"place": people.county.pk, "year": 2018}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("coverage:run-create"), values | {"purpose": "replay"})
        tried = {"parameter_1": "income.rural_per_capita.previous_year", "value_1": "2000"}
        client.post(reverse("coverage:run-try"), values | tried)

    runs = SettlementRun.objects.exclude(pk=proposed.pk).order_by("pk")
    assert list(runs.values_list("purpose", "state")) == [("replay", "proposed"), ("what_if", "proposed")]
    assert client.get(runs[1].get_absolute_url()).status_code == 200


def test_one_year_is_replayed_from_the_tab_of_costs(client_of, people, region, proposed):
    client = client_of(people.insurance)
    address = reverse("coverage:replay-person", args=[region.patient.pk, 2018])

    assert address in client.get(reverse("patients:person-tab", args=[region.patient.pk, "bills"])).content.decode()
    assert client.post(address).status_code == 302
    assert SettlementRun.objects.filter(person=region.patient, purpose="replay").count() == 1


def test_county_is_replayed_from_the_list(client_of, people, proposed):
    address = reverse("coverage:replay-county", args=[people.county.pk, 2018])
    client = client_of(people.insurance)

    assert address in client.get(reverse("coverage:replay-list")).content.decode()
    assert client.post(address).status_code == 302
