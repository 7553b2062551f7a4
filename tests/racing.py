"""Many people do the same thing at the same moment."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from healthaid.core.decisions import Refused, Stale

PEOPLE = 50
CONDITIONS = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


def at_once(*acts: Callable[[], Any], people: int = PEOPLE) -> list[Any]:
    """What came of the acts, each done by its share of the people; who was refused, came late or erred is left out."""
    start, done = threading.Barrier(people), []

    def attempt(act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(60)
            done.append(act())
        except (Refused, Stale, ValidationError):
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(acts[number % len(acts)],)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done
