"""The main navigation; each room adds its own pages in AppConfig.ready."""

from dataclasses import dataclass

from django.utils.functional import Promise

from healthaid.accounts.models import User


@dataclass(frozen=True, slots=True)
class Destination:
    """One entry: the name of its first page, its label, and its place from the left.

    `pages` are the beginnings of the view names that belong to it; any of the abilities opens it, none means everybody.
    """

    name: str
    label: str | Promise
    icon: str
    order: int
    pages: tuple[str, ...]
    abilities: tuple[str, ...] = ()


_destinations: dict[str, Destination] = {}


def register(destination: Destination) -> None:
    """Put an entry into the navigation of every page."""
    _destinations[destination.name] = destination


def destinations_of(user: User) -> list[Destination]:
    """What the user may open, from the left."""
    found = sorted(_destinations.values(), key=lambda destination: destination.order)
    return [one for one in found if not one.abilities or any(map(user.can, one.abilities))]
