"""The sheets that this installation knows; each room adds its own from AppConfig.ready()."""

from typing import Any

from django.utils.functional import Promise

# Typed loosely on purpose: the engine stands below the resources and never imports them.
_SHEETS: dict[str, Any] = {}


def register(resource: Any) -> Any:
    """Make a SheetResource known under its `kind`; usable as a class decorator."""
    _SHEETS[resource.kind] = resource
    return resource


def sheet(kind: str) -> Any:
    """The SheetResource class of a kind. Raises KeyError."""
    return _SHEETS[kind]


def title_of(kind: str) -> str | Promise | None:
    """The title of a sheet; None where there is no such sheet."""
    return _SHEETS[kind].title if kind in _SHEETS else None


def sheets() -> list[Any]:
    """Every known sheet, in the order in which the rooms registered them."""
    return list(_SHEETS.values())
