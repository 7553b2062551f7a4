"""A throttle counts by address, in the database, so that it holds over all web processes."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from healthaid.core.models import Tries
from healthaid.core.throttle import Throttle

THROTTLE = Throttle("attempt", most=2, seconds=600)

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(rf):
    """A request from an address."""
    return lambda address="10.0.0.1": rf.get("/", REMOTE_ADDR=address)


def test_throttle_closes_for_the_address_that_used_up_its_tries(asked):
    seen = []
    for _try in range(3):
        seen.append(THROTTLE.is_closed(asked()))
        THROTTLE.count(asked())

    assert seen == [False, False, True]
    assert not THROTTLE.is_closed(asked("10.0.0.2"))
    assert not Throttle("other", most=2, seconds=600).is_closed(asked())


def test_throttle_opens_when_its_window_is_over_and_forgets_the_address(asked):
    begun = timezone.now()
    with time_machine.travel(begun, tick=False):
        for _try in range(2):
            THROTTLE.count(asked())
    with time_machine.travel(begun + timedelta(seconds=599), tick=False):
        assert THROTTLE.is_closed(asked())
    with time_machine.travel(begun + timedelta(seconds=600), tick=False):
        assert not THROTTLE.is_closed(asked())

        THROTTLE.count(asked("10.0.0.2"))

    assert list(Tries.objects.values_list("address", "number")) == [("10.0.0.2", 1)]
