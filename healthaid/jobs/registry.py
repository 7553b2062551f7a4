"""Kinds of work, told by the rooms that do them when the apps are loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import Promise

    from healthaid.jobs.leases import Progress
    from healthaid.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work. `run` is safe to call twice and returns JSON; {"url": …} leads on from the job's page."""

    name: str
    label: str | Promise
    run: Callable[[Job, Progress], dict[str, Any]]


_KINDS: dict[str, Kind] = {}


def register(kind: str, label: str | Promise, run: Callable[[Job, Progress], dict[str, Any]]) -> None:
    """Announce a kind of work; call it from AppConfig.ready()."""
    _KINDS[kind] = Kind(kind, label, run)


def kind_named(name: str) -> Kind:
    """The kind of that name. Raises KeyError."""
    return _KINDS[name]


def label_of(name: str) -> str | Promise:
    """The kind's label; its bare name when the room that did such work is gone."""
    kind = _KINDS.get(name)
    return kind.label if kind else name


def labels() -> list[tuple[str, str | Promise]]:
    """All kinds as choices of a filter."""
    return [(kind.name, kind.label) for kind in _KINDS.values()]
