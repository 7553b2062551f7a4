"""Somebody who moves to another county within the year: what goes along, and which county decides on what."""

from datetime import date
from decimal import Decimal

import pytest

from healthaid.accounts.enums import Duty
from healthaid.coverage.actions import agreements, repayments
from healthaid.coverage.actions.confirming import confirm_run
from healthaid.coverage.actions.rulings import call_for_replays
from healthaid.coverage.actions.runs import request_run
from healthaid.coverage.domain.instalments import Part
from healthaid.coverage.models import Agreement, Settlement, YearAccount
from healthaid.coverage.selectors.rulings import settled_otherwise
from patients.actions.households import take_along
from patients.models import Household
from tests.coverage.regions import worked_region
from tests.factories.accounts import appointed
from tests.factories.coverage import discharged, entered_bill, local_value, signed_agreement
from tests.factories.regions import PlaceCodeFactory

WORLD = worked_region

DEDUCTIBLE = "critical.deductible.ordinary"
NEW_YEAR = date(2018, 1, 1)


@pytest.fixture
def other_county(people, region):
    """The neighbour county, with its own values: 12,000 yuan deductible, income 5,000."""
    PlaceCodeFactory(place=people.other_county, code="533102")
    local_value(people.other_county, DEDUCTIBLE, 12000)
    local_value(people.other_county, "income.rural_per_capita.previous_year", 5000)
    return people.other_county


@pytest.fixture
def clerk(people):
    return appointed("clerk", (Duty.INSURANCE, people.prefecture))


def moved(person, village):
    """The person's household lives in another village now, and its rows with it."""
    Household.objects.filter(pk=person.household_id).update(village=village, path=village.path)
    take_along([person.pk], village.path)
    person.refresh_from_db()


def number_used(bill, parameter):
    cited = bill.settlements.get(is_current=True).rules.values["cited"]
    return next(each["value"] for step in cited.values() for each in step if each["parameter"] == parameter)


def test_policy_is_that_of_the_county_insured_in_on_the_day_of_entry_and_the_sums_go_on(
    people, region, other_county, clerk
):
    first = entered_bill(clerk, region.patient, region.prefecture_hospital, served_on=date(2018, 3, 1))
    moved(region.patient, people.far_away)

    second = entered_bill(clerk, region.patient, region.prefecture_hospital, served_on=date(2018, 9, 1))

    assert [bill.region for bill in (first, second)] == ["533103", "533102"]
    assert [Decimal(number_used(bill, DEDUCTIBLE)) for bill in (first, second)] == [10000, 12000]
    before, after = first.settlements.get(), second.settlements.get()
    assert after.before_personal == before.after_personal > 0
    account = YearAccount.objects.get()
    assert (account.personal, account.path) == (after.after_personal, people.far_away.path)


@pytest.mark.parametrize(("place", "same"), [("county", 10000), ("other_county", 12000)])
@pytest.mark.parametrize("is_other", [True, False])
def test_value_calls_for_a_replay_by_the_bills_of_its_own_county(  # noqa: PLR0917
    people, region, other_county, clerk, place, same, is_other
):
    bills = {"county": entered_bill(clerk, region.patient, region.prefecture_hospital, served_on=date(2018, 3, 1))}
    moved(region.patient, people.far_away)
    later = entered_bill(clerk, region.patient, region.prefecture_hospital, served_on=date(2018, 9, 1))
    bills["other_county"] = later

    value = local_value(getattr(people, place), DEDUCTIBLE, 15000 if is_other else same, starts_on=NEW_YEAR)

    assert list(settled_otherwise(value)) == ([bills[place]] if is_other else [])
    assert call_for_replays(people.official, value) == int(is_other)
    assert YearAccount.objects.get().needs_replay == is_other


def test_agreement_follows_a_moved_person_and_stays_with_its_hospital(people, region, other_county, client_of):
    agreement = discharged(people.insurance, signed_agreement(people.insurance, region))
    far = appointed("far_insurance", (Duty.INSURANCE, other_county))

    def status(user):
        return client_of(user).get(agreement.get_absolute_url()).status_code

    assert [status(user) for user in (people.insurance, people.civil, people.worker, far)] == [200, 200, 200, 404]

    moved(region.patient, people.far_away)

    assert Agreement.objects.get().path == people.far_away.path
    # The hospital lies in the old county, whose offices go on seeing what it is owed; the old township does not.
    assert [status(user) for user in (people.insurance, people.civil, people.worker, far)] == [200, 200, 404, 200]


def test_moved_person_goes_on_paying_by_the_plan(people, region, other_county):
    agreement = discharged(people.insurance, signed_agreement(people.insurance, region))
    moved(region.patient, people.far_away)
    parts = [Part(date(2018, 8, 15), Decimal("1000.00")), Part(date(2018, 9, 15), Decimal("940.00"))]

    agreements.plan_instalments(
        by=people.insurance,
        agreement_id=agreement.pk,
        version=agreement.version,
        parts=parts,
        reason="一次付清有困难",
        today=date(2018, 7, 15),
    )
    agreement.refresh_from_db()
    repayments.record_payment(
        by=people.insurance,
        agreement_id=agreement.pk,
        version=agreement.version,
        amount=Decimal("1940.00"),
        paid_on=date(2018, 8, 10),
        today=date(2018, 12, 1),
    )

    agreement.refresh_from_db()
    assert agreement.state == "paid"


@pytest.mark.parametrize(("order", "due_after"), [("county other_county", [True, False]), ("other_county", [False])])
def test_mark_stays_while_bills_of_another_county_begin_from_old_sums(  # noqa: PLR0917
    people, region, other_county, clerk, django_capture_on_commit_callbacks, order, due_after
):
    entered_bill(clerk, region.patient, region.prefecture_hospital, served_on=date(2018, 3, 1))
    moved(region.patient, people.far_away)
    later = entered_bill(clerk, region.patient, region.prefecture_hospital, served_on=date(2018, 9, 1))
    official = appointed("official_above", (Duty.COUNTY_OFFICIAL, people.prefecture))
    value = local_value(getattr(people, order.split()[0]), "basic.inpatient.rate.prefecture", "0.6", starts_on=NEW_YEAR)
    assert call_for_replays(official, value) == 1

    found = []
    for county in order.split():
        with django_capture_on_commit_callbacks(execute=True):
            run = request_run(by=clerk, place=getattr(people, county), year=2018, purpose="replay")
        confirm_run(by=official, run_id=run.pk)
        found.append(YearAccount.objects.get().needs_replay)

    assert found == due_after
    first = Settlement.objects.get(bill__region="533103", is_current=True)
    assert later.settlements.get(is_current=True).before_personal == first.after_personal
