"""What funds owe hospitals by month, and what they pay."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused
from healthaid.coverage.actions import funds as actions
from healthaid.coverage.actions.bills import reverse_bill
from healthaid.coverage.domain.funds import Cell
from healthaid.coverage.enums import Fund
from healthaid.coverage.models import Bill, FundPayment, Settlement
from healthaid.coverage.selectors import funds as selectors
from healthaid.coverage.selectors.funds import Period
from tests.coverage.regions import worked_region
from tests.factories.accounts import appointed
from tests.factories.coverage import corrected, entered_bill

WORLD = worked_region

JULY, AUGUST = date(2018, 7, 1), date(2018, 8, 1)
YEAR = Period.of_year(2018)


def settled(people, region, *, on=datetime(2018, 7, 15, 4, tzinfo=UTC), **values):
    """A bill settled at an instant."""
    bill = entered_bill(people.insurance, region.patient, region.county_hospital, **values)
    Settlement.objects.filter(bill=bill).update(settled_at=on)
    return Bill.objects.get(pk=bill.pk)


def paid(by, people, region, amount, *, fund="basic", month=JULY, **values):
    facts = {"paid_on": date(2018, 8, 5), "voucher": "PZ001", "today": date(2018, 12, 1)}
    return actions.record_fund_payment(
        by=by,
        fund=fund,
        county_id=people.county.pk,
        facility_id=region.county_hospital.pk,
        month=month,
        amount=Decimal(amount),
        **facts | values,
    )


def due_by_month(user, fund="basic"):
    (row,) = selectors.ledger(user, YEAR)
    return {month.month: cell.due for month, cell in row.months_of(fund).items() if cell.due}


def layers(bill):
    settlement = Settlement.objects.get(bill=bill, is_current=True)
    return {fund: getattr(settlement, fund) for fund in Fund.values}


# What is due


def test_ledger_has_each_layer_in_the_month_of_settlement(people, region):
    bill = settled(people, region)

    (row,) = selectors.ledger(people.insurance, YEAR)

    assert (row.county, row.facility) == (people.county, region.county_hospital)
    assert {fund: row.of(fund=fund, month=JULY).due for fund in Fund.values} == layers(bill)
    assert row.of() == Cell(due=sum(layers(bill).values()))


@pytest.mark.parametrize(
    ("on", "month"),
    [
        (datetime(2018, 7, 31, 15, 59, tzinfo=UTC), 7),  # 23:59 in Beijing
        (datetime(2018, 7, 31, 16, 0, tzinfo=UTC), 8),
    ],
)
def test_month_is_that_of_beijing(people, region, on, month):
    bill = settled(people, region, on=on)

    assert due_by_month(people.insurance) == {month: layers(bill)["basic"]}


def test_correction_counts_with_its_difference_in_its_own_month(people, region):
    bill = settled(people, region)
    before = layers(bill)["basic"]
    corrected(bill, "1000.00", at=datetime(2018, 9, 3, tzinfo=UTC))

    assert due_by_month(people.insurance) == {7: before, 9: layers(bill)["basic"] - before}


def test_reversal_is_taken_off_in_its_own_month(people, region):
    bill = settled(people, region)
    before = layers(bill)["basic"]
    corrected(bill, "1000.00", at=datetime(2018, 9, 3, tzinfo=UTC))
    now = layers(bill)["basic"]
    reverse_bill(by=people.insurance, bill_id=bill.pk, version=bill.version, reason="重复录入", today=date(2018, 10, 2))

    assert due_by_month(people.insurance) == {7: before, 9: now - before, 10: -now}


def test_own_hospital_sees_what_it_is_owed_and_others_nothing(people, region):
    settled(people, region)
    desk = appointed("desk", ("case_manager", region.county_hospital.place))
    far = appointed("far_insurance", ("insurance", people.other_county))

    assert len(selectors.ledger(desk, YEAR)) == 1
    assert selectors.ledger(far, YEAR) == []
    assert selectors.ledger(people.reader, YEAR) == []  # a village's share of a county's account says nothing


def test_manual_claims_are_due_to_people_and_not_in_the_advance_of_hospitals(people, region, client_of):
    advanced = settled(people, region)
    claimed = settled(people, region, desk="manual", served_on=date(2018, 7, 20))
    client = client_of(people.insurance)

    (account,) = selectors.accounts(people.insurance, YEAR, date(2019, 1, 1))
    month = client.get(reverse("coverage:fund-month", args=["2018-07"]))
    bills = client.get(reverse("coverage:fund-bills", args=["2018-07"]), {"desk": "manual"})

    assert account.all.due == sum(layers(advanced).values())
    assert account.manual == sum(layers(claimed).values()) > 0
    assert account.overdue == account.all.left
    assert month.context["manual"] == [(people.county, account.manual)]
    assert bills.context["due"] == bills.context["shown"] == account.manual
    assert set(selectors.bills_behind(people.insurance, JULY, selectors.ALL)) == {advanced}
    with pytest.raises(ValidationError):
        paid(people.insurance, people, region, str(account.all.due + 1))


def test_county_with_manual_claims_alone_is_there(people, region, client_of):
    settled(people, region, desk="manual")

    page = client_of(people.insurance).get(reverse("coverage:fund-year"), {"year": 2018}).content.decode()

    assert "另有手工报账应付群众 17,460.00 元" in page


# The bills behind a number


def test_bills_behind_a_number_add_up_to_it(people, region):
    first, second = settled(people, region), settled(people, region, served_on=date(2018, 7, 20))
    corrected(first, "1000.00", at=datetime(2018, 9, 3, tzinfo=UTC))
    reverse_bill(
        by=people.insurance, bill_id=second.pk, version=second.version, reason="重复录入", today=date(2018, 9, 9)
    )
    (row,) = selectors.ledger(people.insurance, YEAR)

    for month, bills in ((JULY, {first, second}), (date(2018, 9, 1), {first, second}), (AUGUST, set())):
        for fund in (selectors.ALL, "basic"):
            found = selectors.bills_behind(people.insurance, month, fund, county=people.county)
            assert set(found) == bills
            assert selectors.moved_by_bills(found) == row.of(fund=fund, month=month).due


# Payments


def test_payment_lessens_what_is_left(people, region):
    bill = settled(people, region)

    paid(people.insurance, people, region, "1000.00")

    (row,) = selectors.ledger(people.insurance, YEAR)
    assert row.of(fund="basic", month=JULY) == Cell(layers(bill)["basic"], Decimal("1000.00"))
    assert Entry.objects.filter(verb="coverage.fundpayment.paid_out").count() == 1


@pytest.mark.parametrize(
    ("amount", "values", "field"),
    [
        ("99999.00", {}, "amount"),
        ("0.00", {}, "amount"),
        ("1.00", {"month": AUGUST}, "amount"),  # nothing is due in that month
        ("1.00", {"paid_on": date(2018, 12, 2)}, "paid_on"),
    ],
)
def test_payment_refuses_more_than_is_due(people, region, amount, values, field):
    settled(people, region)

    with pytest.raises(ValidationError) as refused:
        paid(people.insurance, people, region, amount, **values)

    assert set(refused.value.message_dict) == {field}
    assert not FundPayment.objects.exists()


@pytest.mark.parametrize(
    ("name", "fund", "is_allowed"),
    [
        ("insurance", "basic", True),
        ("civil", "assistance", True),
        ("civil", "basic", False),
        ("official", "basic", False),
        ("hospital", "basic", False),
    ],
)
def test_who_records_payments_of_which_fund(people, region, name, fund, is_allowed):
    bill = settled(people, region)
    basic = layers(bill)["basic"]
    Settlement.objects.filter(bill=bill).update(basic=basic - 100, assistance=Decimal("100.00"))
    user = getattr(people, name)

    if is_allowed:
        assert paid(user, people, region, "1.00", fund=fund).fund == fund
        return
    with pytest.raises(Refused, match="拨付"):
        paid(user, people, region, "1.00", fund=fund)


def test_reversed_payment_is_due_again_once(people, region):
    bill = settled(people, region)
    wrong = paid(people.insurance, people, region, "1000.00")

    actions.reverse_fund_payment(by=people.insurance, payment_id=wrong.pk, reason="金额录错", today=date(2018, 9, 1))

    (row,) = selectors.ledger(people.insurance, YEAR)
    assert row.of(fund="basic").left == layers(bill)["basic"]
    with pytest.raises(Refused, match="已经冲销"):
        actions.reverse_fund_payment(by=people.insurance, payment_id=wrong.pk, reason="再冲")
    with pytest.raises(Refused, match="冲销记录不能再冲销"):
        actions.reverse_fund_payment(by=people.insurance, payment_id=wrong.reversal.pk, reason="再冲")


def test_reversal_has_a_page_that_leads_back_to_the_payment(people, region, client_of):
    settled(people, region)
    wrong = paid(people.insurance, people, region, "100.00")
    page = reverse("coverage:fund-payment", args=[wrong.pk])

    shown = client_of(people.insurance).get(reverse("coverage:fund-payment-reverse", args=[wrong.pk]))

    assert shown.status_code == 200
    assert f'href="{page}"' in shown.content.decode()


# The year


@pytest.mark.parametrize(("share", "is_reached"), [("0.85", True), ("0.80", False)])
def test_year_is_held_against_the_rate_of_the_documents(people, region, share, is_reached):
    bill = settled(people, region)
    for fund, amount in layers(bill).items():
        if amount:
            paid(people.insurance, people, region, (amount * Decimal(share)).quantize(Decimal("0.01")), fund=fund)

    (account,) = selectors.accounts(people.insurance, YEAR, date(2018, 9, 1))

    assert (account.rate.text, account.is_reached) == ("85%", is_reached)
    assert "9" in account.rate.source
    assert account.overdue == account.all.left  # August, in which July was to be paid, is over


@pytest.mark.parametrize("today", [date(2018, 7, 31), date(2018, 8, 31)])
def test_nothing_is_overdue_in_its_own_month_and_the_next(people, region, today):
    settled(people, region)

    (account,) = selectors.accounts(people.insurance, YEAR, today)

    assert account.late == []


# Pages


@pytest.mark.parametrize("bills", [1, 3])
def test_fund_pages_query_count_does_not_grow(people, region, client_of, django_assert_num_queries, bills):
    for number in range(bills):
        settled(people, region, served_on=date(2018, 7, 15 + number))
        paid(people.insurance, people, region, "1.00")
    client = client_of(people.insurance)
    pages = {
        f"{reverse('coverage:fund-year')}?year=2018": 15,
        reverse("coverage:fund-month", args=["2018-07"]): 11,
        reverse("coverage:fund-bills", args=["2018-07"]): 17,
        reverse("coverage:fund-payment-list"): 10,
    }

    for page, queries in pages.items():
        with django_assert_num_queries(queries):
            response = client.get(page)
        assert response.status_code == 200


def test_clerk_records_a_payment_from_the_months_page(people, region, client_of):
    settled(people, region)
    client = client_of(people.insurance)
    (_label, left, address), *_rest = client.get(reverse("coverage:fund-month", args=["2018-07"])).context["unpaid"]

    form = client.get(address).context["form"]
    answer = client.post(
        address, {name: form[name].value() for name in form.fields} | {"voucher": "PZ002", "paid_on": "2018-08-05"}
    )

    assert answer.headers["Location"] == reverse("coverage:fund-month", args=["2018-07"])
    assert FundPayment.objects.get().amount == left


def test_workbook_of_the_year_is_recorded(people, region, client_of):
    settled(people, region)

    answer = client_of(people.insurance).get(f"{reverse('coverage:fund-sheet')}?year=2018")

    assert answer.status_code == 200
    assert Entry.objects.get(verb="exchange.sheet.exported").changes["sheet"] == "fund_ledger"


def test_list_of_payments_leaves_as_a_workbook(people, region, client_of):
    settled(people, region)
    paid(people.insurance, people, region, "1000.00")

    answer = client_of(people.civil).get(f"{reverse('coverage:fund-payment-sheet')}?fund=basic")

    assert answer.status_code == 200
    assert Entry.objects.get(verb="exchange.sheet.exported").changes["rows"] == 1
