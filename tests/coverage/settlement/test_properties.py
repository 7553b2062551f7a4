"""What holds for every bill, whatever the place, the day and the amounts."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from healthaid.coverage.settlement.bill import Referral, Setting
from healthaid.coverage.settlement.engine import Settled, replay, settle
from healthaid.coverage.settlement.layers import MILLION, rounded
from healthaid.coverage.settlement.result import as_json, guarantees
from healthaid.policy.domain import RegionMustChoose
from tests.coverage.settlement.strategies import FEN, bills

often = settings(max_examples=150, deadline=None)


def settled_or_nothing(bill):
    """The settlement; a bill beyond Yunnan's open cap is left out, any other refusal is a failure."""
    try:
        return settle(bill)
    except RegionMustChoose as problem:
        if problem.parameter != "assistance.cap.total":
            raise
        return None


def settled(bill):
    result = settled_or_nothing(bill)
    assume(result is not None)
    return result


@often
@given(bills())
def test_parts_add_up_and_none_is_negative(bill):
    result = settled(bill)
    outcome = result.outcome
    parts = outcome[:6]

    assert sum(parts) == outcome.total
    assert all(part >= 0 for part in parts)
    assert outcome.total == (bill.package_price if result.basis.terms.is_packaged else bill.total)
    assert as_json(result)["total"] == f"{outcome.total // 100}.{outcome.total % 100:02d}"


@often
@given(bills())
def test_sums_move_by_what_was_paid(bill):
    outcome = settled(bill).outcome
    moved = [after - before for after, before in zip(outcome.after, bill.before, strict=True)]

    assert all(step >= 0 for step in moved)
    if bill.referral == Referral.PATIENT_FAULT:
        assert moved == [0, 0, 0, 0]
        return
    assert moved[3] == outcome.personal
    assert moved[1] + moved[2] == outcome.assistance
    if bill.referral == Referral.HOSPITAL_FAULT:
        assert moved[:3] == [0, 0, 0]
    elif bill.setting == Setting.INPATIENT:
        assert moved[0] == outcome.due.charged.in_policy - outcome.basic


@often
@given(bills())
def test_caps_and_aims_are_never_passed(bill):
    result = settled(bill)
    terms, due = result.basis.terms, result.outcome.due
    drawn = terms.counts_ordinary * bill.before.assistance + terms.counts_major * bill.before.major_assistance

    assert due.assistance.amount <= max(terms.assistance_cap - drawn, 0)
    assert due.basic <= due.charged.in_policy <= due.charged.base <= due.charged.total
    assert due.basic + due.critical.amount <= due.charged.base
    if not terms.special_rate:
        assert due.basic + due.critical.amount <= due.charged.in_policy
    aimed = due.assistance.in_policy_micro
    if aimed:
        aim = rounded(terms.assistance_target * due.charged.in_policy)
        assert due.basic + due.critical.amount + aimed / MILLION <= aim + 1
    if bill.referral == Referral.COMPLIANT and result.outcome.personal and bill.before.personal <= terms.income:
        assert result.outcome.after.personal <= terms.income


@often
@given(st.one_of([bills(region=code, setting=Setting.INPATIENT) for code in ("532801", "533103", "533123")]))
def test_compliant_stay_in_yunnan_is_paid_to_ninety_percent(bill):
    result = settled(replace(bill, referral=Referral.COMPLIANT))

    assert result.outcome.personal <= result.outcome.due.charged.base - rounded(
        900_000 * result.outcome.due.charged.base
    )
    assert {promise.code: promise.is_met for promise in guarantees(result)}["actual_rate"]


@often
@given(bills(), st.integers(0, 10**9))
def test_more_personal_payments_before_never_raise_the_own_part(bill, more):
    before = bill.before._replace(personal=bill.before.personal + more)

    first, second = settled(bill).outcome, settled(replace(bill, before=before)).outcome

    assert second.personal <= first.personal
    assert second[:4] == first[:4] or bill.referral == Referral.HOSPITAL_FAULT


@often
@given(bills(), st.integers(0, 10**9))
def test_a_larger_running_sum_never_lowers_critical_insurance(bill, more):
    """Rates never fall along the running sum."""
    before = bill.before._replace(critical_base=bill.before.critical_base + more)

    assert settled(replace(bill, before=before)).outcome.critical >= settled(bill).outcome.critical


@often
@given(bills(), FEN)
def test_more_in_policy_never_lowers_basic_insurance(bill, more):
    raised = min(bill.in_policy + more, bill.total)
    other = replace(bill, in_policy=raised, necessary=min(bill.necessary, bill.total - raised))

    assert settled(other).outcome.due.basic >= settled(bill).outcome.due.basic


@often
@given(bills())
def test_hospital_fault_costs_the_patient_what_a_compliant_bill_does(bill):
    compliant = settled(replace(bill, referral=Referral.COMPLIANT)).outcome
    fault = settled(replace(bill, referral=Referral.HOSPITAL_FAULT)).outcome

    assert fault.personal == compliant.personal
    assert fault.hospital == compliant.total - compliant.personal
    assert fault.after == bill.before._replace(personal=bill.before.personal + fault.personal)


YEARS = (("532801", 2018), ("533103", 2017), ("533103", 2018), ("620102", 2019))
MANY = 8  # bills of a year
years = st.one_of([st.lists(bills(region=region, year=year), max_size=MANY) for region, year in YEARS])


@settings(max_examples=60, deadline=None)
@given(years, st.permutations(range(MANY)))
def test_a_year_comes_out_the_same_in_any_order_of_arrival(year, order):
    numbered = list(enumerate(year))
    arrived = [numbered[turn] for turn in order if turn < len(numbered)]

    assert replay(arrived) == replay(numbered)


@settings(max_examples=60, deadline=None)
@given(st.lists(bills(region="533103", year=2018), max_size=MANY))
def test_sums_of_a_year_are_what_its_bills_gave(year):
    results = list(replay(enumerate(year)).values())
    last = max(results, key=lambda one: one.outcome.after.personal, default=None)

    assert all(isinstance(one, Settled) for one in results)
    if last:
        owed = [one for one in results if one.bill.referral != Referral.PATIENT_FAULT]
        assert last.outcome.after.personal == sum(one.outcome.personal for one in owed)
        drawn = sum(one.outcome.assistance for one in results)
        assert max(sum(one.outcome.after[1:3]) for one in results) == drawn
