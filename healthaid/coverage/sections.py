"""The sections of the room, as its pages show them on top; each noun adds its own in AppConfig.ready."""

from dataclasses import dataclass

from django.utils.functional import Promise

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User


@dataclass(frozen=True, slots=True)
class Section:
    """One entry: the name of its first page, its label, what it is for, and its place from the left.

    `pages` are the beginnings of the view names that belong to it.
    """

    name: str
    label: str | Promise
    purpose: str | Promise
    icon: str
    order: int
    pages: tuple[str, ...]
    ability: str = Ability.READ_COVERAGE


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Put a section on every page of the room."""
    _sections[section.name] = section


def sections_of(user: User) -> list[Section]:
    """The sections that the user may open, from the left."""
    found = sorted(_sections.values(), key=lambda section: section.order)
    return [section for section in found if user.can(section.ability)]
