"""Treat first, pay later: due at discharge, paid in parts; arrears never stand in the way."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from healthaid.coverage.actions import agreements as actions
from healthaid.coverage.actions import repayments
from healthaid.coverage.actions.bills import reverse_bill
from healthaid.coverage.domain.instalments import Part
from healthaid.coverage.models import Instalment, Payment, Settlement
from healthaid.coverage.selectors import agreements as selectors
from tests.coverage.regions import worked_region
from tests.factories.accounts import appointed
from tests.factories.coverage import corrected, discharged, entered_bill, signed_agreement

LATER = date(2018, 8, 20)  # the first part of the plan, or the whole, is overdue
TODAY = date(2018, 7, 15)
PLAN = [Part(date(2018, 8, 15), Decimal("1000.00")), Part(date(2018, 9, 15), Decimal("940.00"))]


def agreed_region(people):
    """An agreement is signed, and the patient at home again: 1,940 yuan are due."""
    region = worked_region(people)
    return region, discharged(people.insurance, signed_agreement(people.insurance, region))


WORLD = agreed_region


@pytest.fixture
def region(world):
    return world[0]


@pytest.fixture
def agreement(world):
    return world[1]


def planned(by, agreement, parts=PLAN, reason="一次付清有困难", today=TODAY):
    return actions.plan_instalments(
        by=by, agreement_id=agreement.pk, version=agreement.version, parts=parts, reason=reason, today=today
    )


def paid(by, agreement, amount, on=date(2018, 8, 10)):
    agreement.refresh_from_db()
    return repayments.record_payment(
        by=by,
        agreement_id=agreement.pk,
        version=agreement.version,
        amount=Decimal(amount),
        paid_on=on,
        today=date(2018, 12, 1),
    )


def amounts(agreement):
    return [str(amount) for amount in agreement.instalments.values_list("amount", flat=True)]


# Discharge and plan


def test_discharge_makes_the_own_part_due(people, agreement):
    settlement = Settlement.objects.get(bill=agreement.bill, is_current=True)

    assert (agreement.state, agreement.due) == ("instalments", settlement.personal)
    assert amounts(agreement) == [str(settlement.personal)]


def test_plan_takes_the_place_of_what_is_open_and_history_keeps_the_old(people, agreement):
    planned(people.insurance, agreement)

    assert amounts(agreement) == ["1000.00", "940.00"]
    told = Entry.objects.get(verb="coverage.agreement.planned").changes
    assert told["plan"] == ["2018-07-15 1940.00", "2018-08-15 1000.00；2018-09-15 940.00"]
    assert told["reason"] == "一次付清有困难"


@pytest.mark.parametrize(
    ("parts", "reason", "message"),
    [
        ([Part(date(2018, 8, 15), Decimal("1939.99"))], "困难", "须相等"),
        ([], "困难", "至少约定一期"),
        (PLAN, " ", "写明原因"),
    ],
)
def test_plan_that_does_not_add_up_changes_nothing(people, agreement, parts, reason, message):
    with pytest.raises(ValidationError, match=message):
        planned(people.insurance, agreement, parts, reason)

    agreement.refresh_from_db()
    assert amounts(agreement) == [str(agreement.due)]


def test_deferral_keeps_what_is_paid(people, agreement):
    planned(people.insurance, agreement)
    paid(people.insurance, agreement, "300.00")
    agreement.refresh_from_db()

    later = [Part(date(2018, 12, 31), Decimal("1640.00"))]
    planned(people.insurance, agreement, later, "外出务工", today=date(2018, 8, 20))

    assert amounts(agreement) == ["300.00", "1640.00"]
    position = selectors.position_of(agreement, date(2018, 9, 20))
    assert (position.left, position.overdue) == (Decimal("1640.00"), Decimal("0.00"))


def test_plan_over_a_newer_version_is_stale(people, agreement):
    planned(people.insurance, agreement)

    with pytest.raises(Stale):
        planned(people.insurance, agreement)


# Payments


def test_payments_settle_the_agreement(people, agreement):
    planned(people.insurance, agreement)

    assert paid(people.insurance, agreement, "500.00").state == "instalments"
    assert paid(people.hospital, agreement, "1440.00").state == "paid"


@pytest.mark.parametrize(
    ("amount", "on", "field"),
    [
        ("1940.01", date(2018, 8, 10), "amount"),
        ("0.00", date(2018, 8, 10), "amount"),
        ("1.00", date(2018, 6, 30), "paid_on"),
        ("1.00", date(2018, 12, 2), "paid_on"),
    ],
)
def test_payment_refuses_what_cannot_be(people, agreement, amount, on, field):
    with pytest.raises(ValidationError) as refused:
        paid(people.insurance, agreement, amount, on)

    assert set(refused.value.message_dict) == {field}
    assert not Payment.objects.exists()


def test_reversed_payment_is_owed_again(people, agreement):
    paid(people.insurance, agreement, "1940.00")
    wrong = Payment.objects.get()
    agreement.refresh_from_db()

    repayments.reverse_payment(
        by=people.insurance, payment_id=wrong.pk, version=agreement.version, reason="金额录错", today=TODAY
    )

    agreement.refresh_from_db()
    assert list(Payment.objects.order_by("pk").values_list("amount", "reverses")) == [
        (Decimal("1940.00"), None),
        (Decimal("-1940.00"), wrong.pk),
    ]
    assert (agreement.state, selectors.paid_under(agreement)) == ("instalments", Decimal("0.00"))
    with pytest.raises(Refused, match="已经冲销"):
        repayments.reverse_payment(
            by=people.insurance, payment_id=wrong.pk, version=agreement.version, reason="再冲", today=TODAY
        )


def test_other_duties_do_not_touch_payments(people, agreement):
    with pytest.raises(Refused, match="先诊疗后付费的岗位"):
        paid(people.poverty, agreement, "1.00")


# Corrections


@pytest.mark.parametrize(
    ("personal", "state", "parts"),
    [
        ("1500.00", "instalments", ["1000.00", "500.00"]),
        ("2000.00", "instalments", ["1000.00", "1000.00"]),
        ("300.00", "paid", ["300.00"]),
        ("0.00", "paid", []),
    ],
)
def test_agreement_follows_a_corrected_settlement(people, agreement, personal, state, parts):
    planned(people.insurance, agreement)
    paid(people.insurance, agreement, "300.00")
    corrected(agreement.bill, personal)
    agreement.refresh_from_db()
    assert selectors.personal_part(agreement) == Decimal(personal)

    actions.follow_settlement(by=people.insurance, agreement_id=agreement.pk, version=agreement.version)

    agreement.refresh_from_db()
    assert (agreement.due, agreement.state, amounts(agreement)) == (Decimal(personal), state, parts)


def test_corrected_bill_takes_the_place_of_a_reversed_one(people, region, agreement):
    planned(people.insurance, agreement)
    bill = agreement.bill
    reverse_bill(by=people.insurance, bill_id=bill.pk, version=bill.version, reason="金额录错", today=TODAY)
    anew = entered_bill(people.insurance, region.patient, region.county_hospital, replaces_id=bill.pk)
    agreement.refresh_from_db()

    actions.discharge_patient(
        by=people.insurance, agreement_id=agreement.pk, version=agreement.version, bill_id=anew.pk
    )

    agreement.refresh_from_db()
    assert (agreement.bill, amounts(agreement)) == (anew, ["1000.00", "940.00"])


# Default and reminders: nothing is refused because of what somebody owes


def test_default_is_decided_and_revoked_with_a_reason(people, agreement):
    with pytest.raises(ValidationError, match="写明原因"):
        actions.declare_default(
            by=people.insurance, agreement_id=agreement.pk, version=agreement.version, reason="", today=LATER
        )
    actions.declare_default(
        by=people.insurance, agreement_id=agreement.pk, version=agreement.version, reason="有能力而拒付", today=LATER
    )
    agreement.refresh_from_db()
    assert (agreement.state, agreement.decided_by, agreement.state_reason) == (
        "default",
        people.insurance,
        "有能力而拒付",
    )

    actions.revoke_default(
        by=people.insurance, agreement_id=agreement.pk, version=agreement.version, reason="已开始还款", today=TODAY
    )
    agreement.refresh_from_db()
    assert (agreement.state, agreement.state_reason) == ("instalments", "已开始还款")


@pytest.mark.parametrize(("on", "is_allowed"), [(date(2018, 8, 15), False), (date(2018, 8, 16), True)])
def test_default_needs_something_overdue(people, agreement, on, is_allowed):
    planned(people.insurance, agreement)
    agreement.refresh_from_db()
    said = {"agreement_id": agreement.pk, "version": agreement.version, "reason": "有能力而拒付", "today": on}

    if is_allowed:
        assert actions.declare_default(by=people.insurance, **said).state == "default"
        return
    with pytest.raises(Refused, match="没有逾期"):
        actions.declare_default(by=people.insurance, **said)


def test_arrears_and_default_never_stand_in_the_way_of_care(people, region, agreement, client_of):
    planned(people.insurance, agreement)
    agreement.refresh_from_db()
    actions.declare_default(
        by=people.insurance, agreement_id=agreement.pk, version=agreement.version, reason="有能力而拒付", today=LATER
    )

    form = client_of(people.insurance).get(reverse("coverage:agreement-create", args=[region.patient.pk]))
    again = signed_agreement(people.insurance, region, admitted_on=date(2018, 10, 1), today=date(2018, 10, 1))
    bill = entered_bill(
        people.insurance,
        region.patient,
        region.county_hospital,
        admitted_on=date(2018, 10, 1),
        served_on=date(2018, 10, 9),
    )
    discharged_again = discharged(people.insurance, again, bill)

    assert "欠费不影响就医" in form.content.decode()
    assert (bill.state, discharged_again.state) == ("settled", "instalments")


def test_reminder_is_one_click_and_leaves_a_note(people, agreement, client_of):
    planned(people.insurance, agreement, [Part(date(2018, 7, 20), Decimal("1940.00"))])
    client = client_of(people.insurance)

    response = client.post(reverse("coverage:reminder-create"), {"agreement": agreement.pk})

    assert response.status_code == 302
    assert list(agreement.reminders.values_list("note", "reminded_by")) == [("已电话提醒", people.insurance.pk)]


# Lists


@pytest.mark.parametrize(
    ("on", "due", "overdue"),
    [
        (date(2018, 8, 7), False, False),
        (date(2018, 8, 8), True, False),  # seven days before
        (date(2018, 8, 15), True, False),
        (date(2018, 8, 16), True, True),
    ],
)
def test_lists_tell_what_is_due_on_a_day(people, agreement, on, due, overdue):
    planned(people.insurance, agreement)
    rows = selectors.with_position(selectors.agreements_for_list(people.insurance), on)

    assert selectors.agreements_due(people.insurance, on).exists() is due
    assert rows.filter(selectors.is_overdue()).exists() is overdue
    assert rows.get().overdue == selectors.position_of(agreement, on).overdue


def test_arrears_by_hospital_add_up(people, region, agreement):
    planned(people.insurance, agreement)
    paid(people.insurance, agreement, "400.00")
    signed_agreement(people.insurance, region)  # in hospital still: owes nothing yet

    (row,) = selectors.arrears(people.insurance, date(2018, 9, 16))

    assert (row.facility, row.agreements, row.overdue_agreements, row.defaults) == (region.county_hospital, 1, 1, 0)
    assert (row.due, row.paid, row.left, row.overdue) == tuple(
        map(Decimal, ("1940.00", "400.00", "1540.00", "1540.00"))
    )
    assert row.oldest == date(2018, 8, 15)


def test_foreign_agreement_is_not_there(people, agreement, client_of):
    assert client_of(people.insurance).get(agreement.get_absolute_url()).status_code == 200
    far = appointed("far_insurance", ("insurance", people.other_county))
    assert client_of(far).get(agreement.get_absolute_url()).status_code == 404


def test_pages_of_an_agreement_in_every_state(people, region, agreement, client_of):
    planned(people.insurance, agreement)
    paid(people.insurance, agreement, "400.00")
    client = client_of(people.insurance)

    for page in ("detail", "print", "plan", "pay", "default"):
        assert client.get(reverse(f"coverage:agreement-{page}", args=[agreement.pk])).status_code == 200, page
    proposed = client.get(f"{reverse('coverage:agreement-plan', args=[agreement.pk])}?number=3&first=2018-10-01")
    assert [str(amount.value()) for _day, amount in proposed.context["form"].pairs()] == ["513.33", "513.33", "513.34"]
    assert Instalment.objects.filter(agreement=agreement).count() == 2
    tab = client.get(reverse("patients:person-tab", args=[region.patient.pk, "agreements"]))
    assert agreement.number in tab.content.decode()


def test_plan_is_printed_as_an_extension_of_its_own_with_the_sum_in_capitals(people, agreement, client_of):
    planned(people.insurance, agreement)
    paid(people.insurance, agreement, "400.00")
    address = reverse("coverage:agreement-extension", args=[agreement.pk])

    answer = client_of(people.insurance).get(address)

    assert [str(each.left) for each in answer.context["standings"]] == ["600.00", "940.00"]
    page = answer.content.decode()
    for words in ("壹仟伍佰肆拾元整", "1,540.00", "提前还清全部或部分", "人民法院", "2018-09-15", "分2期"):
        assert words in page, words


def test_nothing_owed_has_no_extension_to_print(people, agreement, client_of):
    paid(people.insurance, agreement, "1940.00")
    client = client_of(people.insurance)
    address = reverse("coverage:agreement-extension", args=[agreement.pk])

    assert client.get(address).status_code == 404
    assert address not in client.get(agreement.get_absolute_url()).content.decode()


def test_filtered_list_leaves_as_a_workbook_and_is_recorded(people, agreement, client_of):
    answer = client_of(people.insurance).get(f"{reverse('coverage:agreement-sheet')}?state=open&q=XF")

    assert answer.status_code == 200
    told = Entry.objects.get(verb="exchange.sheet.exported").changes
    assert (told["sheet"], told["rows"], told["filters"]) == ("agreements", 1, "状态：未结清")
