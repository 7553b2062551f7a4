from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from healthaid.policy.domain import (
    Missing,
    NeedsPopulation,
    NotANumber,
    Parameter,
    Range,
    RegionMustChoose,
    Tier,
    Tiers,
    Value,
    conflicts,
    jurisdictions,
    resolve,
    resolve_number,
)

MANGSHI = ("533103", "533100", "530000")


def said(place, starts_on, worth, ends_on=None, unit="ratio"):
    return Value(place, date.fromisoformat(starts_on), ends_on and date.fromisoformat(ends_on), worth, "DOC", "1")


def parameter(*values, unit="ratio"):
    return Parameter("a.rate", "比例", unit, values)


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("533103", ("533103", "533100", "530000")),
        ("533103101", ("533103", "533100", "530000")),
        ("533103101202", ("533103", "533100", "530000")),
        ("533100", ("533100", "530000")),
        ("530000", ("530000",)),
    ],
)
def test_jurisdictions_go_up_from_the_county(code, chain):
    assert jurisdictions(code) == chain


@pytest.mark.parametrize("code", ["", "5331", "53310", "abcdef", "5331031", "５３３１０３"])
def test_jurisdictions_refuse_what_is_no_code(code):
    with pytest.raises(ValueError):  # noqa: PT011 -- the code itself is the message
        jurisdictions(code)


PROVINCE_2017 = said("530000", "2017-01-01", Decimal("0.70"))
PREFECTURE_2017 = said("533100", "2017-10-20", Decimal("0.75"))
PROVINCE_2018 = said("530000", "2018-06-10", Decimal("0.80"))


@pytest.mark.parametrize(
    ("places", "on", "expected"),
    [
        (MANGSHI, "2017-01-01", PROVINCE_2017),  # the first day counts
        (MANGSHI, "2017-10-19", PROVINCE_2017),
        (MANGSHI, "2017-10-20", PREFECTURE_2017),  # the prefecture carries the province's text out
        (MANGSHI, "2018-06-09", PREFECTURE_2017),
        (MANGSHI, "2018-06-10", PROVINCE_2018),  # a later superior text replaces it
        (("532801", "532800", "530000"), "2018-01-01", PROVINCE_2017),  # another prefecture's text does not hold here
    ],
)
def test_latest_in_force_wins(places, on, expected):
    rates = parameter(PROVINCE_2017, PREFECTURE_2017, PROVINCE_2018)

    assert resolve(rates, places, date.fromisoformat(on)) == expected


def test_same_day_more_specific_wins():
    province = said("530000", "2018-01-01", Decimal("0.70"))
    county = said("533103", "2018-01-01", Decimal("0.72"))

    assert resolve(parameter(province, county), MANGSHI, date(2018, 1, 1)) == county


def test_value_ends_with_its_last_day():
    rates = parameter(PROVINCE_2017, said("533100", "2021-09-08", Decimal("0.60"), "2025-12-31"))

    assert resolve(rates, MANGSHI, date(2025, 12, 31)).worth == Decimal("0.60")
    assert resolve(rates, MANGSHI, date(2026, 1, 1)) == PROVINCE_2017


def test_missing_value_names_parameter_place_and_day():
    with pytest.raises(Missing, match=r"a\.rate, place 533103, day 2016-12-31"):
        resolve(parameter(PROVINCE_2017), MANGSHI, date(2016, 12, 31))


BOUNDS = Range(Decimal("0.80"), Decimal("0.85"))


@pytest.mark.parametrize(
    ("earlier", "stays"),
    [
        (said("533100", "2017-10-20", Decimal("0.80")), True),  # on the bound
        (said("533100", "2017-10-20", Decimal("0.83")), True),
        (said("533103", "2017-10-20", Decimal("0.85")), True),
        (said("533100", "2017-10-20", Decimal("0.86")), False),  # outside
        (said("530000", "2017-10-20", Decimal("0.83")), False),  # the superior's own old number is replaced
        (said("533100", "2017-10-20", Decimal("0.83"), "2018-06-09"), False),  # no longer in force
        (said("532800", "2017-10-20", Decimal("0.83")), False),  # another prefecture's
    ],
)
def test_range_asked_for_a_number(earlier, stays):
    rates = parameter(earlier, said("530000", "2018-06-10", BOUNDS))

    if stays:
        assert resolve_number(rates, MANGSHI, date(2018, 7, 1)) == (earlier.worth, earlier)
    else:
        with pytest.raises(RegionMustChoose):
            resolve_number(rates, MANGSHI, date(2018, 7, 1))
    assert resolve(rates, MANGSHI, date(2018, 7, 1)).worth == BOUNDS


