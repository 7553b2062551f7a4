import pytest

from patients.enums import Relation, Sex
from tests.factories.patients import HouseholdFactory, PersonFactory


@pytest.fixture
def family(people):
    """A household here: head, wife, grown son; (household, head, wife, son)."""
    household = HouseholdFactory(village=people.here, number="5331031000000001")
    head = PersonFactory(household=household, name="岩温龙", relation=Relation.HEAD)
    wife = PersonFactory(
        household=household, name="刀玉香", relation=Relation.SPOUSE, sex=Sex.FEMALE, born_on="1952-05-01", identity=""
    )
    son = PersonFactory(household=household, name="岩叫", relation=Relation.SON, born_on="1980-01-01", identity="")
    return household, head, wife, son
