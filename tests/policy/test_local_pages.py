"""Pages of what regions set themselves, from the missing figure to its confirmation."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalDocument, LocalValue
from tests.factories.facilities import HospitalFactory
from tests.factories.policy import ConfirmedValueFactory, LocalDocumentFactory, LocalValueFactory

LIST = reverse("policy:local-list")
DEDUCTIBLE = "critical.deductible.ordinary"


@pytest.fixture
def document(coded):
    return LocalDocumentFactory(place=coded.county)


def test_list_of_somebody_without_a_place_opens_clean(people, coded, client_of):
    client = client_of(people.nobody)

    opened, chosen = client.get(LIST), client.get(LIST, {"place": "533103"})

    assert not opened.context["form"].errors
    assert "place" not in opened.context
    assert chosen.context["place"] == people.county


def page_of(client, row):
    return client.get(row.get_absolute_url())


def test_figure_is_entered_by_one_and_confirmed_by_another(coded, client_of):
    clerk, official = client_of(coded.insurance), client_of(coded.official)
    assert "上年度农村居民人均可支配收入" in clerk.get(LIST, {"place": "533103", "year": 2018}).content.decode()

    new = {"place": coded.county.pk, "title": "2017年统计公报", "note": "县统计局", "form_key": "a"}
    assert clerk.post(reverse("policy:local-document-create"), new).status_code == 302
    document = LocalDocument.objects.get()
    form = {
        "parameter": "income.rural_per_capita.previous_year",
        "worth": "9,000.50元",
        "starts_on": "2018年1月1日",
        "form_key": "b",
    }
    url = reverse("policy:local-value-create", args=[document.pk])
    first = clerk.post(url, form)
    second = clerk.post(url, form)  # a double click

    value = LocalValue.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == value.get_absolute_url()
    assert (value.number, value.ends_on) == (Decimal("9000.5"), date(2018, 12, 31))
    assert "没有复核地方政策的岗位" in page_of(clerk, value).content.decode()
    assert page_of(official, value).context["may_confirm"].allowed
    confirm = reverse("policy:local-value-confirm", args=[value.pk])
    assert official.post(confirm, {"version": 1, "form_key": "c"}).status_code == 302

    value.refresh_from_db()
    assert (value.state, value.decided_by) == (ValueState.CONFIRMED, coded.official)
    gaps = clerk.get(LIST, {"place": "533103", "year": 2018}).context["gaps"]
    assert "income.rural_per_capita.previous_year" not in [gap.parameter.name for gap in gaps]
    listed = clerk.get(reverse("policy:parameter-list"), {"place": "533103", "on": "2018-07-01", "topic": "income"})
    assert "9,000.5元" in listed.content.decode()


def test_gap_that_no_settlement_reads_says_so(coded, client_of):
    page = client_of(coded.insurance).get(LIST, {"place": "533103", "year": 2018})
    gaps = {gap.parameter.name: gap.enters_settlement for gap in page.context["gaps"]}

    assert (gaps[DEDUCTIBLE], gaps["critical.yearly_limit.ordinary"]) == (True, False)
    assert page.content.decode().count("不参与结算") == sum(not enters for enters in gaps.values())
    about = client_of(coded.insurance).get(
        reverse("policy:parameter-detail", args=["critical.yearly_limit.ordinary"]),
        {"place": "533103", "on": "2018-07-01"},
    )
    assert "不参与结算" in about.content.decode()


def test_waiting_value_says_who_can_confirm_it(coded, client_of, document):
    value = LocalValueFactory(document=document, entered_by=coded.insurance)
    own = LocalValueFactory(document=document, entered_by=coded.official, starts_on=date(2019, 1, 1))

    said = f"可以复核的人：{coded.official}（县级主管 · {coded.county.name}）"
    assert said in page_of(client_of(coded.insurance), value).content.decode()
    assert "当地还没有能复核的人" in page_of(client_of(coded.insurance), own).content.decode()


def test_timeline_shows_what_was_corrected_by_whom_and_when(coded, client_of, document):
    old = ConfirmedValueFactory(document=document, number=Decimal(8000), state=ValueState.SUPERSEDED)
    ConfirmedValueFactory(document=document, number=Decimal(9000), corrects=old, decided_by=coded.official)
    address = reverse("policy:parameter-detail", args=[DEDUCTIBLE])

    page = client_of(coded.nobody).get(address, {"place": "533103", "on": "2018-07-01"}).content.decode()

    assert f'<a href="{old.get_absolute_url()}"><del>8,000元</del></a>' in page
    assert f"{coded.official}于" in page
    assert "复核更正为9,000元" in page


def test_own_entry_is_not_confirmed_and_an_old_page_is_refused(coded, client_of, document):
    value = LocalValueFactory(document=document, entered_by=coded.official)
    own = client_of(coded.official).post(reverse("policy:local-value-confirm", args=[value.pk]), {"version": 1})
    assert (own.status_code, "不能复核自己录入的数值" in own.content.decode()) == (403, True)

    other = LocalValueFactory(document=document, parameter="critical.rate.ordinary", number=Decimal("0.6"))
    stale = client_of(coded.official).post(reverse("policy:local-value-confirm", args=[other.pk]), {"version": 7})
    assert (stale.status_code, "别人刚刚改过" in stale.content.decode()) == (403, True)


def test_value_outside_the_range_is_shown_before_it_is_confirmed(coded, client_of):
    document = LocalDocumentFactory(place=coded.county)
    value = LocalValueFactory(document=document, parameter="basic.inpatient.rate.county", number=Decimal("0.95"))

    page = page_of(client_of(coded.official), value)

    assert [line["superior"].text for line in page.context["conflicts"]] == ["90%", "80%–85%"]
    assert "与上级规定不一致" in page.content.decode()


def test_value_is_returned_with_a_reason(coded, client_of, document):
    value = LocalValueFactory(document=document)
    url = reverse("policy:local-value-return", args=[value.pk])
    official = client_of(coded.official)

    assert official.post(url, {"version": 1, "form_key": "d"}).status_code == 422
    assert official.post(url, {"version": 1, "reason": "与文件不符", "form_key": "e"}).status_code == 302

    assert "与文件不符" in page_of(official, value).content.decode()


def test_correction_is_linked_both_ways(coded, client_of, document):
    old = ConfirmedValueFactory(document=document)
    clerk = client_of(coded.insurance)
    url = reverse("policy:local-value-correct", args=[old.pk])
    shown = clerk.get(url)
    assert shown.context["form"].initial["worth"] == Decimal(10000)

    form = {"worth": "9000", "starts_on": "2018-01-01", "version": 1, "form_key": "f"}
    assert clerk.post(url, form | {"worth": "许多"}).status_code == 422
    assert clerk.post(url, form | {"form_key": "g"}).status_code == 302

    new = LocalValue.objects.get(corrects=old)
    assert new.get_absolute_url() in page_of(clerk, old).content.decode()
    assert old.get_absolute_url() in page_of(clerk, new).content.decode()


def test_price_is_entered_for_a_hospital_near(coded, client_of, document):
    near = HospitalFactory(parent=coded.prefecture).place
    far = HospitalFactory(parent=coded.other_county).place
    url = reverse("policy:local-price-create", args=[document.pk])
    form = {"disease": "lung_cancer", "worth": "18000", "starts_on": "2018-01-01"}
    clerk = client_of(coded.insurance)

    assert clerk.post(url, form | {"hospital": far.pk, "form_key": "h"}).status_code == 422
    assert clerk.post(url, form | {"hospital": near.pk, "form_key": "i"}).status_code == 302

    assert "肺癌" in page_of(clerk, document).content.decode()


@pytest.mark.parametrize(
    ("parameter", "worth", "message"),
    [
        ("", "1", "这个字段是必填项"),
        (DEDUCTIBLE, "一万", "请填写数字"),
        ("critical.rate.ordinary", "75", "比例填0到1之间"),
        ("service.dedicated_windows", "也许", "可填："),
    ],
)
def test_form_tells_what_is_wrong_beside_the_field(coded, client_of, document, parameter, worth, message):  # noqa: PLR0917
    url = reverse("policy:local-value-create", args=[document.pk])
    form = {"parameter": parameter, "worth": worth, "starts_on": "2018-01-01", "form_key": "j"}

    answer = client_of(coded.insurance).post(url, form)

    assert answer.status_code == 422
    assert message in str(answer.context["form"].errors)


def test_rule_is_entered_in_words(coded, client_of, document):
    url = reverse("policy:local-value-create", args=[document.pk])
    form = {"parameter": "service.dedicated_windows", "worth": "允许", "starts_on": "2019-01-01", "form_key": "k"}

    assert client_of(coded.insurance).post(url, form).status_code == 302

    assert (LocalValue.objects.get().word, LocalValue.objects.get().text) == ("allowed", "允许")


@pytest.mark.parametrize(
    "query",
    [{"place": "53"}, {"place": "999999"}, {"place": "533103", "year": "2010"}, {"year": "2999"}, {"year": "x"}],
)
def test_list_asks_again_for_what_is_no_place_or_year(coded, client_of, query):
    page = client_of(coded.insurance).get(LIST, {"place": "533103"} | query)

    assert page.status_code == 200
    assert page.context["form"].errors
    assert "gaps" not in page.context


def test_prefecture_sees_what_its_counties_have_not_set(coded, client_of):
    page = client_of(coded.prefecture_reader).get(LIST, {"place": "533100", "year": 2018})

    assert [(county.name, len(missing)) for county, _code, missing in page.context["counties"]] == [
        ("瑞坝市", 3),
        ("芒坝市", 3),
    ]


def test_second_person_finds_what_waits(coded, client_of, document):
    own = LocalValueFactory(document=document, entered_by=coded.official)
    other = LocalValueFactory(document=document, parameter="critical.rate.ordinary", number=Decimal("0.6"))

    page = client_of(coded.official).get(LIST, {"place": "533103", "year": 2018})

    assert page.context["waiting"] == [other]
    assert own in page.context["values"]


def test_what_counts_is_open_to_everybody_and_what_waits_is_not(coded, client_of, document):
    waiting = LocalValueFactory(document=document)
    confirmed = ConfirmedValueFactory(document=document, starts_on=date(2019, 1, 1))

    village = client_of(coded.signer)

    assert page_of(village, waiting).status_code == 404
    assert page_of(village, confirmed).status_code == 200
    assert list(page_of(village, document).context["values"]) == [confirmed]


@pytest.mark.parametrize("count", [1, 3])
def test_list_has_a_fixed_number_of_queries(coded, client_of, document, count, django_assert_num_queries):
    for number in range(count):
        ConfirmedValueFactory(document=document, starts_on=date(2018, 1 + number, 1))
    client = client_of(coded.insurance)
    client.get(LIST)

    with django_assert_num_queries(8):  # session, user, postings, own places, the place, values, rows, documents
        client.get(LIST, {"place": "533103", "year": 2018})
