"""Facilities for tests: each stands on a leaf of its own below `parent`."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from facilities.enums import FacilityKind, HospitalLevel
from facilities.models import CareTeam, ClinicCheck, Facility
from tests.factories.regions import PlaceFactory


class FacilityFactory(DjangoModelFactory):
    """A facility of some kind below a place; a village clinic unless said otherwise."""

    class Meta:
        model = Facility
        exclude = ("parent",)

    kind = FacilityKind.VILLAGE_CLINIC
    name = factory.Sequence(lambda number: f"试点卫生室{number}")
    code = factory.Sequence(lambda number: f"JG{number:06}")
    place = factory.LazyAttribute(lambda made: PlaceFactory(parent=made.parent, level="facility", name=made.name))
    path = factory.SelfAttribute("place.path")


class HospitalFactory(FacilityFactory):
    kind = FacilityKind.HOSPITAL
    name = factory.Sequence(lambda number: f"试点人民医院{number}")
    level = HospitalLevel.SECONDARY


class CareTeamFactory(DjangoModelFactory):
    class Meta:
        model = CareTeam

    facility = factory.SubFactory(FacilityFactory)
    path = factory.SelfAttribute("facility.path")
    name = factory.Sequence(lambda number: f"家庭医生团队{number}")
    leader = "岩团队长"


class ClinicCheckFactory(DjangoModelFactory):
    """A check as it was written down; at standard unless `shortfalls` are given."""

    class Meta:
        model = ClinicCheck

    clinic = factory.SubFactory(FacilityFactory)
    path = factory.SelfAttribute("clinic.path")
    checked_on = date(2018, 6, 10)
    area = Decimal(80)
    has_consulting_room = has_treatment_room = has_pharmacy = is_equipped = True
    doctors = 2
    residents = 1500
    shortfalls = factory.LazyFunction(list)
    meets_standard = factory.LazyAttribute(lambda check: not check.shortfalls)
