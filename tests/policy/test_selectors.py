"""Documents and confirmed local values together: what prevails, in how many queries, and what is still missing."""

from datetime import date
from decimal import Decimal

import pytest

from healthaid.policy import domain
from healthaid.policy.domain import Missing, RegionMustChoose
from healthaid.policy.selectors.answers import spells
from healthaid.policy.selectors.conflicts import conflicts, conflicts_with
from healthaid.policy.selectors.gaps import counties_with_gaps, gaps
from healthaid.policy.selectors.prices import PRICE, package_price, package_prices
from healthaid.policy.selectors.rules import documents_at, local_values, rules_at, rules_of, value
from tests.factories.facilities import HospitalFactory
from tests.factories.policy import ConfirmedValueFactory, LocalDocumentFactory, LocalValueFactory
from tests.factories.regions import PlaceCodeFactory, line_of_places

COUNTY_RATE = "basic.inpatient.rate.county"
DEDUCTIBLE = "critical.deductible.ordinary"
DAY = date(2018, 7, 15)


@pytest.fixture
def jinghong(coded):
    """A county whose province leaves its rate to it."""
    prefecture, county = line_of_places("西双版纳州", "景洪市", parent=coded.province)
    PlaceCodeFactory(place=prefecture, code="532800")
    PlaceCodeFactory(place=county, code="532801")
    return county


def confirmed(place, parameter, number, starts_on=date(2018, 1, 1), **more):
    document = LocalDocumentFactory(place=place)
    return ConfirmedValueFactory(
        document=document, parameter=parameter, number=Decimal(number), starts_on=starts_on, **more
    )


def test_region_chooses_inside_the_range(jinghong):
    with pytest.raises(RegionMustChoose):
        value(COUNTY_RATE, jinghong, DAY)

    chosen = confirmed(jinghong, COUNTY_RATE, "0.83")

    found = rules_at(jinghong, DAY).resolved(COUNTY_RATE)
    assert (found.worth, found.place, found.source) == (Decimal("0.83"), "532801", chosen.document.source)
    assert local_values("532801", DAY) == {COUNTY_RATE: Decimal("0.83")}


def test_choice_of_a_county_stays_when_the_superior_sets_a_range_later(jinghong):
    confirmed(jinghong, COUNTY_RATE, "0.83", date(2016, 7, 1))  # before the province's range of 2017-01-01

    assert value(COUNTY_RATE, "532801", DAY) == Decimal("0.83")
    assert local_values(jinghong, DAY) == {COUNTY_RATE: Decimal("0.83")}


def test_later_document_prevails_over_an_earlier_local_value(coded):
    confirmed(coded.county, COUNTY_RATE, "0.82", date(2017, 5, 1))

    assert value(COUNTY_RATE, "533103", date(2017, 10, 19)) == Decimal("0.82")
    assert value(COUNTY_RATE, "533103", DAY) == Decimal("0.90")  # the prefecture's plan of 2017-10-20
    assert local_values("533103", DAY) == {}


def test_same_day_more_specific_place_prevails(coded):
    confirmed(coded.prefecture, DEDUCTIBLE, 12000)
    confirmed(coded.county, DEDUCTIBLE, 10000)

    assert value(DEDUCTIBLE, coded.here, DAY) == Decimal(10000)
    assert value(DEDUCTIBLE, "533102", DAY) == Decimal(12000)


def test_what_is_not_confirmed_does_not_count(coded):
    LocalValueFactory(document=LocalDocumentFactory(place=coded.county))

    with pytest.raises(Missing):
        value(DEDUCTIBLE, "533103", DAY)
    assert documents_at("533103", DAY).local_numbers() == {}


@pytest.mark.parametrize("count", [1, 3])
def test_rules_are_read_in_one_query(coded, jinghong, count, django_assert_num_queries):
    for number in range(count):
        confirmed(coded.county, DEDUCTIBLE, 10000 + number, date(2018, 1 + number, 1))

    with django_assert_num_queries(1):
        assert value(DEDUCTIBLE, coded.here, DAY) == 10000 + count - 1
    with django_assert_num_queries(1):
        rules = rules_of([coded.here, coded.far_away, jinghong, "533103"], DAY)
    with django_assert_num_queries(0):
        assert [len(each.local_numbers()) for each in rules] == [1, 0, 0, 1]
        assert rules[0].on_day(date(2018, 1, 1)).number(DEDUCTIBLE) == 10000
        assert [each.places[0] for each in rules] == ["533103", "533102", "532801", "533103"]


def test_rules_of_a_place_equal_those_of_its_code(coded):
    confirmed(coded.county, DEDUCTIBLE, 10000)
    confirmed(coded.prefecture, "critical.rate.ordinary", "0.6")

    by_row, by_code = rules_of([coded.here, "533103001001"], DAY)

    assert by_row == by_code


def test_former_code_and_the_countrys_code_do_not_disturb(coded):
    PlaceCodeFactory(place=coded.country, code="000000")
    PlaceCodeFactory(place=coded.county, code="533125", valid_from="1980-01-01", valid_to="1983-12-31")
    confirmed(coded.county, DEDUCTIBLE, 9000)

    rules = rules_at(coded.here, DAY)

    assert rules.places == ("533103", "533125", "533100", "530000", "000000")
    assert rules.local_numbers() == {DEDUCTIBLE: Decimal(9000)}
    assert len(rules.must_choose()) == 5


