"""Bills entered by a clerk are settled to the fen, in the order of their days."""

from datetime import date
from decimal import Decimal

import pytest

from healthaid.coverage.models import Settlement, YearAccount
from healthaid.coverage.selectors.explaining import PAYERS, reproduce
from tests.factories.coverage import entered_bill, local_value

EXAMPLES = {  # of settlement.md; hospital, basic, critical, assistance, safety net, personal
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
