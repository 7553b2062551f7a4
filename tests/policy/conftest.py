import pytest

from tests.factories.regions import PlaceCodeFactory


@pytest.fixture
def coded(people):
    """The named people's county is Mangshi, its neighbour Ruili, in Dehong, in Yunnan."""
    for place, code in (
        (people.province, "530000"),
        (people.prefecture, "533100"),
        (people.county, "533103"),
        (people.other_county, "533102"),
    ):
        PlaceCodeFactory(place=place, code=code)
    return people
