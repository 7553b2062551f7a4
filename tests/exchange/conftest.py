"""Who brings a register in and who must not see it, and a worker for what is queued."""

import pytest


@pytest.fixture
def clerk(people, client_of):
    return client_of(people.poverty)


@pytest.fixture
def stranger(people, client_of):
    return client_of(people.far_poverty)


@pytest.fixture
def settled(django_capture_on_commit_callbacks):
    """Within it what is queued is done at once, as a worker would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
