"""The bills behind every promise, the numbers in front of them, and people by the income line."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from healthaid.audit.models import Entry
from healthaid.coverage.domain.promises import Kept, Period
from healthaid.coverage.enums import IncomeSide, Promise, Verdict
from healthaid.coverage.models import Bill, Settlement
from healthaid.coverage.selectors.catalogue_shares import hospitals
from healthaid.coverage.selectors.explaining import promises_of
from healthaid.coverage.selectors.income_line import income_lines, people_by_line
from healthaid.coverage.selectors.promise_counts import overview
from healthaid.coverage.selectors.promises import bills_by, watch
from tests.coverage.regions import worked_region
from tests.drawing import undrawn
from tests.factories.coverage import entered_bill, local_value, paid
from tests.factories.patients import HouseholdFactory, PersonFactory, PovertySpellFactory
from tests.factories.regions import PlaceFactory
from tests.factories.reports import counted

WORLD = worked_region

YEAR = Period(2018)


def url(name, *args):
    return reverse(f"coverage:{name}", args=args)


def missing(bill, *codes):
    """A settlement that is told to have missed promises: the engine of these tests keeps all of them."""
    Settlement.objects.filter(bill=bill).update(missed=",".join(codes))
    return bill


def poor(village, name="岩温"):
    person = PersonFactory(household=HouseholdFactory(village=village), name=name)
    PovertySpellFactory(person=person)
    return person


@pytest.fixture
def bill(people, region):
    def entered(**values):
        return entered_bill(people.insurance, values.pop("person", region.patient), region.county_hospital, **values)

    return entered


@pytest.fixture
def watching(people, region):
    return watch(people.insurance, people.county, YEAR)


@pytest.mark.parametrize(
    ("told", "promise", "is_missed"),
    [
        (["actual_rate"], Promise.ACTUAL_RATE, True),
        (["county_stay_actual_rate"], Promise.ACTUAL_RATE, False),  # whose code ends in the other's
        (["county_stay_actual_rate", "actual_rate"], Promise.ACTUAL_RATE, True),
        (["actual_rate", "income_cap"], Promise.ACTUAL_RATE, True),
        (["in_policy_rate", "actual_rate", "income_cap"], Promise.ACTUAL_RATE, True),
        (["outside_stay_in_policy_rate"], Promise.IN_POLICY, False),
        (["county_stay_actual_rate"], Promise.COUNTY_STAY, True),
        ([], Promise.COUNTY_STAY, False),
    ],
)
def test_missed_is_the_very_promise(people, watching, bill, told, promise, is_missed):  # noqa: PLR0917 -- fixtures
    missing(bill(), *told)

    sides = {side: bills_by(watching, promise, side).count() for side in Verdict}

    assert sides == {Verdict.HELD: 1, Verdict.MET: int(not is_missed), Verdict.MISSED: int(is_missed)}


@pytest.mark.parametrize(
    ("paid", "missed"),
    [
        ({}, ""),
        ({"stated_basic": 13000, "stated_assistance": 400}, ""),  # does not say what the person paid
        (
            {"stated_basic": 17100, "stated_safety_net": 360, "stated_hospital": 600, "stated_personal": 1940},
            "",
        ),
        (
            {"stated_basic": 17100, "stated_safety_net": 359, "stated_hospital": 600, "stated_personal": 1941},
            "actual_rate",
        ),
        (
            {"stated_basic": 13000, "stated_assistance": 400, "stated_hospital": 600, "stated_personal": 6000},
            "county_stay_actual_rate,in_policy_rate,actual_rate",
        ),
        ({"stated_personal": 20000}, "county_stay_actual_rate,in_policy_rate,actual_rate"),
    ],
)
def test_rates_are_held_against_what_the_paper_says_was_paid(people, watching, bill, client_of, paid, missed):  # noqa: PLR0917
    made = bill(**{name: Decimal(amount) for name, amount in paid.items()})
    settlement = Settlement.objects.select_related("rules").get(bill=made)
    settlement.bill = made

    assert settlement.missed == missed
    assert {each.code for each in promises_of(settlement) if not each.is_met} == set(filter(None, missed.split(",")))
    page = client_of(people.insurance).get(made.get_absolute_url()).content.decode()
    assert ("按医院单据上实际支付的金额核对" in page) is ("stated_personal" in paid)


def test_hospital_at_fault_that_bears_the_stay_keeps_the_rates(bill):
    fault = {"referral": "hospital_fault", "referral_note": "未办"}
    borne = bill(**fault, stated_hospital=Decimal(18060), stated_personal=Decimal(1940))
    unpaid = bill(**fault, stated_hospital=Decimal(600), stated_personal=Decimal(19400), served_on=date(2018, 8, 1))

    assert Settlement.objects.get(bill=borne).missed == ""
    assert "actual_rate" in Settlement.objects.get(bill=unpaid).missed


@pytest.mark.parametrize(
    ("values", "promise", "held", "missed"),
    [
        ({}, Promise.OUT_OF_CATALOGUE, 1, 1),  # 5 % of the stay at a hospital of tier 2
        ({"in_policy": Decimal(19600)}, Promise.OUT_OF_CATALOGUE, 1, 0),
        ({"in_policy": Decimal("19599.99")}, Promise.OUT_OF_CATALOGUE, 1, 1),
        ({"referral": "patient_fault", "referral_note": "越级"}, Promise.OUT_OF_CATALOGUE, 0, 0),  # all is the person's
        ({"served_on": date(2018, 6, 9)}, Promise.OUT_OF_CATALOGUE, 0, 0),  # YN-2018-2 is of the next day
        ({"setting": "outpatient_general", "admitted_on": None}, Promise.OUT_OF_CATALOGUE, 0, 0),
        ({"is_signed": None}, Promise.SIGNATURE, 1, 1),
        ({"is_signed": False, "served_on": date(2018, 6, 10)}, Promise.SIGNATURE, 1, 1),
        ({"is_signed": False, "served_on": date(2018, 6, 9)}, Promise.SIGNATURE, 0, 0),
        ({"is_signed": None, "in_policy": Decimal(20000)}, Promise.SIGNATURE, 0, 0),
        ({"referral": "hospital_fault", "referral_note": "未办"}, Promise.REFERRAL, 1, 1),
        ({"referral": "filed_late", "referral_note": "急诊"}, Promise.REFERRAL, 1, 0),
        ({"desk": "manual"}, Promise.ONE_STOP, 1, 1),
        ({"desk": "manual", "served_on": date(2017, 10, 20)}, Promise.ONE_STOP, 1, 1),
    ],
)
def test_rules_are_held_against_bills_of_their_days(people, region, bill, values, promise, held, missed):  # noqa: PLR0917
    made = bill(**values)
    assert Settlement.objects.filter(bill=made).exists()
    watching = watch(people.insurance, people.county, Period(made.served_on.year))

    assert bills_by(watching, promise, Verdict.HELD).count() == held
    assert bills_by(watching, promise, Verdict.MISSED).count() == missed
    assert bills_by(watching, promise, Verdict.MET).count() == held - missed


def test_excess_is_the_settlements_also_where_the_hospital_bears_everything(watching, bill):
    fault = bill(referral="hospital_fault", referral_note="未办", served_on=date(2018, 8, 1))
    plain = bill(total=Decimal("12345.67"), in_policy=Decimal("11111.11"), served_on=date(2018, 8, 2))
    own = bill(referral="patient_fault", referral_note="越级", served_on=date(2018, 8, 3))

    found = {row.pk: row.excess for row in watching.bills()}

    assert found[plain.pk] == Settlement.objects.get(bill=plain).hospital == Decimal("987.65")
    assert found[fault.pk] == Decimal("600.00")
    assert found[own.pk] == Settlement.objects.get(bill=own).hospital == 0
    assert [each.excess for each in hospitals(watching).hospitals] == [Decimal("1587.65")]


def bills_behind(client, place, promise, **query):
    """How many bills the page behind a number counts."""
    with undrawn():
        page = client.get(url("promise-bills", place.pk, promise.value), {"year": 2018, **query})
    return page.context_data["count"].number


def test_every_number_of_the_overview_opens_its_bills(people, region, bill, client_of):
    missing(bill(is_signed=None), "county_stay_actual_rate", "actual_rate")
    bill(desk="manual", served_on=date(2018, 8, 1))
    bill(person=poor(people.elsewhere), served_on=date(2018, 9, 3))
    bill(served_on=date(2019, 1, 5))
    client = client_of(people.insurance)

    page = client.get(url("promise-place", people.county.pk), {"year": 2018}).context["overview"]

    lines = {line.promise: line for line in page.lines}
    assert page.bills == 3
    assert lines[Promise.ACTUAL_RATE].kept == Kept(3, 1)
    assert lines[Promise.SIGNATURE].kept == Kept(3, 1)
    assert lines[Promise.ONE_STOP].kept == Kept(3, 1)
    assert lines[Promise.OUT_OF_CATALOGUE].kept == Kept(3, 3)
    for line in page.lines:
        for side, number in (("held", line.kept.held), ("met", line.kept.met), ("missed", line.kept.missed)):
            assert bills_behind(client, people.county, line.promise, side=side) == number, (line.promise, side)
        for month, kept in line.months:
            if kept.held:  # asking for all the empty months would take seconds
                assert bills_behind(client, people.county, line.promise, month=month.month) == kept.missed
        for hospital, kept in line.worst:
            assert bills_behind(client, people.county, line.promise, facility=hospital.pk) == kept.missed
    assert [part.place for part in page.parts] == [people.township, people.other_township]
    for part in page.parts:
        for promise, kept in part.columns:
            assert bills_behind(client, part.place, promise) == kept.missed


def test_promises_show_their_article_and_the_value_in_force(people, watching, bill):
    bill()

    told = {line.promise: line for line in overview(watching).lines}

    def written(promise):
        line = told[promise]
        return [(line.bound + each.text, each.source) for each in line.written]

    assert written(Promise.ACTUAL_RATE) == [("≥90%", "德政办发〔2017〕98号 5")]
    assert written(Promise.COUNTY_STAY) == [("≥70%", "德政办发〔2017〕98号 2")]
    assert written(Promise.OUT_OF_CATALOGUE) == [("≤1%、2%、3%", "云健扶办发〔2018〕2号 七")]
    assert written(Promise.SIGNATURE) == [("必须", "云健扶办发〔2018〕2号 七")]
    assert Promise.OUTSIDE_STAY not in told


def test_local_value_prevails_in_what_is_promised(people, region, bill):
    local_value(people.county, "safety_net.target", "0.95", starts_on=date(2018, 7, 1))
    bill()

    found = overview(watch(people.insurance, people.county, YEAR))

    line = next(line for line in found.lines if line.promise == Promise.ACTUAL_RATE)
    assert [each.text for each in line.written] == ["95%"]


def test_bill_beside_its_promise(people, bill, client_of):
    missing(bill(), "county_stay_actual_rate")
    client = client_of(people.official)

    county = client.get(url("promise-bills", people.county.pk, "county_stay_actual_rate"), {"year": 2018})
    outside = client.get(url("promise-bills", people.county.pk, "out_of_catalogue"), {"year": 2018})

    for text in ("70%", "90%", "德政办发〔2017〕98号 2"):  # 17,460 of 19,400 yuan
        assert text in county.content.decode(), text
    for text in ("2%", "5%", "600.00", "云健扶办发〔2018〕2号 七"):
        assert text in outside.content.decode(), text


def test_sensitive_bills_are_neither_counted_nor_listed_for_others(people, region, bill, client_of):
    missing(bill(disease="schizophrenia", total=Decimal(900), in_policy=Decimal(900)), "actual_rate")

    def number(user):
        page = client_of(user).get(url("promise-bills", people.county.pk, "actual_rate"), {"year": 2018})
        return page.context["count"].number, overview(watch(user, people.county, YEAR)).bills

    assert number(people.insurance) == (1, 1)
    assert number(people.official) == (0, 0)
    head = client_of(people.official).get(url("promise-place", people.county.pk), {"year": 2018})
    assert head.context["hides_sensitive"]


@pytest.mark.parametrize("rows", [1, 3])
def test_overview_queries_do_not_grow(people, region, rows, django_assert_num_queries):
    for number in range(rows):
        village = PlaceFactory(parent=people.township, name=f"村{number}")
        entered_bill(people.insurance, poor(village), region.county_hospital, served_on=date(2018, 7 + number, 15))
    people.insurance.scope()

    with django_assert_num_queries(8):
        found = overview(watch(people.insurance, people.township, YEAR))

    assert len(found.parts) == rows


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("code", "queries"), [("actual_rate", 11), ("out_of_catalogue", 10)])
def test_bill_list_queries_do_not_grow(  # noqa: PLR0917 -- fixtures
    people, bill, client_of, rows, code, queries, django_assert_num_queries
):
    for number in range(rows):
        bill(served_on=date(2018, 8, 1 + number))
    client = client_of(people.insurance)
    address = url("promise-bills", people.county.pk, code)
    client.get(address)

    with django_assert_num_queries(queries):
        page = client.get(address, {"year": 2018, "side": "held"})

    assert page.context["count"].number == rows


def test_hospitals_add_up_and_open_their_stays(people, region, watching, bill, client_of):
    bill(is_signed=None)
    bill(in_policy=Decimal(20000), served_on=date(2018, 8, 1), desk="manual")
    bill(served_on=date(2018, 5, 1))  # before the limit
    entered_bill(people.insurance, region.patient, region.centre, total=Decimal(1000), in_policy=Decimal(995))

    found = hospitals(watching).hospitals

    assert [each.facility for each in found] == [region.county_hospital, region.centre]
    (share,) = found[0].shares
    assert (share.stays, share.total, share.outside, share.over) == (2, Decimal(40000), Decimal(1000), 1)
    assert (share.percent, share.limit_percent, share.excess, share.is_over) == ("2.50%", "2%", Decimal(600), True)
    assert found[0].unlimited == 1
    assert dict(found[0].missed) == {Promise.SIGNATURE: 1, Promise.REFERRAL: 0, Promise.ONE_STOP: 1}
    assert (found[1].shares[0].percent, found[1].shares[0].limit_percent) == ("0.50%", "1%")
    page = client_of(people.official).get(url("promise-hospitals", people.county.pk), {"year": 2018})
    assert page.status_code == 200
    assert "云健扶办发〔2018〕2号 七" in page.content.decode()


@pytest.mark.parametrize(
    ("personal", "side"),
    [("9000.01", "above"), ("9000", "near"), ("7200", "near"), ("7199.99", None), ("0", None)],
)
def test_people_stand_above_or_near_the_line(people, region, personal, side):
    account = paid(poor(people.here), personal)
    paid(poor(people.here), "99999", year=2017)
    lines = income_lines(people.county, date(2018, 12, 31))

    for each in IncomeSide:
        found = people_by_line(people.insurance, people.county, 2018, lines, each)
        assert list(found) == ([account] if each == side else []), each


def test_how_near_is_asked_of_the_page(people, region, client_of):
    paid(poor(people.here), "4500")
    client = client_of(people.official)

    for near, number in (("50", 1), ("51", 0), ("", 0)):
        page = client.get(url("promise-people", people.county.pk), {"year": 2018, "side": "near", "near": near})
        assert page.context["count"].number == number
    assert client.get(url("promise-people", people.county.pk), {"near": "0"}).status_code == 404


def test_county_without_a_figure_is_named_with_the_way_to_enter_it(people, region, client_of):
    figure = people.county.local_values.get(parameter="income.rural_per_capita.previous_year")
    figure.delete()
    paid(poor(people.here), "50000")
    client = client_of(people.official)

    page = client.get(url("promise-people", people.county.pk), {"year": 2018})
    assert page.context["count"].number == 0
    assert f"{reverse('policy:local-list')}?place=533103&amp;year=2018" in page.content.decode()

    figure.save()
    page = client.get(url("promise-people", people.county.pk), {"year": 2018})
    assert page.context["count"].number == 1
    assert page.context["missing"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_people_list_queries_do_not_grow(people, region, client_of, rows, django_assert_num_queries):
    for _ in range(rows):
        paid(poor(people.here), "10000")
    client = client_of(people.insurance)
    address = url("promise-people", people.county.pk)
    client.get(address)

    with django_assert_num_queries(11):
        page = client.get(address, {"year": 2018})

    assert page.context["count"].number == rows


def test_pages_are_for_those_who_read_coverage_there(people, region, client_of):
    assert client_of(people.worker).get(url("promise")).status_code == 200
    assert client_of(people.worker).get(url("promise-place", people.other_township.pk)).status_code == 404
    assert client_of(people.signer).get(url("promise")).status_code == 403
    official = client_of(people.official)
    assert official.get(url("promise"), {"month": "13"}).status_code == 404
    assert official.get(url("promise-bills", people.county.pk, "nothing")).status_code == 404
    assert official.get(url("promise-bills", people.county.pk, "actual_rate"), {"side": "x"}).status_code == 404
    assert official.get(url("promise-bills", people.county.pk, "actual_rate"), {"facility": "9"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "code", "sheet", "first"),
    [
        ("promise-sheet", None, "promise_overview", "地区"),
        ("promise-bills-sheet", "out_of_catalogue", "promise_bills", "结算单号"),
        ("promise-bills-sheet", "actual_rate", "promise_bills", "结算单号"),
        ("promise-hospitals-sheet", None, "promise_hospitals", "医疗机构"),
        ("promise-people-sheet", None, "promise_people", "姓名"),
    ],
)
def test_pages_go_out_as_workbooks_and_leave_a_trace(people, bill, client_of, name, code, sheet, first):  # noqa: PLR0917
    missing(bill(), "actual_rate")
    paid(poor(people.here), "10000")
    arguments = [people.county.pk, *([code] if code else [])]

    answer = client_of(people.official).get(url(name, *arguments), {"year": 2018})

    rows = list(openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0].values)
    assert rows[0][0] == first
    assert len(rows) > 1
    assert Entry.objects.get(verb="exchange.sheet.exported").changes["sheet"] == sheet


def test_reversed_bills_do_not_count(people, watching, bill):
    Bill.objects.filter(pk=bill().pk).update(state="reversed")

    assert overview(watching).bills == 0


@pytest.mark.parametrize(
    ("asked", "number"), [("any", 1), ("county_stay_actual_rate", 1), ("actual_rate", 0), ("in_policy_rate", 0)]
)
def test_list_of_bills_finds_the_promises_that_the_current_settlement_missed(people, bill, client_of, asked, number):
    made = missing(bill(), "county_stay_actual_rate")
    former = Settlement.objects.get(bill=made)
    former.pk, former.is_current, former.missed = None, False, ""
    former.save()

    page = client_of(people.official).get(reverse("coverage:bill-list"), {"missed": asked})

    assert page.context["count"].number == number


def test_officials_home_counts_who_is_above_the_line_and_what_was_missed(people, region, bill, client_of):
    local_value(people.county, "income.rural_per_capita.previous_year", 9500, starts_on=date(2019, 1, 1))
    missing(bill(served_on=date(2019, 3, 1)), "actual_rate")
    missing(bill(), "actual_rate")
    paid(poor(people.here), "9500.01", year=2019)
    paid(poor(people.here), "9400", year=2019)

    with time_machine.travel("2019-06-10T02:00:00Z", tick=False):
        client = client_of(people.official)
        cards = {str(card.label): card for card in client.get(reverse("home")).context["page"].cards}

        for label in ("自付超过收入线", "未兑现承诺的费用"):
            assert cards[label].count.number == 1
            assert client.get(cards[label].url).context["count"].number == 1


def test_months_report_counts_the_stays_and_opens_them(people, region, bill, client_of):
    missing(bill(served_on=date(2018, 6, 1)), "county_stay_actual_rate")
    missing(bill(served_on=date(2018, 6, 30)), "in_policy_rate", "actual_rate")
    missing(bill(served_on=date(2018, 6, 2), disease="schizophrenia"), "actual_rate")
    bill(served_on=date(2018, 7, 1))
    bill(served_on=date(2017, 12, 1))
    counted(people.county)

    address = reverse("reports:figure-rows", args=[people.county.pk, "2018-06", "stays_kept"])
    sides = {
        side: client_of(people.official).get(address, {"side": side}).context["count"].number
        for side in ("met", "among", "missing")
    }

    assert sides == {"met": 1, "among": 3, "missing": 2}
    page = client_of(people.official).get(address, {"side": "missing"}).content.decode()
    assert page.count("已隐去") == 1
    assert client_of(people.insurance).get(address, {"side": "missing"}).content.decode().count("已隐去") == 0
    assert client_of(people.cdc).get(address).status_code == 403  # sees the number, reads no coverage
