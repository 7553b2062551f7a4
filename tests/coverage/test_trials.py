"""Bills are tried at places and on days of one's choice, stored ones among them."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from healthaid.coverage.settlement.layers import PAYERS
from healthaid.policy import catalogue
from tests.coverage.regions import worked_region
from tests.coverage.test_settlements import amounts
from tests.factories.coverage import entered_bill

WORLD = worked_region

TRIAL = {
    "setting": "inpatient",
    "level": "county",
    "tier": "2",
    "referral": "compliant",
    "total": "20000",
    "in_policy": "19000",
    "place_1": "533103",
    "on_1": "2018-07-15",
    "values_1": "critical.deductible.ordinary=10000",
    "place_2": "533103",
    "on_2": "2018-01-15",
    "values_2": "critical.deductible.ordinary=10000",
}


def test_one_bill_is_tried_on_two_days_side_by_side(client_of, people, region):
    page = client_of(people.reader).get(reverse("coverage:trial"), TRIAL).content.decode()

    assert "600.00" in page
    assert "1,940.00" in page
    assert "2,000.00" in page
    assert catalogue.documents()["DH-2017-98"].number in page


def test_county_of_a_trial_is_chosen_by_its_name(client_of, people, region):
    page = client_of(people.reader).get(reverse("coverage:trial"), TRIAL)

    assert '<option value="533103" selected>芒坝市</option>' in str(page.context["form"]["place_1"])
    assert '<option value="">请选择</option>' in str(page.context["form"]["place_3"])


def test_stored_bill_fills_the_trial(client_of, people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)

    page = client_of(people.insurance).get(reverse("coverage:trial"), {"bill": bill.pk}).content.decode()

    assert 'value="20000.00"' in page


@pytest.mark.parametrize("referral", ["compliant", "filed_late", "hospital_fault"])
def test_trial_of_a_stored_bill_at_its_own_place_and_day_gives_what_was_settled(client_of, people, region, referral):
    """The second bill of a year: deductible and income line are reached with what came before."""
    costs = {"total": Decimal(90000), "in_policy": Decimal(80000)}
    entered_bill(people.insurance, region.patient, region.prefecture_hospital, **costs)
    more = {"served_on": date(2018, 9, 1), "referral": referral, "referral_note": "见登记"}
    bill = entered_bill(people.insurance, region.patient, region.prefecture_hospital, **costs, **more)
    client = client_of(people.insurance)
    form = client.get(reverse("coverage:trial"), {"bill": bill.pk}).context["form"]
    typed = {field.name: field.value() for field in form if field.value() not in {None, ""}}

    tried = client.get(reverse("coverage:trial"), typed).context["tried"]

    assert "place_2" not in typed
    assert [each.problem for each in tried] == [""]
    assert [Decimal(tried[0].cells[payer].amount).scaleb(-2) for payer in PAYERS] == amounts(bill)


def test_parameter_of_a_trial_is_chosen_by_its_label(client_of, people, region):
    client = client_of(people.reader)
    chosen = {"values_1": "", "parameter_1_1": "critical.deductible.ordinary", "value_1_1": "10000元"}

    page = client.get(reverse("coverage:trial"), TRIAL | chosen).content.decode()
    form = client.get(reverse("coverage:trial")).content.decode()

    assert "大病保险其他居民起付线：10000" in page
    assert page.count("<strong>20,000.00</strong>") == 2  # all payers together bear the total
    assert '<optgroup label="大病保险">' in form


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"parameter_1_1": "critical.rate.below_50000", "value_1_1": "很多"}, "不是数字"),
        ({"parameter_1_1": "critical.rate.below_50000"}, "须一起填写"),
        ({"place_1": "530102", "values_1": ""}, "县级（二级）医疗机构住院政策范围内报销比例（地区530102"),
    ],
)
def test_trial_names_parameters_by_their_labels_in_errors(client_of, people, region, chosen, told):
    page = client_of(people.reader).get(reverse("coverage:trial"), TRIAL | chosen).content.decode()

    assert told in page
    assert "critical.rate.below_50000：" not in page
    assert "basic.inpatient.deductible.county（" not in page


@pytest.mark.parametrize("values", ["nonsense", "no.such=1"])
def test_trial_with_impossible_values_says_so(client_of, people, region, values):
    answer = client_of(people.reader).get(reverse("coverage:trial"), TRIAL | {"values_1": values})

    assert answer.status_code == 200
    assert "参数" in answer.content.decode()
