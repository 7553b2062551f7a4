"""The pages on which clerks enter, settle, correct and reverse bills."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from healthaid.coverage.models import Bill, OneStopForm
from tests.coverage.regions import worked_region
from tests.factories.coverage import entered_bill

WORLD = worked_region

TYPED = {
    "number": "JS-1",
    "setting": "inpatient",
    "admitted_on": "2018-07-01",
    "served_on": "2018年7月15日",
    "diagnosis": "肺炎",
    "referral": "compliant",
    "desk": "one_stop",
    "total": "20,000.00",
    "in_policy": "19000元",
    "is_signed": "True",
}


@pytest.fixture
def clerk(people, client_of):
    return client_of(people.insurance)


def typed(region, **more):
    return TYPED | {"identity": region.patient.identity, "facility": region.county_hospital.pk} | more


def test_entry_settles_at_once_and_shows_a_table_that_adds_up(clerk, region):
    answer = clerk.post(reverse("coverage:bill-create"), typed(region))

    bill = Bill.objects.get()
    assert answer.url == bill.get_absolute_url()
    page = clerk.get(answer.url).content.decode()
    for text in ("600.00", "17,100.00", "360.00", "1,940.00", "20,000.00", "德政办发"):
        assert text in page, text


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"identity": "533103199001011230"}, "identity"),
        ({"served_on": "2018-06-01"}, "admitted_on"),
        ({"in_policy": "20000.01"}, "in_policy"),
        ({"in_policy": "20000.01", "necessary": "1"}, "in_policy"),
        ({"necessary": "1000.01"}, "necessary"),
        ({"total": "-1"}, "total"),
        ({"referral": "patient_fault"}, "referral_note"),
        ({"necessary": "300", "is_signed": ""}, "necessary"),
        ({"necessary": "300", "is_signed": "False"}, "necessary"),
        ({"stated_basic": "13828", "stated_assistance": "8412", "stated_personal": "1607"}, "stated_basic"),
    ],
)
def test_entry_refuses_what_cannot_be(clerk, region, more, field):
    answer = clerk.post(reverse("coverage:bill-create"), typed(region, **more))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Bill.objects.exists()


def test_number_that_the_hospital_used_is_told_beside_it(clerk, people, region):
    entered_bill(people.insurance, region.patient, region.county_hospital, number="JS-1")

    answer = clerk.post(reverse("coverage:bill-create"), typed(region))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["number"])


def test_typed_number_shows_the_person(clerk, region):
    page = clerk.post(reverse("coverage:bill-person"), {"identity": region.patient.identity}).content.decode()

    assert region.patient.name in page
    assert "未脱贫" in page


def test_missing_value_is_shown_with_the_way_to_enter_it(clerk, people, codes, region):
    people.county.local_values.filter(parameter="critical.deductible.ordinary").delete()

    answer = clerk.post(reverse("coverage:bill-create"), typed(region), follow=True)

    page = answer.content.decode()
    assert Bill.objects.get().obstacle["parameter"] == "critical.deductible.ordinary"
    assert reverse("policy:local-list") in page


def test_settled_bill_is_reversed_and_entered_anew(clerk, people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)
    clerk.post(reverse("coverage:form-issue", args=[bill.pk]))
    old = OneStopForm.objects.get()

    clerk.post(reverse("coverage:bill-reverse", args=[bill.pk]), {"reason": "总费用录错", "version": bill.version})
    page = clerk.get(reverse("coverage:bill-replace", args=[bill.pk]))
    assert page.context["form"]["number"].value() == bill.number
    answer = clerk.post(
        reverse("coverage:bill-replace", args=[bill.pk]), typed(region, number=bill.number, total="21000")
    )

    anew = Bill.objects.get(replaces=bill)
    assert answer.url == anew.get_absolute_url()
    clerk.post(reverse("coverage:form-issue", args=[anew.pk]))
    assert OneStopForm.objects.get(corrects=old).settlement.bill == anew
    assert not OneStopForm.objects.get(pk=old.pk).settlement.is_current


def test_person_has_a_tab_of_costs(clerk, people, region):
    entered_bill(people.insurance, region.patient, region.county_hospital)

    page = clerk.get(reverse("patients:person-tab", args=[region.patient.pk, "bills"])).content.decode()

    assert "1,940.00" in page


def test_home_counts_open_their_rows(clerk, people, region):
    entered_bill(people.insurance, region.patient, region.county_hospital, is_signed=None)

    page = clerk.get(reverse("coverage:home"))

    for figure in page.context["figures"]:
        rows = clerk.get(f"{reverse('coverage:bill-list')}?{figure.query}")
        assert rows.context["count"].number == figure.number, figure.label


@pytest.mark.parametrize(("name", "boxes"), [("insurance", 1), ("reader", 0)])
def test_only_those_who_settle_choose_bills_to_print(people, region, client_of, name, boxes):
    entered_bill(people.insurance, region.patient, region.county_hospital)

    page = client_of(getattr(people, name)).get(reverse("coverage:bill-list")).content.decode()

    assert "JS" in page
    assert page.count('type="checkbox" class="form-check-input" name="bill"') == boxes


@pytest.mark.parametrize("rows", [1, 3])
def test_bill_list_query_count_does_not_grow(clerk, people, region, rows, django_assert_num_queries):
    for number in range(rows):
        entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 8, 1 + number))

    with django_assert_num_queries(10):
        answer = clerk.get(reverse("coverage:bill-list"))

    assert len(answer.context["table"].rows) == rows


def test_sensitive_bill_is_there_only_for_those_who_may_know(people, region, client_of):
    bill = entered_bill(
        people.insurance,
        region.patient,
        region.county_hospital,
        disease="schizophrenia",
        total=Decimal(900),
        in_policy=Decimal(900),
    )

    seen, unseen = client_of(people.insurance), client_of(people.prefecture_reader)

    assert seen.get(bill.get_absolute_url()).status_code == 200
    assert unseen.get(bill.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("admitted_on", "overlaps"), [(date(2018, 7, 10), True), (date(2018, 7, 15), False)])
def test_stays_of_one_person_at_the_same_time_are_told(clerk, people, region, admitted_on, overlaps):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)
    days = {"admitted_on": admitted_on, "served_on": date(2018, 7, 20)}
    other = entered_bill(people.insurance, region.patient, region.prefecture_hospital, **days)

    pages = [clerk.get(each.get_absolute_url()).content.decode() for each in (bill, other)]

    assert [other.number in pages[0], bill.number in pages[1]] == [overlaps, overlaps]
    assert ["请核对是否重复录入" in page for page in pages] == [overlaps, overlaps]


@pytest.mark.parametrize(("name", "words"), [("insurance", "办理慢特病卡"), ("official", "查看慢特病卡")])
def test_missing_card_leads_everybody_to_a_page_that_opens(client_of, people, region, name, words):
    waiting = {"setting": "outpatient_special", "disease": "end_stage_renal_disease"}
    bill = entered_bill(people.insurance, region.patient, region.county_hospital, **waiting)
    client = client_of(getattr(people, name))

    remedy = client.get(bill.get_absolute_url()).context["remedy"]

    assert (bill.obstacle["code"], remedy.label) == ("no_card", words)
    assert client.get(remedy.url).status_code == 200
