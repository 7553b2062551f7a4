"""The county of the reports, for each test or from its file's WORLD."""

import pytest

from tests.reports.counties import full_county


@pytest.fixture
def county(people, world):
    """What `full_county` builds."""
    return world or full_county(people)
