"""A county in which every indicator has something to count."""

from datetime import date

import pytest

from patients.enums import CaseState
from tests.factories.conditions import ConditionFactory, CriticalCaseFactory
from tests.factories.facilities import CareTeamFactory, ClinicCheckFactory, FacilityFactory, HospitalFactory
from tests.factories.regions import PlaceCodeFactory
from tests.factories.reports import a_person


@pytest.fixture
def county(people):
    """The county of the named people: here two signed and one unsigned, elsewhere one; clinics here and next door."""
    for place, code in ((people.province, "530000"), (people.prefecture, "533100"), (people.county, "533103")):
        PlaceCodeFactory(place=place, code=code)
    hospital = HospitalFactory(parent=people.county)
    team = CareTeamFactory(facility=hospital)
    insured = {"has_basic_insurance": True, "has_critical_insurance": True}
    first = a_person(people.here, team, health="2,4", key_groups="elderly,hypertension", **insured)
    second = a_person(people.here, team, household=first.household, status="lifted", key_groups="mental", **insured)
    a_person(people.here, status="lifted", has_basic_insurance=False)
    a_person(people.elsewhere, health="3")
    a_person(people.far_away, team, **insured)  # of the other county
    for person, state, treated_on in (
        (first, CaseState.TREATED, date(2018, 6, 20)),
        (second, CaseState.DECLINED, None),
    ):
        condition = ConditionFactory(person=person, verified_on=date(2018, 3, 5))
        CriticalCaseFactory(condition=condition, hospital=hospital, state=state, treated_on=treated_on)
    ConditionFactory(person=second, disease="end_stage_renal_disease", verified_on=date(2018, 6, 1))
    good = FacilityFactory(parent=people.here)
    ClinicCheckFactory(clinic=good, checked_on=date(2018, 5, 1), shortfalls=["area"])
    ClinicCheckFactory(clinic=good, checked_on=date(2018, 6, 10))
    ClinicCheckFactory(clinic=FacilityFactory(parent=people.next_door), shortfalls=["doctors"], doctors=0)
    return people.county
