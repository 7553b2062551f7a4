"""One place turns a user into rows: a scope is branches of the place tree, and every read is narrowed by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Any, Protocol, Self

from django.db import models
from django.db.models import Q


def under(path: str, prefix: str) -> Q:
    """The rows whose path begins with the prefix, as a range that plain indexes of both databases serve.

    A prefix ends in "/", and "0" is the character after "/", so the range holds exactly the branch.
    """
    return Q(**{f"{path}__gte": prefix, f"{path}__lt": prefix[:-1] + "0"})


@dataclass(frozen=True, slots=True)
class Scope:
    """Branches of the place tree, as path prefixes ending in "/". None at all covers nothing."""

    prefixes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, prefixes: Iterable[str]) -> "Scope":
        """The fewest prefixes that cover the same branches."""
        kept: list[str] = []
        for prefix in sorted(set(prefixes)):
            if not kept or not prefix.startswith(kept[-1]):
                kept.append(prefix)
        return cls(frozenset(kept))

    def __bool__(self) -> bool:
        return bool(self.prefixes)

    def narrow(self, rows: models.QuerySet) -> models.QuerySet:
        """Keep the rows that any of the model's paths puts inside the scope."""
        reach = Q(pk__in=[])
        for path, prefix in product(rows.model.scope_paths, sorted(self.prefixes)):
            reach |= under(path, prefix)
        return rows.filter(reach)

    def covers(self, row: Any) -> bool:
        """Whether this one row is inside; the same answer as `narrow`, without a query."""
        paths = (
            reduce(lambda part, name: part and getattr(part, name), path.split("__"), row) for path in row.scope_paths
        )
        return any(path and path.startswith(prefix) for path, prefix in product(paths, self.prefixes))

    def covers_path(self, path: str) -> bool:
        """Whether a place with this path is inside."""
        return any(path.startswith(prefix) for prefix in self.prefixes)


class Scoped(Protocol):
    """Who can be turned into a scope: a user, once signed in."""

    def scope(self, ability: str | None = None) -> Scope: ...


class ScopedQuerySet(models.QuerySet):
    """The only way from a request to rows; a model names its paths in `scope_paths` and its `read_ability`."""

    def visible_to(self, user: Scoped, ability: str | None = None) -> Self:
        """The rows where the user holds this ability, or may read them when none is named."""
        return user.scope(ability or self.model.read_ability).narrow(self)  # type: ignore[attr-defined, return-value]
