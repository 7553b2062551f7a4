"""The register for tests: `HouseholdFactory(village=…)`, `PersonFactory(household=…)`, valid identity numbers."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from healthaid.core.identity import check_digit
from healthaid.core.pinyin import initials
from patients.enums import Ethnicity, PovertyStatus, Relation, Sex
from patients.models import Household, Person, PovertySpell
from tests.factories.regions import PlaceFactory

AREAS = [f"5331{number:02}" for number in range(100) if number != 3]  # tests write numbers of 533103 by hand


def identity_number(sequence, born_on=date(1950, 3, 12), sex=Sex.MALE, area="533103"):
    """A valid number; sequences count from 1 for each sex and give 500 different ones a day."""
    digits = f"{area}{born_on:%Y%m%d}{(2 * sequence + (1 if sex == Sex.MALE else 0)) % 1000:03}"
    return digits + check_digit(digits)


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = Household
        skip_postgeneration_save = True

    number = factory.Sequence(lambda number: f"5331031{number:09}")
    village = factory.SubFactory(PlaceFactory)
    path = factory.LazyAttribute(lambda household: household.village.path)
    main_cause = "01"
    identified_on = date(2014, 1, 1)

    @classmethod
    def _create(cls, model, *args, phone="", **fields):
        household = model(*args, **fields)
        household.phone = phone
        household.save()
        return household


class PersonFactory(DjangoModelFactory):
    """A man of 68, head of a household of his own unless told otherwise; the number agrees with sex and birth."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    household = factory.SubFactory(HouseholdFactory)
    path = factory.LazyAttribute(lambda person: person.household.path)
    name = factory.Sequence(lambda number: f"岩温{'甲乙丙丁戊己庚辛壬癸'[number % 10]}")
    given_name = factory.LazyAttribute(lambda person: person.name[1:])
    initials = factory.LazyAttribute(lambda person: initials(person.name))
    sex = Sex.MALE
    born_on = date(1950, 3, 12)
    ethnicity = Ethnicity.DAI
    relation = Relation.HEAD
    poverty_status = PovertyStatus.NOT_LIFTED
    serial = factory.Sequence(lambda number: number + 1)

    @classmethod
    def _create(cls, model, *args, phone="", card="", disability_certificate="", **fields):
        serial = fields.pop("serial")
        number = fields.pop("identity", None)
        person = model(*args, **fields)
        if number is None:
            number = identity_number(serial, person.born_on, person.sex, area=AREAS[serial // 500 % len(AREAS)])
        person.identity = number
        person.phone = phone
        person.card = card
        person.disability_certificate = disability_certificate
        person.save()
        return person


class PovertySpellFactory(DjangoModelFactory):
    class Meta:
        model = PovertySpell

    person = factory.SubFactory(PersonFactory)
    status = PovertyStatus.NOT_LIFTED
    starts_on = date(2014, 1, 1)
