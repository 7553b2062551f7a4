"""Figures of a month that rest on coverage: who is insured, and whose own payments come near the income line."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from healthaid.coverage.domain.enrolments import moment_on
from healthaid.coverage.enums import IncomeSide
from healthaid.coverage.models import Settlement
from healthaid.coverage.selectors.checks import CHECKED, check
from healthaid.reports.counting import count_places
from healthaid.reports.domain import Side, Value
from healthaid.reports.indicators import BY_CODE
from healthaid.reports.selectors.rows import behind
from healthaid.reports.selectors.targets import measures_at
from patients.enums import PovertyStatus
from tests.factories.coverage import EnrolmentFactory, entered_bill, local_value, paid
from tests.factories.facilities import HospitalFactory
from tests.factories.regions import PlaceCodeFactory
from tests.factories.reports import a_person, counted

END = date(2018, 6, 30)
OUT = {"has_basic": False, "has_critical": False, "has_assistance": False}
INCOME = "income.rural_per_capita.previous_year"


def count(place, day=END):
    """The figures of one place."""
    return count_places(place.path, day, measures_at(place, day))[place.pk]


def listed(people, code, day=END, side=Side.MET):
    """The names behind a figure of the county."""
    return sorted(str(row) for row in behind(people.official, BY_CODE[code], people.county, day, side).rows)


@pytest.fixture
def codes(people):
    for place, code in ((people.province, "530000"), (people.prefecture, "533100"), (people.county, "533103")):
        PlaceCodeFactory(place=place, code=code)


@pytest.mark.parametrize(
    ("row", "flags", "expected"),
    [
        ({}, {}, Value(1, 1)),
        (OUT, {"has_basic_insurance": True}, Value(0, 1)),
        ({"year": 2017}, {}, Value(0, 1)),
        ({"enrolled_on": END}, {}, Value(1, 1)),
        ({"enrolled_on": date(2018, 7, 1)}, {}, Value(0, 1)),
        (OUT | {"absence": "elsewhere_army"}, {}, Value(0, 1)),  # no document of Yunnan accepts a reason
        (None, {"has_basic_insurance": True}, Value(1, 1)),
        (None, {}, Value(0, 1)),
    ],
)
def test_insured_is_who_has_the_years_row_by_the_day(people, codes, row, flags, expected):
    person = a_person(people.here, **flags)
    if row is not None:
        EnrolmentFactory(person=person, **row)

    assert count(people.county)["basic_insurance"] == expected
    assert listed(people, "basic_insurance") == [person.name][: expected.numerator]
    assert listed(people, "basic_insurance", side=Side.MISSING) == [person.name][: expected.missing]


def test_only_the_target_group_is_to_be_insured(people, codes):
    a_person(people.here, status=None)
    a_person(people.here, status=PovertyStatus.SUBSISTENCE_ALLOWANCE)
    poor = a_person(people.here)

    assert count(people.county)["basic_insurance"] == Value(0, 1)
    assert listed(people, "basic_insurance", side=Side.AMONG) == [poor.name]


@pytest.mark.parametrize("day", [date(2019, 6, 30), date(2019, 12, 31), date(2019, 3, 10)])
def test_month_and_check_of_the_same_day_agree_about_everybody(people, day):
    PlaceCodeFactory(place=people.province, code="620000")  # where documents accept reasons
    for village, row, flags in (
        (people.here, {}, {}),
        (people.here, {"has_assistance": False}, {}),
        (people.here, OUT | {"absence": "elsewhere_army"}, {}),
        (people.next_door, OUT | {"absence": "elsewhere_army", "has_critical": True}, {}),
        (people.next_door, {"enrolled_on": date(2019, 6, 30)}, {}),
        (people.elsewhere, None, {"has_basic_insurance": True, "has_critical_insurance": False}),
        (people.elsewhere, None, {}),
    ):
        person = a_person(village, **flags)
        if row is not None:
            EnrolmentFactory(person=person, year=2019, **row)

    for place in (people.county, people.township, people.elsewhere):
        values, found = count(place, day), check(people.official, place, moment_on(day))
        for kind in CHECKED:
            value, tally = values[f"{kind}_insurance"], found.whole.tallies[kind]
            assert (value.numerator, value.denominator) == (tally.enrolled, tally.due - tally.absent), (place, kind)
            assert value.missing == tally.gap
            assert value.percent == tally.percent.replace("100.0%", "100%")


def test_page_of_the_check_and_page_of_the_month_show_one_truth(people, codes, client_of):
    for village, row in ((people.here, {}), (people.here, None), (people.elsewhere, OUT)):
        person = a_person(village)
        if row is not None:
            EnrolmentFactory(person=person, **row)

    with time_machine.travel("2018-06-10 09:00 +0800", tick=False):
        client = client_of(people.official)
        for side, asked in (("met", "enrolled"), ("missing", "gap")):
            month = client.get(
                reverse("reports:figure-rows", args=[people.county.pk, "2018-06", "basic_insurance"]), {"side": side}
            )
            page = client.get(
                reverse("coverage:check-people", args=[people.county.pk]), {"kind": "basic", "side": asked}
            )
            assert month.context["count"].number == page.context["count"].number == {"met": 1, "missing": 2}[side]


def test_list_of_the_insured_is_for_those_who_read_coverage(people, codes, client_of):
    a_person(people.here)
    address = reverse("reports:figure-rows", args=[people.here.pk, "2018-06", "basic_insurance"])

    assert client_of(people.worker).get(address).status_code == 200
    assert client_of(people.signer).get(address).status_code == 403


@pytest.mark.parametrize(
    ("born_on", "expected"),
    [
        (date(1953, 6, 30), (1, 0)),
        (date(1953, 7, 1), (0, 0)),
        (date(2011, 6, 30), (0, 0)),
        (date(2011, 7, 1), (0, 1)),
        (END, (0, 1)),
    ],
)
def test_age_is_that_of_the_day(people, born_on, expected):
    a_person(people.here, born_on=born_on, identity="", key_groups="elderly,child")

    values = count(people.county)

    assert (values["group_elderly"].numerator, values["group_child"].numerator) == expected


@pytest.mark.parametrize(
    ("personal", "side"),
    [("9000.01", "above"), ("9000", "near"), ("7200", "near"), ("7199.99", None)],
)
def test_own_payments_stand_by_the_countys_line(people, codes, personal, side):
    local_value(people.county, INCOME, 9000)
    account = paid(a_person(people.here), personal)
    paid(a_person(people.here), "99999", year=2017)

    values = count(people.county)

    for each in IncomeSide:
        code = f"own_payments_{each}"
        assert values[code] == Value(int(each == side))
        rows = behind(people.official, BY_CODE[code], people.county, END, Side.MET).rows
        assert list(rows) == ([account] if each == side else [])


def test_own_payments_after_the_day_do_not_count(people, codes):
    local_value(people.county, "critical.deductible.ordinary", 10000)
    person, hospital = a_person(people.here), HospitalFactory(parent=people.county)
    for served_on in (date(2018, 6, 30), date(2018, 7, 1)):
        bill = entered_bill(people.insurance, person, hospital, admitted_on=date(2018, 6, 20), served_on=served_on)
    local_value(people.county, INCOME, Settlement.objects.filter(bill=bill).get().personal)

    june, august = count(people.county), count(people.county, date(2018, 8, 31))

    assert (june["own_payments_above"], june["own_payments_near"]) == (Value(0), Value(1))
    assert (august["own_payments_above"], august["own_payments_near"]) == (Value(1), Value(0))


def test_own_payments_are_those_of_the_promise_watch(people, codes, client_of):
    local_value(people.county, INCOME, 9000)
    for village, personal in (
        (people.here, "9500"),
        (people.here, "8000"),
        (people.next_door, "9000.01"),
        (people.elsewhere, "7200"),
        (people.far_away, "99999"),
    ):
        paid(a_person(village), personal)

    with time_machine.travel("2018-06-10 09:00 +0800", tick=False):
        for reader, place in ((people.official, people.county), (people.worker, people.township)):
            client = client_of(reader)
            for side in IncomeSide:
                month = client.get(reverse("reports:figure-rows", args=[place.pk, "2018-06", f"own_payments_{side}"]))
                watch = client.get(reverse("coverage:promise-people", args=[place.pk]), {"year": 2018, "side": side})
                today = count(place, date(2018, 6, 10))[f"own_payments_{side}"].numerator
                assert month.context["count"].number == watch.context["count"].number == today > 0
        assert (
            client_of(people.worker)
            .get(reverse("reports:figure-rows", args=[people.elsewhere.pk, "2018-06", "own_payments_near"]))
            .status_code
            == 404
        )
        assert (
            client_of(people.cdc)
            .get(reverse("reports:figure-rows", args=[people.county.pk, "2018-06", "own_payments_near"]))
            .status_code
            == 403
        )


def test_county_without_an_income_figure_shows_a_dash_and_why(people, codes, client_of):
    paid(a_person(people.here), "99999")
    with time_machine.travel("2018-07-02 09:00 +0800", tick=False):
        counted(people.county)
        client = client_of(people.official)
        pages = [
            client.get(reverse(f"reports:{name}", args=[people.county.pk, *more])).content.decode()
            for name, *more in (("report-detail", "2018-06"), ("report-print", "2018-06"), ("place",))
        ]
        rows = client.get(
            reverse("reports:figure-rows", args=[people.county.pk, "2018-06", "own_payments_above"])
        ).content.decode()

    assert "own_payments_above" not in count(people.county)
    assert all("没有录入上年农村居民人均可支配收入" in page for page in (*pages, rows))
    assert all("按登记册当前值" in page for page in pages)
