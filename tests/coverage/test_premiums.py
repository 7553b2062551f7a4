from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from healthaid.coverage.domain.enrolments import moment_of
from healthaid.coverage.selectors.premiums import funding
from patients.enums import PovertyStatus
from tests.factories.coverage import EnrolmentFactory, local_value
from tests.factories.patients import PersonFactory, PovertySpellFactory
from tests.factories.regions import PlaceCodeFactory

MOMENT = moment_of(2018, date(2018, 6, 10))
D = Decimal


def insured(village, status=PovertyStatus.NOT_LIFTED, **fields):
    person = PersonFactory(household__village=village)
    if status:
        PovertySpellFactory(person=person, status=status)
    return EnrolmentFactory(person=person, **fields)


def told(shares):
    """Person, province, prefecture, county and what nobody shares out."""
    return [str(getattr(shares, name)) for name in ("person", "province", "prefecture", "county", "undivided")]


def test_funding_of_mangshi_shares_by_standing_with_articles(people, codes):
    local_value(people.county, "premium.personal.amount", 180, starts_on=date(2018, 1, 1), ends_on=date(2018, 12, 31))
    for status in ("not_lifted", "returned", "lifted", "lifted_policy_kept", "subsistence_allowance", None):
        insured(people.here, status)
    insured(people.here, has_basic=False, has_critical=False, has_assistance=False)
    insured(people.here, year=2017)

    (fund,) = funding(people.insurance, people.county, MOMENT).funds

    assert [(line.group, line.shares.people, line.premium, told(line.shares)) for line in fund.lines] == [
        ("not_lifted", 2, D("180.00"), ["0.00", "216.00", "43.20", "100.80", "0.00"]),
        ("lifted", 2, D("180.00"), ["0.00", "144.00", "64.80", "151.20", "0.00"]),
    ]
    assert (fund.whole.people, fund.whole.premium) == (4, D("720.00"))
    assert (fund.prefecture.text, fund.prefecture.source) == ("30%", "德政办发〔2017〕98号 1, 10")
    assert [rate.text for _group, rate in fund.province_rates] == ["60%", "40%"]
    assert fund.amount.source.startswith("试点文件")


def test_premium_of_the_row_goes_before_the_place_s(people, codes):
    local_value(people.county, "premium.personal.amount", 180, starts_on=date(2018, 1, 1))
    insured(people.here)
    insured(people.here, premium=D("90.00"))

    (fund,) = funding(people.insurance, people.county, MOMENT).funds

    assert [(line.premium, line.shares.premium) for line in fund.lines] == [
        (D("180.00"), D("180.00")),
        (D("90.00"), D("90.00")),
    ]


def test_without_a_premium_nothing_is_reckoned_and_the_page_says_what_to_do(people, codes, client_of):
    insured(people.here)

    page = client_of(people.insurance).get(reverse("coverage:premium-place", args=[people.county.pk]), {"year": 2018})

    (fund,) = page.context["funding"].funds
    assert (fund.lines[0].premium, fund.whole.premium, fund.people_without_amount) == (None, D("0.00"), 1)
    assert "录入2018年个人缴费标准" in page.content.decode()


@pytest.mark.parametrize(
    ("premium", "parts", "waives"),
    [
        ("220", ["170.00", "0.00", "0.00", "0.00", "50.00"], False),
        ("50", ["0.00", "0.00", "0.00", "0.00", "50.00"], True),
    ],
)
def test_gansu_pays_a_fixed_sum_and_never_all(people, premium, parts, waives):
    PlaceCodeFactory(place=people.province, code="620000")
    insured(people.here, year=2019, premium=D(premium))

    (fund,) = funding(people.insurance, people.county, moment_of(2019, date(2020, 1, 1))).funds

    assert (told(fund.lines[0].shares), fund.lines[0].waives) == (parts, waives)


def test_prefecture_sees_its_counties_and_their_sum(people, codes, client_of):
    PlaceCodeFactory(place=people.other_county, code="533122")  # 5:5
    insured(people.here, premium=D("180.00"))
    insured(people.far_away, premium=D("180.00"))

    found = funding(people.prefecture_reader, people.prefecture, MOMENT)

    assert {fund.place.name: told(fund.whole) for fund in found.funds} == {
        "芒坝市": ["0.00", "108.00", "21.60", "50.40", "0.00"],
        "瑞坝市": ["0.00", "108.00", "36.00", "36.00", "0.00"],
    }
    assert told(found.whole) == ["0.00", "216.00", "57.60", "86.40", "0.00"]


@pytest.mark.parametrize("counties", [1, 2])
def test_funding_queries_do_not_grow_with_counties(people, codes, counties, django_assert_num_queries):
    PlaceCodeFactory(place=people.other_county, code="533122")
    for village in (people.here, people.far_away)[:counties]:
        insured(village, premium=D("180.00"))
    people.prefecture_reader.scope()

    with django_assert_num_queries(3):
        found = funding(people.prefecture_reader, people.prefecture, MOMENT)

    assert len(found.funds) == counties


def test_funding_goes_out_as_a_workbook_that_adds_up(people, codes, client_of):
    insured(people.here, premium=D("180.33"))
    insured(people.here, PovertyStatus.LIFTED, premium=D("180.33"))

    answer = client_of(people.insurance).get(reverse("coverage:premium-sheet", args=[people.county.pk]), {"year": 2018})

    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    _head, *rows = sheet.iter_rows(values_only=True)
    assert [row[1] for row in rows] == ["未脱贫（含返贫）", "已脱贫", "小计", "合计"]
    for row in rows:
        assert round(sum(row[5:10]), 2) == row[4]
    assert "云政办发" in rows[0][-1] or "德政办发" in rows[0][-1]
