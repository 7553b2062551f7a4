"""Changing a versioned row: set what differs, say what differed, save as the next version."""

from collections.abc import Mapping
from typing import Any


def assign(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set values on a row and return those that differ, as the audit keeps them: {name: [old, new]}."""
    changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    for name, (_old, value) in changes.items():
        setattr(row, name, value)
    return changes


def save_next(row: Any) -> None:
    """Save a row as its next version, fully checked. Raises ValidationError."""
    row.version += 1
    row.full_clean()
    row.save()
