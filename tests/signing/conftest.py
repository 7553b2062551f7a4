import pytest

from tests.factories.conditions import person_in
from tests.factories.facilities import CareTeamFactory, FacilityFactory
from tests.factories.regions import PlaceCodeFactory


@pytest.fixture
def coded(people):
    """The county of the people bears Mangshi's code."""
    PlaceCodeFactory(place=people.county, code="533103")
    return people


@pytest.fixture
def team(coded):
    """A team of the township centre."""
    return CareTeamFactory(facility=FacilityFactory(parent=coded.township, kind="township_centre", name="芒坝镇卫生院"))


@pytest.fixture
def person(coded):
    return person_in(coded.here, name="玉罕")
