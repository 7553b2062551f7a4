"""The steps once more, read off the page in exact fractions, against the engine's whole numbers."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings

from healthaid.coverage.settlement.bill import Referral, Setting
from tests.coverage.settlement.strategies import bills
from tests.coverage.settlement.test_properties import settled


def fen(amount):
    return int((Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(Decimal(1), ROUND_HALF_UP))


def rates(basis):
    """The values by parameter, as the articles give them."""
    return {
        cited.parameter: Fraction(str(cited.worth))
        for step in basis.cited.values()
        for cited in step
        if isinstance(cited.worth, Decimal)
    }


def in_dehong(bill, said, listed):
    """A compliant stay in Dehong from 2017-10-20 on: hospital, four layers, person, in fen."""
    level = "township" if bill.level in {"village", "township"} else "county" if bill.tier == 2 else bill.level
    total, in_policy = bill.total, bill.in_policy
    hospital = 0
    if bill.package_price is not None and listed:
        total = in_policy = bill.package_price
    elif limit := said.get(f"out_of_catalogue.limit.tier{bill.tier}"):
        hospital = max(0, total - in_policy - fen(limit * total))
    base = total - hospital

    deductible = said[f"basic.inpatient.deductible.{level}"] * 100
    basic = fen(said[f"basic.inpatient.rate.{level}"] * max(Fraction(0), in_policy - deductible))

    start = fen(said["critical.deductible.ordinary"] * said["critical.deductible.factor"] * 100)
    before = bill.before.critical_base
    after = before + in_policy - basic
    below = max(0, min(after, 5_000_000) - max(before, start))
    above = max(0, after - max(before, 5_000_000))
    critical = min(fen(Fraction(70, 100) * below + Fraction(80, 100) * above), in_policy - basic)
    if listed:
        floor = said.get("special_treatment.rate") or said["special_treatment.rate.severe"]
        critical = max(critical, min(fen(floor * base) - basic, base - basic))

    left = max(0, in_policy - basic - critical)
    gap = max(0, fen(Fraction(90, 100) * in_policy) - basic - critical)
    if listed:
        room = max(0, 15_000_000 - bill.before.major_assistance)
        first = min(Fraction(60, 100) * left, Fraction(gap), Fraction(room))
        second = min(Fraction(50, 100) * min(bill.necessary, base - in_policy), room - first)
        assistance = fen(first + min(second, base - basic - critical - first))
    else:
        room = max(0, 3_000_000 - bill.before.assistance)
        assistance = fen(min(Fraction(75, 100) * left, Fraction(gap), Fraction(room)))

    paid = basic + critical + assistance
    net = max(0, fen(Fraction(90, 100) * base) - paid)
    if income := said.get("income.rural_per_capita.previous_year"):
        own = base - paid - net
        net += min(own, max(0, bill.before.personal + own - fen(income * 100)))
    return hospital, basic, critical, assistance, net, base - paid - net


@settings(max_examples=200, deadline=None)
@given(bills(region="533103", year=2018, setting=Setting.INPATIENT))
def test_engine_gives_what_the_page_says(bill):
    result = settled(bill)
    if bill.referral != Referral.COMPLIANT:
        return
    listed = "special_treatment_rate" in result.basis.promises

    assert result.outcome[:6] == in_dehong(bill, rates(result.basis), listed)
