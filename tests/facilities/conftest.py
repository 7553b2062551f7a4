from datetime import date
from decimal import Decimal

import pytest

from facilities.actions import Check
from tests.factories.facilities import FacilityFactory
from tests.factories.regions import PlaceCodeFactory

TODAY = date(2018, 7, 1)


@pytest.fixture
def coded(people):
    """The county of the people bears Mangshi's code, so that policy holds there."""
    PlaceCodeFactory(place=people.county, code="533103")
    return people


@pytest.fixture
def clinic(coded):
    return FacilityFactory(parent=coded.here, name="芒坝村卫生室")


def found(**values):
    """A check at standard for 1,500 residents, but for what is said."""
    sound = {
        "checked_on": TODAY,
        "area": Decimal("60.00"),
        "has_consulting_room": True,
        "has_treatment_room": True,
        "has_pharmacy": True,
        "is_equipped": True,
        "doctors": 2,
        "residents": 1500,
    }
    return Check(**(sound | values))
