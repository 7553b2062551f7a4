"""Bills entered by a clerk are settled to the fen, in the order of their days."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from healthaid.core.decisions import Refused
from healthaid.coverage.actions.bills import reverse_bill
from healthaid.coverage.actions.settlements import settle_bills, settle_waiting
from healthaid.coverage.models import Bill, Settlement, YearAccount
from healthaid.coverage.selectors.explaining import explain, reproduce
from healthaid.coverage.selectors.groups import statuses_helped
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.policy import catalogue
from tests.coverage.regions import worked_region
from tests.factories.coverage import EnrolmentFactory, SpecialCardFactory, entered_bill, local_value

WORLD = worked_region

EXAMPLES = {  # reckoned by hand; hospital, basic, critical, assistance, safety net, personal
    "A": ({}, "county_hospital", "600.00 17100.00 0.00 0.00 360.00 1940.00"),
    "B": (
        {
            "disease": "lung_cancer",
            "total": Decimal("86543.21"),
            "in_policy": Decimal("80000.00"),
            "necessary": Decimal("2000.00"),
        },
        "prefecture_hospital",
        "3946.91 60000.00 10500.00 2500.00 1336.67 8259.63",
    ),
    "F": (
        {"referral": "hospital_fault", "referral_note": "未办转诊"},
        "prefecture_hospital",
        "18040.00 0.00 0.00 0.00 0.00 1960.00",
    ),
}


def amounts(bill):
    settlement = Settlement.objects.get(bill=bill, is_current=True)
    return [getattr(settlement, payer) for payer in PAYERS]


@pytest.mark.parametrize("example", EXAMPLES)
def test_worked_examples_come_out_to_the_fen(people, region, example):
    values, hospital, paid = EXAMPLES[example]

    bill = entered_bill(people.insurance, region.patient, getattr(region, hospital), **values)

    assert bill.state == "settled", bill.obstacle
    assert amounts(bill) == [Decimal(amount) for amount in paid.split()]


def test_year_carries_on_from_earlier_bills(people, region):
    first = entered_bill(people.insurance, region.patient, region.county_hospital)
    second = entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 8, 1))

    before, after = first.settlements.get(), second.settlements.get()
    account = YearAccount.objects.get()

    assert after.before_personal == before.after_personal == Decimal("1940.00")
    assert after.before_critical_base == before.after_critical_base == Decimal("1900.00")
    assert (account.personal, account.critical_base) == (after.after_personal, after.after_critical_base)
    assert not account.needs_replay


def test_late_bill_is_settled_by_its_day_and_calls_for_a_replay(people, region):
    entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 8, 1))

    late = entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 7, 1))

    assert late.settlements.get().before_personal == 0
    assert YearAccount.objects.get().needs_replay


def test_bill_between_two_settled_ones_starts_from_the_earlier_only(people, region):
    first = entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 7, 1))
    entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 9, 1))

    between = entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 8, 1))

    assert between.settlements.get().before_personal == first.settlements.get().after_personal


def test_settlement_is_reproduced_from_what_was_stored(people, region):
    local_value(region.county_hospital.place, "special_treatment.package_price", 15000, disease="lung_cancer")
    bill = entered_bill(people.insurance, region.patient, region.county_hospital, disease="lung_cancer")
    settlement = Settlement.objects.select_related("bill", "rules").get(bill=bill)

    outcome = reproduce(settlement).outcome

    assert bill.package_price == Decimal("15000.00")
    assert [Decimal(getattr(outcome, payer)).scaleb(-2) for payer in PAYERS] == amounts(bill)
    assert settlement.total == Decimal("15000.00")


def test_settling_many_twice_settles_once(people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)

    counts = settle_bills(by=people.insurance, bill_ids=[bill.pk])

    assert counts == {"settled": 0, "waiting": 0}
    assert bill.settlements.count() == 1


def test_waiting_bills_are_settled_once_the_county_has_its_value(people, region):
    value = people.county.local_values.get(parameter="critical.deductible.ordinary")
    value.delete()
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)
    assert bill.obstacle == {
        "code": "parameter",
        "parameter": "critical.deductible.ordinary",
        "place": "533103",
        "on": "2018-07-15",
    }
    local_value(people.county, "critical.deductible.ordinary", 10000)

    counts = settle_waiting(by=people.insurance)

    assert counts["settled"] == 1
    assert amounts(bill)[-1] == Decimal("1940.00")


@pytest.mark.parametrize("amount", ["in_policy", "necessary"])
def test_bill_with_less_than_nothing_is_refused_beside_the_amount(people, region, amount):
    with pytest.raises(ValidationError) as refused:
        entered_bill(people.insurance, region.patient, region.county_hospital, **{amount: Decimal("-0.01")})

    assert list(refused.value.message_dict) == [amount]


OBSTACLES = {
    "no_disease": {"setting": "outpatient_special"},
    "not_outpatient_disease": {"setting": "outpatient_special", "disease": "cataract"},
    "no_card": {"setting": "outpatient_special", "disease": "end_stage_renal_disease"},
    "not_poor": {"served_on": date(2013, 5, 1)},
}


@pytest.mark.parametrize("code", OBSTACLES)
def test_bill_waits_with_what_is_missing(people, region, code):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital, **OBSTACLES[code])

    assert (bill.state, bill.obstacle) == ("waiting", {"code": code})


@pytest.mark.parametrize(
    ("county", "day", "status", "is_helped"),
    [
        ("533103", date(2018, 7, 15), "returned", True),
        ("533103", date(2018, 7, 15), "sudden_hardship", False),
        ("532801", date(2021, 9, 7), "sudden_hardship", False),
        ("532801", date(2021, 9, 8), "sudden_hardship", True),
        ("532801", date(2021, 9, 8), "lifted", True),
    ],
)
def test_standings_that_the_documents_of_place_and_day_name_are_helped(county, day, status, is_helped):
    assert (status in statuses_helped(county, day)) is is_helped


def test_person_of_a_group_that_no_document_names_waits(people, region):
    region.patient.poverty_spells.update(status="sudden_hardship")

    bill = entered_bill(people.insurance, region.patient, region.county_hospital)

    assert (bill.state, bill.obstacle) == ("waiting", {"code": "not_poor"})


def test_person_recorded_as_not_enrolled_waits(people, region):
    EnrolmentFactory(person=region.patient, year=2018, has_basic=False, absence="elsewhere_work")

    bill = entered_bill(people.insurance, region.patient, region.county_hospital)

    assert bill.obstacle == {"code": "not_enrolled"}


def test_special_outpatient_care_with_a_card_is_settled(people, region):
    SpecialCardFactory(person=region.patient, disease="end_stage_renal_disease", valid_from=date(2018, 1, 1))

    bill = entered_bill(
        people.insurance,
        region.patient,
        region.county_hospital,
        setting="outpatient_special",
        disease="end_stage_renal_disease",
        served_on=date(2018, 3, 2),
        total=Decimal("480.00"),
        in_policy=Decimal("455.55"),
    )

    assert bill.state == "settled", bill.obstacle
    assert amounts(bill) == [Decimal(amount) for amount in ["0.00", "410.00", "31.89", "0.00", "0.00", "38.11"]]


def test_reversal_counts_no_more_and_calls_for_a_replay_where_later_bills_rest_on_it(people, region):
    first = entered_bill(people.insurance, region.patient, region.county_hospital)
    second = entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 8, 1))

    reverse_bill(by=people.insurance, bill_id=first.pk, version=first.version, reason="录错")

    account = YearAccount.objects.get()
    moved = second.settlements.get()
    assert account.personal == moved.after_personal - moved.before_personal
    assert account.needs_replay
    assert not first.settlements.get().is_current


@pytest.mark.parametrize("name", ["worker", "official", "signer"])
def test_settling_is_refused_without_the_duty_and_changes_nothing(people, region, name):
    with pytest.raises((Refused, Bill.DoesNotExist)):
        entered_bill(getattr(people, name), region.patient, region.county_hospital)

    assert not Bill.objects.exists()


def test_settlement_is_explained_when_every_file_has_changed(people, region, monkeypatch):
    entered_bill(people.insurance, region.patient, region.prefecture_hospital, **EXAMPLES["B"][0])
    settlement = Settlement.objects.select_related("bill__person", "rules").get()
    before = explain(settlement)
    monkeypatch.setattr(catalogue, "parameters", dict)
    monkeypatch.setattr(catalogue, "documents", dict)

    outcome, after = reproduce(settlement).outcome, explain(settlement)

    assert [Decimal(getattr(outcome, payer)).scaleb(-2) for payer in PAYERS] == amounts(settlement.bill)
    assert [(line.amount, line.rates) for line in after.lines] == [(line.amount, line.rates) for line in before.lines]
