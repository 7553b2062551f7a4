from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from healthaid.reports.counting import Inconsistent, count_places
from healthaid.reports.domain import Side, Value
from healthaid.reports.facts import Measures
from healthaid.reports.indicators import INDICATORS, Fact
from healthaid.reports.selectors.rows import behind
from healthaid.reports.selectors.targets import measures_at
from patients.enums import CaseState, LifeState
from patients.models import Person
from tests.factories.conditions import ConditionFactory, CriticalCaseFactory
from tests.factories.facilities import CareTeamFactory, ClinicCheckFactory, FacilityFactory, HospitalFactory
from tests.factories.patients import HouseholdFactory, PovertySpellFactory
from tests.factories.regions import PlaceCodeFactory, PlaceFactory
from tests.factories.reports import a_person
from tests.factories.signing import ContractFactory

END = date(2018, 6, 30)
NEXT = END + timedelta(days=1)


def count(place, day=END):
    """The figures of one place."""
    return count_places(place.path, day, measures_at(place, day))[place.pk]


def test_household_founded_by_a_split_counts_from_its_day_on(county, people):
    before = count(county)["households"].numerator
    HouseholdFactory(village=people.here, identified_on=date(2014, 1, 1), founded_on=NEXT)

    assert count(county)["households"].numerator == before
    assert count(county, NEXT)["households"].numerator == before + 1


def test_count_of_a_county(county):
    values = count(county)

    assert {code: (value.numerator, value.denominator) for code, value in values.items() if value.numerator} == {
        "households": (3, None),
        "households_illness": (3, 3),
        "people": (4, None),
        "people_not_lifted": (2, None),
        "people_lifted": (2, None),
        "health_chronic": (1, None),
        "health_critical": (1, None),
        "health_disabled": (1, None),
        "group_elderly": (1, None),
        "group_disabled": (1, None),
        "group_hypertension": (1, None),
        "group_mental": (1, None),
        "basic_insurance": (2, 4),
        "critical_insurance": (2, 4),
        "assistance_insurance": (1, 4),
        "contracts": (2, 4),
        "own_payments_above": (1, None),
        "own_payments_near": (1, None),
        "illnesses": (3, None),
        "illnesses_filed": (2, 3),
        "illnesses_treated": (1, 2),
        "clinics": (2, None),
        "clinics_at_standard": (1, 3),
        "villages_without_clinic": (1, None),
        "doctors": (2, 5),
    }


def test_count_of_every_place_is_the_sum_of_the_places_below(people, county):
    found = count_places(county.path, END, measures_at(county, END))

    assert set(found) == {
        place.pk
        for place in (
            county,
            people.township,
            people.here,
            people.next_door,
            people.other_township,
            people.elsewhere,
        )
    }
    for code, value in found[county.pk].items():
        assert value == found[people.township.pk][code] + found[people.other_township.pk][code]


SIDES = [(indicator, side) for indicator in INDICATORS for side in Side if indicator.is_rate or side == Side.MET]


def number_behind(people, indicator, place, side):
    rows = behind(people.official, indicator, place, END, side)
    return rows.rows.count() if rows.number is None else rows.number


def test_rows_behind_every_figure_are_as_many_as_it_says(people, county):
    for place in (county, people.township, people.elsewhere):
        values = count(place)
        said = {(indicator.code, side): values[indicator.code].on(side) for indicator, side in SIDES}

        found = {(indicator.code, side): number_behind(people, indicator, place, side) for indicator, side in SIDES}

        assert found == said, place


@pytest.mark.parametrize(
    ("fields", "is_counted"),
    [
        ({}, True),
        ({"identified_on": END}, True),
        ({"identified_on": NEXT}, False),
        ({"born_on": END}, True),
        ({"born_on": NEXT}, False),
        ({"life_state": LifeState.DEAD, "left_on": NEXT}, True),
        ({"life_state": LifeState.DEAD, "left_on": END}, False),
        ({"life_state": LifeState.MOVED_OUT, "left_on": END}, False),
        ({"life_state": LifeState.DEAD, "left_on": None}, False),
    ],
)
def test_people_are_those_present_at_the_end_of_the_month(people, fields, is_counted):
    a_person(people.here, **({"identity": "", **fields}))

    values = count(people.county)

    assert (values["people"].numerator, values["contracts"].denominator) == (is_counted, is_counted)


@pytest.mark.parametrize(
    ("fields", "is_counted"),
    [
        ({"identified_on": END}, True),
        ({"identified_on": NEXT}, False),
        ({"identified_on": None}, True),
        ({"dissolved_on": NEXT}, True),
        ({"dissolved_on": END}, False),
    ],
)
def test_households_are_those_that_exist_at_the_end_of_the_month(people, fields, is_counted):
    HouseholdFactory(village=people.here, **fields)

    assert count(people.county)["households"] == Value(is_counted)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_counted"),
    [
        (END, None, True),
        (NEXT, None, False),
        (date(2014, 1, 1), END, True),
        (date(2014, 1, 1), date(2018, 6, 29), False),
    ],
)
def test_a_standing_counts_when_it_covers_the_last_day(people, starts_on, ends_on, is_counted):
    person = a_person(people.here, status=None)
    PovertySpellFactory(person=person, starts_on=starts_on, ends_on=ends_on)

    values = count(people.county)

    assert values["people_not_lifted"] == Value(is_counted)
    assert values["contracts"].denominator == is_counted


