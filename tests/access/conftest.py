"""The world of an access test: built once a file as its WORLD says; each test has a copy, and takes its deeds back."""

from copy import deepcopy

import pytest

from tests.conftest import named_people


@pytest.fixture(scope="module")
def built(request, standing_rows):
    """The people of the file's tests, and what its WORLD builds around them."""
    people = named_people()
    return people, getattr(request.module, "WORLD", lambda _people: None)(people)


@pytest.fixture
def copied(built, db):
    """The same rows in memory for this test alone."""
    return deepcopy(built)


@pytest.fixture
def people(copied):
    return copied[0]


@pytest.fixture
def world(copied):
    """What the file's WORLD built."""
    return copied[1]