def test_local_value_outside_the_range_is_a_conflict(coded, jinghong):
    entered = confirmed(jinghong, COUNTY_RATE, "0.88")

    found = conflicts("532801")

    assert [(item.kind, item.superior.source, item.subordinate.source) for item in found] == [
        ("outside_range", "YN-2017-102", entered.document.source)
    ]
    assert found[0] in conflicts()
    assert len(conflicts("533103")) == 4
    assert len(conflicts("532800")) == 1


def test_proposed_value_is_compared_before_it_counts(jinghong):
    waiting = LocalValueFactory(
        document=LocalDocumentFactory(place=jinghong), parameter=COUNTY_RATE, number=Decimal("0.88")
    )
    rules = rules_at(jinghong, DAY)

    assert len(conflicts_with(waiting, rules)) == 1
    waiting.number = Decimal("0.85")
    assert conflicts_with(waiting, rules) == []


def names(found):
    return [gap.parameter.name for gap in found]


def test_gaps_tell_what_bills_wait_for_first(coded):
    found = gaps(rules_at("533103", DAY), 2018)

    assert names(found) == [
        "basic.inpatient.deductible.province",
        DEDUCTIBLE,
        "income.rural_per_capita.previous_year",
        "assistance.cap.total",
        "critical.yearly_limit.ordinary",
        "premium.personal.amount",
    ]
    assert [gap.parameter.is_for_settlement for gap in found] == [True, True, True, False, False, False]


def test_gap_closes_with_the_value_and_opens_again_with_the_year(coded):
    confirmed(coded.county, "income.rural_per_capita.previous_year", 9000, ends_on=date(2018, 12, 31))
    confirmed(coded.county, DEDUCTIBLE, 9000, date(2018, 3, 1))
    rules = rules_at("533103", DAY)

    this_year, next_year = gaps(rules, 2018), gaps(rules, 2019)

    assert "income.rural_per_capita.previous_year" not in names(this_year)
    assert "income.rural_per_capita.previous_year" in names(next_year)
    partly = [gap for gap in this_year if not gap.is_whole_year]
    assert names(partly) == [DEDUCTIBLE]
    assert DEDUCTIBLE not in names(next_year)


def test_gaps_of_a_region_with_a_range(jinghong):
    found = names(gaps(rules_at("532801", DAY), 2018))

    assert {COUNTY_RATE, "basic.inpatient.rate.township", "basic.inpatient.deductible.county"} <= set(found)


def test_nothing_is_missing_where_no_province_rules(coded):
    assert documents_at("110101", DAY).must_choose() == []
    assert documents_at("620102", date(2018, 7, 1)).must_choose() == []
    assert len(documents_at("620102", date(2019, 7, 1)).must_choose()) == 12


def test_counties_with_gaps_in_a_fixed_number_of_queries(coded, django_assert_num_queries):
    confirmed(coded.county, DEDUCTIBLE, 9000)

    with django_assert_num_queries(2):
        found = counties_with_gaps(coded.prefecture, 2018)

    assert [(county.name, code, len(missing)) for county, code, missing in found] == [
        ("瑞坝市", "533102", 3),
        ("芒坝市", "533103", 2),
    ]


def test_package_price_is_the_latest_in_force(coded, django_assert_num_queries):
    document = LocalDocumentFactory(place=coded.county)
    hospital = HospitalFactory(parent=coded.prefecture).place
    about = {"document": document, "place": hospital, "parameter": PRICE, "disease": "lung_cancer"}
    ConfirmedValueFactory(**about, number=Decimal(18000))
    ConfirmedValueFactory(**about, number=Decimal(17500), starts_on=date(2018, 7, 1), ends_on=date(2018, 12, 31))
    LocalValueFactory(**about, number=Decimal(1), starts_on=date(2018, 8, 1))
    days = [date(2017, 12, 31), date(2018, 6, 30), date(2018, 7, 1), date(2018, 9, 1), date(2019, 1, 1)]

    with django_assert_num_queries(1):
        found = package_prices([(hospital.pk, "lung_cancer", day) for day in days])

    prices = [found.get((hospital.pk, "lung_cancer", day)) for day in days]
    assert prices == [None, Decimal(18000), Decimal(17500), Decimal(17500), Decimal(18000)]
    assert package_price(hospital.pk, "gastric_cancer", DAY) is None


def test_spells_tell_what_prevailed_from_which_day(coded):
    rules = documents_at("533103", DAY)

    found = spells(rules.parameter("management_rate.hypertension"), rules)

    assert [(first.isoformat(), value.source, is_now) for first, value, is_now in found] == [
        ("2017-09-27", "YN-2017-102", False),
        ("2017-10-20", "DH-2017-98", False),
        ("2018-06-10", "YN-2018-2", True),
    ]


def test_spell_after_the_last_day_holds_nothing():
    rules = documents_at("532801", date(2026, 5, 1))

    found = spells(rules.parameter("contract.fee.total"), rules)

    assert [(first, value is None, is_now) for first, value, is_now in found] == [
        (date(2021, 9, 8), False, False),
        (date(2026, 1, 1), True, True),
    ]


@pytest.mark.parametrize(
    ("articles", "ordered"),
    [
        (["28", "4", "10"], ["4", "10", "28"]),
        (["（二十三）", "（十）", "（二）", "（十五）"], ["（二）", "（十）", "（十五）", "（二十三）"]),
        (["附件5", "二（七）", "二（三）"], ["二（三）", "二（七）", "附件5"]),
    ],
)
def test_articles_are_ordered_as_documents_number_them(articles, ordered):
    assert sorted(articles, key=domain.article_order) == ordered