def test_a_person_with_two_standings_is_due_for_one_contract(people):
    person = a_person(people.here)
    PovertySpellFactory(person=person, status="subsistence_allowance")

    values = count(people.county)

    assert (values["people_not_lifted"], values["people_subsistence_allowance"]) == (Value(1), Value(1))
    assert values["contracts"] == Value(0, 1)


@pytest.mark.parametrize(
    ("fields", "is_signed"),
    [
        ({"starts_on": END, "ends_on": NEXT}, True),
        ({"starts_on": NEXT, "ends_on": date(2019, 6, 30)}, False),
        ({"starts_on": date(2017, 7, 1), "ends_on": END}, True),
        ({"starts_on": date(2017, 6, 30), "ends_on": date(2018, 6, 29)}, False),
        ({"state": "renewed"}, True),
        ({"state": "renewed", "ended_on": END}, False),
        ({"state": "ended", "ended_on": NEXT}, True),
        ({"state": "ended", "ended_on": END}, False),
    ],
)
def test_a_contract_counts_when_it_runs_on_the_last_day(people, fields, is_signed):
    team = CareTeamFactory(facility=HospitalFactory(parent=people.county))
    ContractFactory(person=a_person(people.here), team=team, **fields)

    assert count(people.county)["contracts"] == Value(is_signed, 1)


@pytest.mark.parametrize(
    ("state", "treated_on", "expected"),
    [
        (CaseState.UNTREATED, None, Value(0, 1)),
        (CaseState.TREATING, None, Value(0, 1)),
        (CaseState.TREATED, END, Value(1, 1)),
        (CaseState.TREATED, NEXT, Value(0, 1)),
        (CaseState.DECLINED, None, Value(0, 0)),
        (CaseState.DIED, None, Value(0, 0)),
        (CaseState.EXCLUDED, None, Value(0, 0)),
    ],
)
def test_treatment_leaves_out_who_declined_died_or_was_excluded(people, state, treated_on, expected):
    hospital = HospitalFactory(parent=people.county)
    condition = ConditionFactory(person=a_person(people.here), verified_on=END)
    CriticalCaseFactory(condition=condition, hospital=hospital, state=state, treated_on=treated_on)

    assert count(people.county)["illnesses_treated"] == expected


def test_treatment_of_who_has_no_file_or_left(people):
    ConditionFactory(person=a_person(people.here), verified_on=END)
    ConditionFactory(person=a_person(people.here, life_state="dead", left_on=END, relation="99"), verified_on=END)
    ConditionFactory(person=a_person(people.here), verified_on=NEXT)
    ConditionFactory(person=a_person(people.here), state="suspected")

    values = count(people.county)

    assert (values["illnesses"], values["illnesses_treated"]) == (Value(2), Value(0, 1))


def test_the_newest_check_up_to_the_day_decides(people):
    clinic = FacilityFactory(parent=people.here)
    ClinicCheckFactory(clinic=clinic, checked_on=END, shortfalls=["area"])
    ClinicCheckFactory(clinic=clinic, checked_on=NEXT)

    assert count(people.township)["clinics_at_standard"] == Value(0, 2)
    assert count(people.township, NEXT)["clinics_at_standard"] == Value(1, 2)


def test_surplus_of_doctors_in_one_village_fills_no_gap_in_another(people):
    ClinicCheckFactory(clinic=FacilityFactory(parent=people.here), doctors=9, residents=900)
    ClinicCheckFactory(clinic=FacilityFactory(parent=people.next_door), doctors=0, residents=900)

    assert count(people.township)["doctors"] == Value(1, 2)


def test_residents_committees_and_closed_villages_are_no_administrative_villages(people):
    PlaceCodeFactory(place=people.next_door, code="533103100001")
    PlaceCodeFactory(place=people.here, code="533103100200")
    PlaceFactory(parent=people.township, closed_on=date(2018, 1, 1))

    assert count(people.township)["clinics_at_standard"] == Value(0, 1)


def test_count_refuses_figures_that_do_not_add_up(people):
    HouseholdFactory(village=people.township)  # a household must live in a village

    with pytest.raises(Inconsistent, match="芒坝镇 建档户"):
        count(people.county)


@pytest.mark.parametrize("villages", [2, 12])
def test_count_takes_as_many_reads_however_many_villages_there_are(people, villages):
    for _number in range(villages):
        a_person(PlaceFactory(parent=people.township))

    with CaptureQueriesContext(connection) as queries:
        count_places(people.county.path, END, Measures(lambda _residents: 1))

    assert len(queries) == 13
    assert Person.objects.count() == villages


def test_every_fact_is_counted():
    assert {indicator.fact for indicator in INDICATORS} == set(Fact)
