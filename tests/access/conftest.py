"""The sides of the access tests."""

import pytest

from tests.access.world import MARKS, build_outside, build_world


@pytest.fixture
def world(people):
    """The own side and the foreign one."""
    return build_world(people)


@pytest.fixture
def sides(people):
    """One side of every kind, by how far it is; the marks in their texts are tests.access.world.MARKS."""
    here, township = build_world(people, own_mark=MARKS["here"])
    county, prefecture = build_outside(people)
    return {"here": here, "township": township, "county": county, "prefecture": prefecture}
