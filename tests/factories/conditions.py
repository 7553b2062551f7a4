"""Patients, their illnesses and treatment files for tests."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from healthaid.policy import catalogue
from patients.enums import Relation, Sex
from patients.models import Condition, CriticalCase, Household, Person

NUMBERS = iter(range(1, 1_000_000))


def person_in(village, **fields):
    """A person of a household of their own in a village: a man born in 1970 unless said otherwise."""
    household = Household.objects.create(number=f"HU{next(NUMBERS):08}", village=village, path=village.path)
    facts = {"name": "岩温", "sex": Sex.MALE, "born_on": date(1970, 1, 1), "relation": Relation.HEAD}
    return Person.objects.create(household=household, path=village.path, **(facts | fields))


class ConditionFactory(DjangoModelFactory):
    """A verified illness; `person` is always given."""

    class Meta:
        model = Condition

    path = factory.SelfAttribute("person.path")
    disease = "gastric_cancer"
    kind = factory.LazyAttribute(lambda row: catalogue.diseases()[row.disease].kind)
    is_sensitive = factory.LazyAttribute(lambda row: catalogue.diseases()[row.disease].is_sensitive)
    state = "verified"


class CriticalCaseFactory(DjangoModelFactory):
    """An open file; `condition` and `hospital` are always given."""

    class Meta:
        model = CriticalCase

    person = factory.SelfAttribute("condition.person")
    path = factory.SelfAttribute("condition.path")
    opened_on = date(2018, 6, 1)