def test_number_chosen_after_a_range_holds_even_outside_it():
    rates = parameter(said("530000", "2017-01-01", BOUNDS), said("533100", "2017-10-20", Decimal("0.90")))

    assert resolve_number(rates, MANGSHI, date(2018, 1, 1))[0] == Decimal("0.90")


TIERS = Tiers((Tier(0, Decimal("1.0")), Tier(3000, Decimal("0.9")), Tier(5000, Decimal("0.8"))))


@pytest.mark.parametrize(("population", "number"), [(0, "1.0"), (2999, "1.0"), (3000, "0.9"), (5000, "0.8")])
def test_boundary_belongs_to_the_tier_that_starts_there(population, number):
    rates = parameter(said("530000", "2018-06-10", TIERS))

    assert resolve_number(rates, MANGSHI, date(2018, 7, 1), population=population)[0] == Decimal(number)


@pytest.mark.parametrize(
    ("worth", "problem"), [(TIERS, NeedsPopulation), ("required", NotANumber), (("a",), NotANumber)]
)
def test_what_is_no_number_is_refused(worth, problem):
    with pytest.raises(problem):
        resolve_number(parameter(said("530000", "2018-06-10", worth)), MANGSHI, date(2018, 7, 1))


@pytest.mark.parametrize(
    ("superior", "subordinate", "found"),
    [
        (said("530000", "2017-01-01", BOUNDS), said("533100", "2017-10-20", Decimal("0.90")), True),
        (said("530000", "2017-01-01", BOUNDS), said("533100", "2017-10-20", Decimal("0.85")), False),
        (said("530000", "2017-01-01", Decimal("0.70")), said("533100", "2017-10-20", Decimal("0.75")), True),
        (said("530000", "2017-01-01", Decimal("0.70")), said("533100", "2017-10-20", Decimal("0.70")), False),
        (said("530000", "2018-06-10", Decimal("0.90")), said("533100", "2017-10-20", Decimal("0.60")), False),
        (said("530000", "2017-01-01", Range(Decimal(10), None)), said("533100", "2017-10-20", Decimal(11)), False),
        (said("530000", "2017-01-01", Range(Decimal(10), None)), said("533100", "2017-10-20", Decimal(9)), True),
        (said("530000", "2017-01-01", BOUNDS), said("620100", "2017-10-20", Decimal("0.90")), False),
    ],
)
def test_conflict_is_a_number_outside_what_the_superior_said(superior, subordinate, found):
    assert [item.kind for item in conflicts([parameter(superior, subordinate)])] == ["outside_range"] * found


@pytest.mark.parametrize(("number", "found"), [("0.75", 0), ("0.70", 0), ("0.69", 1)])
def test_more_than_the_least_that_a_superior_names_is_no_conflict(number, found):
    least = replace(said("620000", "2019-01-01", Decimal("0.70")), is_least=True)

    assert len(list(conflicts([parameter(least, said("620102", "2019-02-01", Decimal(number)))]))) == found


@pytest.mark.parametrize("prefecture_first", [True, False])
def test_contradicting_words_are_a_conflict_and_the_later_prevails(prefecture_first):
    first, second = ("533100", "530000") if prefecture_first else ("530000", "533100")
    older, newer = said(first, "2017-10-20", "required"), said(second, "2018-06-10", "forbidden")

    found = list(conflicts([parameter(older, newer, unit="rule")]))

    assert [(item.kind, item.prevailing) for item in found] == [("contradiction", newer)]


def test_agreeing_words_are_no_conflict():
    same = parameter(said("533100", "2017-10-20", "required"), said("530000", "2018-06-10", "required"), unit="rule")

    assert list(conflicts([same])) == []
