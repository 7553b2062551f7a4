"""The county of the worked examples, for each test or as its file's WORLD."""

import pytest

from tests.coverage.regions import Region, coded, worked_region


@pytest.fixture
def codes(people, built) -> None:
    """The places under their statutory codes; every WORLD of these tests gives them."""
    if built is None:
        coded(people)


@pytest.fixture
def region(people, world) -> Region:
    """What `worked_region` builds."""
    return world or worked_region(people)
