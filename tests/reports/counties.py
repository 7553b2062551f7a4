"""A county in which every indicator has something to count."""

from datetime import date

from patients.enums import CaseState
from tests.factories.conditions import ConditionFactory, CriticalCaseFactory
from tests.factories.coverage import EnrolmentFactory, local_value, paid
from tests.factories.facilities import CareTeamFactory, ClinicCheckFactory, FacilityFactory, HospitalFactory
from tests.factories.regions import PlaceCodeFactory
from tests.factories.reports import a_person


def full_county(people):
    """The county of the named people: here two signed and one unsigned, elsewhere one; clinics here and next door."""
    for place, code in ((people.province, "530000"), (people.prefecture, "533100"), (people.county, "533103")):
        PlaceCodeFactory(place=place, code=code)
    hospital = HospitalFactory(parent=people.county)
    team = CareTeamFactory(facility=hospital)
    young = {"born_on": date(1980, 5, 1)}
    first = a_person(people.here, team, health="2,4", key_groups="disabled,hypertension")
    second = a_person(people.here, team, household=first.household, status="lifted", key_groups="mental", **young)
    third = a_person(people.here, status="lifted", **young)
    a_person(people.elsewhere, health="3", **young)
    stranger = a_person(people.far_away, team)  # of the other county
    for insured in (first, second, stranger):
        EnrolmentFactory(person=insured, has_assistance=insured != second)
    local_value(people.county, "income.rural_per_capita.previous_year", 9000)
    for person, personal in ((first, 9001), (third, 8000), (stranger, 9001)):
        paid(person, personal)
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
