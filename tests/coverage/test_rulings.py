"""A confirmed local value calls for a replay of exactly those years that were settled by other values."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from healthaid.accounts.models import User
from healthaid.audit.models import Entry
from healthaid.coverage.actions.bills import reverse_bill
from healthaid.coverage.actions.confirming import confirm_run
from healthaid.coverage.actions.runs import request_run
from healthaid.coverage.models import Settlement, YearAccount
from healthaid.coverage.selectors.rulings import settled_otherwise
from healthaid.policy.actions import Ruling, confirm_value, correct_value, enter_value
from healthaid.policy.models import LocalValue
from healthaid.policy.selectors.diseases import ICD10
from tests.coverage.regions import worked_region
from tests.factories.coverage import entered_bill, local_value
from tests.factories.patients import HouseholdFactory, PersonFactory, PovertySpellFactory
from tests.factories.policy import LocalDocumentFactory
from tests.factories.regions import PlaceCodeFactory

WORLD = worked_region

DEDUCTIBLE = "critical.deductible.ordinary"
INCOME = "income.rural_per_capita.previous_year"
PRICE = "special_treatment.package_price"
OTHER_COUNTY = "533102"


def entered(people, parameter, number, starts_on=date(2018, 1, 1), place=None, **more):
    """A value that waits for its second person; that of the county unless told otherwise."""
    document = LocalDocumentFactory(place=place or people.county)
    worth = {"word": number} if parameter == ICD10 else {"number": Decimal(number)}
    ruling = Ruling(parameter, starts_on, **worth, **more)
    return enter_value(by=people.insurance, document_id=document.pk, ruling=ruling)


def confirmed(people, *args, **more):
    """The same, and somebody else has confirmed it."""
    return confirm_value(by=people.official, value_id=entered(people, *args, **more).pk, version=1)


def due():
    """Whose years call for a replay, and which."""
    rows = YearAccount.objects.filter(needs_replay=True).order_by("person", "year")
    return list(rows.values_list("person", "year"))


def poor_person(people, **fields):
    person = PersonFactory(household=HouseholdFactory(village=people.here), **fields)
    PovertySpellFactory(person=person)
    return person


@pytest.mark.parametrize(
    ("parameter", "number", "more", "is_due"),
    [
        (DEDUCTIBLE, 12000, {}, True),
        (DEDUCTIBLE, 10000, {}, False),  # as it was settled
        (DEDUCTIBLE, 12000, {"starts_on": date(2018, 7, 15)}, True),
        (DEDUCTIBLE, 12000, {"starts_on": date(2018, 7, 16)}, False),
        (DEDUCTIBLE, 12000, {"ends_on": date(2018, 7, 15)}, True),
        (DEDUCTIBLE, 12000, {"ends_on": date(2018, 7, 14)}, False),
        (INCOME, 8000, {}, True),
        (INCOME, 9000, {}, False),
        (INCOME, 8000, {"starts_on": date(2017, 1, 2)}, False),  # holds for 2017 alone
        (INCOME, 8000, {"starts_on": date(2019, 1, 1)}, False),
        ("basic.inpatient.rate.county", "0.85", {}, True),
        ("basic.inpatient.rate.prefecture", "0.77", {}, False),  # the bill is of a county hospital
        ("basic.outpatient_special.rate", "0.85", {}, False),  # the bill is of a stay
        ("guarantee.county_stay.actual_rate", "0.88", {}, False),  # a promise pays nothing
    ],
)
def test_value_calls_for_a_replay_where_a_bill_used_another(  # noqa: PLR0917
    people, region, parameter, number, more, is_due
):
    entered_bill(people.insurance, region.patient, region.county_hospital)

    value = confirmed(people, parameter, number, **more)

    assert due() == ([(region.patient.pk, 2018)] if is_due else [])
    told = Entry.objects.filter(verb="coverage.yearaccount.called_for_replay")
    assert [(entry.subject_id, entry.changes) for entry in told] == ([(value.pk, {"years": 1})] if is_due else [])


@pytest.mark.parametrize(
    ("facts", "is_due"),
    [
        ({}, True),
        ({"served_on": date(2017, 12, 31)}, False),
        ({"setting": "outpatient_general", "admitted_on": None}, False),
        ({"referral": "patient_fault", "referral_note": "自行外出"}, False),
    ],
)
def test_value_concerns_only_bills_that_rest_on_its_parameter(people, region, facts, is_due):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital, **facts)
    assert bill.state == "settled", bill.obstacle

    confirmed(people, DEDUCTIBLE, 12000)

    assert bool(due()) == is_due


def test_figure_that_was_missing_calls_for_replays_of_its_year_alone(people, region):
    LocalValue.objects.filter(parameter=INCOME).delete()
    for day in (date(2018, 3, 1), date(2019, 3, 1)):
        bill = entered_bill(people.insurance, region.patient, region.county_hospital, served_on=day)
        assert "income_cap_not_applied" in bill.settlements.get().warnings

    confirmed(people, INCOME, 9000, starts_on=date(2019, 1, 1))

    assert due() == [(region.patient.pk, 2019)]


@pytest.mark.parametrize(("state", "is_due"), [("settled", True), ("waiting", False), ("reversed", False)])
def test_bills_that_do_not_count_call_for_nothing(people, region, state, is_due):
    patient = region.patient if state != "waiting" else PersonFactory(household__village=people.here)
    bill = entered_bill(people.insurance, patient, region.county_hospital)
    if state == "reversed":
        reverse_bill(by=people.insurance, bill_id=bill.pk, version=bill.version, reason="重复")
        YearAccount.objects.update(needs_replay=False)
    bill.refresh_from_db()
    assert bill.state == state

    confirmed(people, DEDUCTIBLE, 12000)

    assert bool(due()) == is_due


@pytest.mark.parametrize(
    ("place", "is_due"),
    [("county", True), ("prefecture", True), ("province", True), ("other_county", False)],
)
def test_value_concerns_the_counties_of_its_place(people, region, place, is_due):
    PlaceCodeFactory(place=people.other_county, code=OTHER_COUNTY)
    entered_bill(people.insurance, region.patient, region.county_hospital)
    document = LocalDocumentFactory(place=getattr(people, place))

    value = local_value(document.place, DEDUCTIBLE, 12000, starts_on=date(2018, 1, 1))

    assert settled_otherwise(value).exists() == is_due


def test_person_is_concerned_by_the_county_insured_in_and_not_by_where_the_person_lives(people, region):
    PlaceCodeFactory(place=people.other_county, code=OTHER_COUNTY)
    local_value(people.other_county, DEDUCTIBLE, 10000)
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)
    type(bill).objects.filter(pk=bill.pk).update(path=people.far_away.path)  # moved since; insured as before

    own = local_value(people.county, DEDUCTIBLE, 12000, starts_on=date(2018, 1, 1))
    other = local_value(people.other_county, DEDUCTIBLE, 12000, starts_on=date(2018, 1, 1))

    assert list(settled_otherwise(own)) == [bill]
    assert not settled_otherwise(other).exists()


@pytest.mark.parametrize(
    ("facts", "hospital", "is_due"),
    [
        ({"disease": "lung_cancer"}, "county_hospital", True),
        ({"disease": "lung_cancer", "served_on": date(2018, 5, 31)}, "county_hospital", False),  # before its days
        ({"disease": "lung_cancer"}, "prefecture_hospital", False),
        ({"disease": "gastric_cancer"}, "county_hospital", False),
        ({}, "county_hospital", False),
    ],
)
def test_agreed_price_concerns_its_hospital_and_disease(people, region, facts, hospital, is_due):
    entered_bill(people.insurance, region.patient, getattr(region, hospital), **facts)
    leaf = region.county_hospital.place_id

    confirmed(people, PRICE, 15000, starts_on=date(2018, 6, 1), disease="lung_cancer", hospital_id=leaf)

    assert bool(due()) == is_due


def test_agreed_price_leaves_bills_settled_at_another_as_they_are(people, region):
    local_value(region.county_hospital.place, PRICE, 15000, disease="lung_cancer")
    entered_bill(people.insurance, region.patient, region.county_hospital, disease="lung_cancer")

    leaf = region.county_hospital.place_id
    confirmed(people, PRICE, 16000, disease="lung_cancer", hospital_id=leaf)

    assert due() == []


@pytest.mark.parametrize(("number", "article", "is_due"), [(12000, "", True), (10000, "三", False)])
def test_correction_concerns_what_the_corrected_value_settled(people, region, number, article, is_due):
    old = confirmed(people, DEDUCTIBLE, 11000)
    entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 3, 1))
    Settlement.objects.get()  # by 11,000
    number = 11000 if article else number
    ruling = Ruling(DEDUCTIBLE, old.starts_on, number=Decimal(number), article=article)
    new = correct_value(by=people.insurance, value_id=old.pk, version=old.version, ruling=ruling)

    confirm_value(by=people.official, value_id=new.pk, version=1)

    assert bool(due()) == is_due
    old.refresh_from_db()
    assert not settled_otherwise(old).exists()  # it counts no longer


@pytest.mark.parametrize(("starts_on", "is_due"), [(date(2018, 6, 1), True), (date(2018, 1, 1), False)])
def test_correction_of_the_first_day_concerns_the_days_it_gives_up(people, region, starts_on, is_due):
    old = confirmed(people, DEDUCTIBLE, 11000)
    entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 3, 1))
    ruling = Ruling(DEDUCTIBLE, starts_on, number=Decimal(11000))
    new = correct_value(by=people.insurance, value_id=old.pk, version=old.version, ruling=ruling)

    confirm_value(by=people.official, value_id=new.pk, version=1)

    assert bool(due()) == is_due


def test_years_replayed_without_a_change_are_not_called_for_by_another_parameter(people, region):
    entered_bill(people.insurance, region.patient, region.county_hospital)
    confirmed(people, INCOME, 8000)
    YearAccount.objects.update(needs_replay=False)  # the replay left the settlement: the cap was not reached

    confirmed(people, "basic.inpatient.rate.prefecture", "0.77")
    assert due() == []
    confirmed(people, DEDUCTIBLE, 12000)
    assert due() == [(region.patient.pk, 2018)]


def test_codes_of_a_disease_call_for_nothing(people, region):
    entered_bill(people.insurance, region.patient, region.county_hospital, disease="gastric_cancer")

    confirmed(people, ICD10, "C16 D37.1", disease="gastric_cancer")

    assert due() == []


def queries_to_confirm(people, parameter, number):
    value = entered(people, parameter, number)
    official = User.objects.get(pk=people.official.pk)  # whose postings nobody has read yet
    with CaptureQueriesContext(connection) as queries:
        confirm_value(by=official, value_id=value.pk, version=1)
    return len(queries)


def test_confirming_takes_the_same_queries_however_many_people(people, region):
    entered_bill(people.insurance, region.patient, region.county_hospital)
    one = queries_to_confirm(people, DEDUCTIBLE, 12000)
    for day in range(1, 13):
        stay = {"served_on": date(2018, 8, day), "disease": "lung_cancer" if day % 2 else ""}
        entered_bill(people.insurance, poor_person(people), region.county_hospital, **stay)

    many = queries_to_confirm(people, INCOME, 8000)

    assert len(due()) == 13
    assert many == one


def test_person_who_confirms_is_led_to_those_bills_until_they_are_replayed(
    people, region, client_of, django_capture_on_commit_callbacks
):
    local_value(people.county, INCOME, 9000, starts_on=date(2018, 1, 1))
    bills = [
        entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, month, 1))
        for month in (2, 3, 8)
    ]
    entered_bill(people.insurance, poor_person(people), region.county_hospital, served_on=date(2018, 2, 1))
    other = entered_bill(people.insurance, poor_person(people), region.county_hospital, served_on=date(2018, 9, 1))
    late = entered_bill(people.insurance, other.person, region.county_hospital, served_on=date(2018, 6, 30))
    value = entered(people, DEDUCTIBLE, 0, starts_on=date(2018, 7, 1))
    official = client_of(people.official)

    confirm = reverse("policy:local-value-confirm", args=[value.pk])
    page = official.post(confirm, {"version": 1, "form_key": "a"}, follow=True).content.decode()

    assert "2人本年度的费用是按其他数值结算的，请重算。" in page
    address = f"{reverse('coverage:bill-list')}?replay=due&ruling={value.pk}"
    assert address.replace("&", "&amp;") in page
    listed = official.get(address)
    assert {row.pk for row in listed.context["page"].rows} == {bills[2].pk, other.pk} != {late.pk}
    assert "不是按此数值结算" in [chip.label for chip in listed.context["chips"]]

    with django_capture_on_commit_callbacks(execute=True):
        run = request_run(by=people.insurance, place=people.county, year=2018, purpose="replay")
    confirm_run(by=people.official, run_id=run.pk)
    assert due() == []
    assert not official.get(address).context["page"].rows


def test_nothing_is_told_where_nobody_is_concerned(people, region, client_of):
    entered_bill(people.insurance, region.patient, region.county_hospital)
    value = entered(people, DEDUCTIBLE, 10000)

    confirm = reverse("policy:local-value-confirm", args=[value.pk])
    page = client_of(people.official).post(confirm, {"version": 1, "form_key": "a"}, follow=True).content.decode()

    assert "已复核，数值生效。" in page
    assert "请重算" not in page
