"""Sealing everything anew under the first key of FIELD_KEYS, while people work, so that an old key can be thrown away.

Sealed attributes of models are found by themselves; a room that seals otherwise registers a store of its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.db import connection, models, transaction

from healthaid.core.vault import Sealed, vault

BATCH = 500  # rows a transaction, so that nobody waits long


class Store(Protocol):
    """Sealed values of one kind."""

    @property
    def name(self) -> str:
        """How the command calls them."""

    def left(self) -> int:
        """How many are still sealed under an older key."""

    def reseal(self, limit: int) -> int:
        """Seal at most so many of them anew, in one transaction; how many were."""


_STORES: list[Callable[[], Store]] = []


def register(store: Callable[[], Store]) -> None:
    """Announce a kind of sealed values; call it from AppConfig.ready()."""
    _STORES.append(store)


def stores() -> list[Store]:
    """Everything that is sealed in this installation."""
    return [
        *[SealedColumn(model, attribute) for model, attribute in sealed_attributes()],
        *[make() for make in _STORES],
    ]


def sealed_attributes() -> Iterator[tuple[type[models.Model], Sealed]]:
    """Every Sealed attribute of every model."""
    for model in apps.get_models():
        for attribute in sealed_of(model):
            yield model, attribute


def sealed_of(model: type[models.Model]) -> list[Sealed]:
    """The Sealed attributes of one model."""
    return [attribute for attribute in vars(model).values() if isinstance(attribute, Sealed)]


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """The values of one sealed attribute."""

    model: type[models.Model]
    attribute: Sealed

    @property
    def name(self) -> str:
        """As the progress shows it."""
        return f"{self.model._meta.label_lower}.{self.attribute.name}"  # noqa: SLF001

    def left(self) -> int:
        return self._old().count()

    @transaction.atomic
    def reseal(self, limit: int) -> int:
        column, table = self.attribute.column, self.model._meta.db_table  # noqa: SLF001
        rows = self._old().select_for_update().order_by("pk").values_list("pk", "seal_id", column)[:limit]
        changes = [
            (resealed(sealed, self.attribute.context_of(table, seal_id)), pk, sealed) for pk, seal_id, sealed in rows
        ]
        quote = connection.ops.quote_name
        statement = f"UPDATE {quote(table)} SET {quote(column)} = %s WHERE id = %s AND {quote(column)} = %s"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.executemany(statement, changes)
        return len(changes)

    def _old(self) -> models.QuerySet[Any]:
        return older(self.model._base_manager.all(), self.attribute.column)  # noqa: SLF001


def older(rows: models.QuerySet, column: str) -> models.QuerySet:
    """The rows whose text column is sealed, but not under the current key."""
    return rows.exclude(**{column: ""}).exclude(**{f"{column}__startswith": f"{vault().current}:"})


def resealed(sealed: str, context: str) -> str:
    """The same text under the current key. Raises Unsealable."""
    return vault().seal(vault().open(sealed, context), context)
