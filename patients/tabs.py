"""The tabs of a person's page; higher rooms add theirs in AppConfig.ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from healthaid.accounts.models import User
from patients.models import Person

Context = Callable[[User, Person], Mapping[str, Any]]


def for_all(_user: User, _person: Person) -> bool:
    """A tab that everybody has who sees the person."""
    return True


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its part of the address, its name, its fragment, and what the fragment shows.

    The fragment gets `person`, `user` and what `context` gives; `order` counts from the left; the print of the page
    has the fragments that are printed, one below the other, so that context names are the tab's own.
    """

    slug: str
    label: str | Promise
    template: str
    context: Context
    order: int
    is_open: Callable[[User, Person], bool] = for_all
    is_printed: bool = True


_tabs: dict[str, Tab] = {}


def register(tab: Tab) -> None:
    """Put a tab on every person's page; a slug is taken once, and the last to take it has it."""
    _tabs[tab.slug] = tab


def tabs_of(user: User, person: Person) -> list[Tab]:
    """The tabs that the user has on this person's page, from the left."""
    return sorted((tab for tab in _tabs.values() if tab.is_open(user, person)), key=lambda tab: tab.order)
