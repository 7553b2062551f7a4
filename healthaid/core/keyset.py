"""Pages by key: as fast at the end of a long list as at its beginning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Model, Q, QuerySet

COUNT_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and the signed keys of the pages on either side ("" at an end)."""

    rows: list[Any]
    after: str
    before: str


@dataclass(frozen=True, slots=True)
class CappedCount:
    """How many rows there are, counted no further than the cap."""

    number: int
    is_capped: bool


def count_capped(rows: QuerySet, cap: int = COUNT_CAP) -> CappedCount:
    """The number of rows up to the cap, at a price that does not grow with the table."""
    number = rows.order_by().values("pk")[: cap + 1].count()  # without what a row of the list shows besides
    return CappedCount(min(number, cap), is_capped=number > cap)


def page_of(rows: QuerySet, ordering: Sequence[str], size: int, *, after: str = "", before: str = "") -> Page:
    """One page in the given order; all fields of the order run the same way and the last one is unique.

    Raises django.core.signing.BadSignature for a key that was not made here.
    """
    backwards = bool(before)
    keyed = rows.order_by(*(_flip(name) if backwards else name for name in ordering))
    if key := before or after:
        keyed = keyed.filter(_beyond(ordering, signing.loads(key, salt="keyset"), backwards=backwards))
    found = list(keyed[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    return Page(
        rows=found,
        after=_key(found[-1], ordering) if found and (more or backwards) else "",
        before=_key(found[0], ordering) if found and (after or (backwards and more)) else "",
    )


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(ordering: Sequence[str], values: Sequence[Any], *, backwards: bool) -> Q:
    """Rows behind the key: a range of the first field, which an index serves, then the exact comparison."""
    falling = ordering[0].startswith("-") != backwards
    names = [name.removeprefix("-") for name in ordering]
    step = "lt" if falling else "gt"
    exact, equal = Q(), Q()
    for name, value in zip(names, values, strict=True):
        exact |= equal & Q(**{f"{name}__{step}": value})
        equal &= Q(**{name: value})
    return Q(**{f"{names[0]}__{step}e": values[0]}) & exact


def _key(row: Model, ordering: Sequence[str]) -> str:
    values = [_value(row, name.removeprefix("-")) for name in ordering]
    return signing.dumps([value if isinstance(value, int | str) else str(value) for value in values], salt="keyset")


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row
