"""A county whose local values are set, with hospitals of every level and a registered poor person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from facilities.enums import HospitalLevel
from tests.factories.coverage import local_value
from tests.factories.facilities import FacilityFactory, HospitalFactory
from tests.factories.patients import HouseholdFactory, PersonFactory, PovertySpellFactory
from tests.factories.regions import PlaceCodeFactory


@dataclass(slots=True)
class Region:
    """The insured county's hospitals, and somebody who is ill."""

    county_hospital: Any
    prefecture_hospital: Any
    provincial_hospital: Any
    centre: Any
    patient: Any


def coded(people) -> None:
    """The places under their statutory codes, by which policy finds its parameters."""
    PlaceCodeFactory(place=people.province, code="530000")
    PlaceCodeFactory(place=people.prefecture, code="533100")
    PlaceCodeFactory(place=people.county, code="533103")


def worked_region(people) -> Region:
    """As in the worked examples: half of 10,000 yuan deductible, income 9,000."""
    coded(people)
    local_value(people.county, "critical.deductible.ordinary", 10000)
    local_value(people.county, "income.rural_per_capita.previous_year", 9000)
    patient = PersonFactory(household=HouseholdFactory(village=people.here), name="岩罕", born_on=date(1950, 3, 12))
    PovertySpellFactory(person=patient)
    return Region(
        county_hospital=HospitalFactory(parent=people.county, name="县人民医院"),
        prefecture_hospital=HospitalFactory(parent=people.prefecture, name="州人民医院", level=HospitalLevel.TERTIARY),
        provincial_hospital=HospitalFactory(parent=people.province, name="省人民医院", level=HospitalLevel.TERTIARY),
        centre=FacilityFactory(parent=people.township, kind="township_centre", name="镇卫生院", level="1"),
        patient=patient,
    )
