"""Rows that follow a person: into another village, and out of the register. Filled by the rooms in AppConfig.ready."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Model

from healthaid.accounts.models import User


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person dies or moves out on a day."""

    person_id: int
    on: date
    is_death: bool
    reason: str  # in words, for the rows that keep one


@dataclass(frozen=True, slots=True)
class Follower:
    """A model whose rows have a `person` and copy the person's `path`, and what happens to them when the person goes.

    `end` writes under the user's name and returns how many rows it ended; `running` says how many it would end.
    """

    model: type[Model]
    end: Callable[[User, Leaving], int] | None = None
    running: Callable[[int], int] | None = None


_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Let rows of a model follow their person; a model registers once."""
    if all(known.model is not follower.model for known in _followers):
        _followers.append(follower)


def followers() -> tuple[Follower, ...]:
    """All models that follow, lower rooms first."""
    return tuple(_followers)
