"""What a sheet means for the database: new rows, changed rows, and how they will stand in it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection, models

from healthaid.accounts.models import User
from healthaid.core import bulk, frames
from healthaid.core.scoping import Scope
from healthaid.core.vault import Sealed, new_seal_ids, vault

OLD = ":old"  # behind a column's name: the stored value


@dataclass(slots=True)
class Run:
    """Who imports, where they may, on which day, and where new primary keys come from."""

    by: User
    scope: Scope
    today: date
    new_ids: Callable[[type[models.Model], int], list[int]]

    def covered(self, path: str) -> pl.Expr:
        """Whether the column of paths lies inside the scope."""
        inside = pl.lit(value=False)
        for prefix in self.scope.prefixes:
            inside |= pl.col(path).str.starts_with(prefix).fill_null(value=False)
        return inside


def provisional_ids(_model: type[models.Model], count: int) -> list[int]:
    """Stand-ins for primary keys while a sheet is only checked; they never meet a stored row's."""
    return list(range(-1, -count - 1, -1))


@dataclass(slots=True)
class Merge:
    """What one table gets: wanted values beside the stored ones. A null keeps the stored value.

    `wanted` has "id", "is_new", "path" where the table has one, the columns of the table that are to be set, and under
    the name of a sealed attribute its clear text. `stored` has the same columns of the rows that exist, as `read` gives
    them. `recorded` names the columns that the record shows, `columns` the sheet's columns that fill the table's.
    `parked` gives for a column the value that holds a unique place, and the one that frees it while rows are written.
    """

    model: type[models.Model]
    wanted: pl.DataFrame
    stored: pl.DataFrame
    recorded: Sequence[str]
    verb: str = ""  # none: the rows are told in the record of the row they belong to
    parked: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)
    is_kept: bool = True  # False: new rows are taken back with the row that they cascade from
    hidden: str = ""  # a Boolean column: the record of such rows tells which items, not what they are
    rows: pl.DataFrame = field(init=False)  # the result: wanted or stored values, with the stored ones beside
    changed_columns: list[str] = field(init=False)

    def __post_init__(self) -> None:
        old = self.stored.rename({name: name + OLD for name in self.stored.columns if name != "id"})
        beside = self.wanted.join(old, on="id", how="left", maintain_order="left")
        self.rows = beside.with_columns(self._digests(beside))
        plain = [name for name in self.wanted.columns if name not in {"id", "is_new", *self.sealed}]
        both = [name for name in plain if name + OLD in self.rows.columns]
        self.rows = self.rows.with_columns(
            *(
                (~pl.col("is_new") & pl.col(name).is_not_null() & pl.col(name).ne_missing(pl.col(name + OLD)))
                .fill_null(value=False)
                .alias(f"{name}:changed")
                for name in both
            ),
            *(self._sealed_change(name) for name in self.sealed),
        )
        self.changed_columns = [*both, *self.sealed]
        any_change = pl.any_horizontal(pl.lit(value=False), *(f"{name}:changed" for name in self.changed_columns))
        self.rows = self.rows.with_columns(
            any_change.alias("is_changed"), *(pl.coalesce(name, name + OLD).alias(name) for name in both)
        )

    @property
    def sealed(self) -> list[str]:
        """The sealed attributes among the wanted columns."""
        return [name for name in self.wanted.columns if isinstance(self.model.__dict__.get(name), Sealed)]

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.rows["is_new"].any() or self.rows["is_changed"].any())

    @property
    def new(self) -> pl.DataFrame:
        return self.rows.filter("is_new")

    @property
    def changed(self) -> pl.DataFrame:
        return self.rows.filter("is_changed")

    def states(self) -> pl.DataFrame:
        """The state of each of the sheet's rows, for sheets of one table; of a row that makes several, what any is."""
        rows = self.rows.filter(pl.col("row").is_not_null()).group_by("row", maintain_order=True)
        state = pl.when("is_new").then(pl.lit("new")).when("is_changed").then(pl.lit("changed"))
        made = rows.agg(pl.col("is_new").any(), pl.col("is_changed").any())
        return made.select("row", state.otherwise(pl.lit("unchanged")).alias("state"))

    def _digests(self, beside: pl.DataFrame) -> list[pl.Series]:
        """What stored rows are compared by; the other digests are made for the rows that are written."""
        stored = pl.when(~pl.col("is_new"))
        return [
            digests(self.model, column, beside.select(stored.then(pl.col(name)))[name])
            for name in self.sealed
            for column, last in self._attribute(name).indexes.items()
            if last is None and column not in beside.columns
        ]

    def _sealed_change(self, name: str) -> pl.Series:
        """Compared by digest; by opening the stored text where the attribute has no digest of the whole."""
        whole = [column for column, last in self._attribute(name).indexes.items() if last is None]
        given = self.rows[name].is_not_null() & ~self.rows["is_new"]
        if whole:
            differs = self.rows[whole[0]].ne_missing(self.rows[whole[0] + OLD])
        else:
            opened = opened_texts(self.model, name, self.rows.with_columns(given.alias("given")))
            differs = self.rows[name].ne_missing(opened)
        return (given & differs).alias(f"{name}:changed")

    def _attribute(self, name: str) -> Sealed:
        return self.model.__dict__[name]


def with_ids(rows: pl.DataFrame, model: type[models.Model], run: Run) -> pl.DataFrame:
    """Fresh ids for the rows whose "id" is null, which are the new ones."""
    is_new = rows["id"].is_null()
    fresh = pl.Series("fresh", run.new_ids(model, int(is_new.sum())), pl.Int64)
    if fresh.is_empty():
        return rows.with_columns(is_new.alias("is_new"))
    turn = pl.when(pl.col("is_new")).then(pl.col("is_new").cum_sum() - 1)
    marked = rows.with_columns(is_new.alias("is_new"))
    return marked.with_columns(pl.col("id").fill_null(fresh.gather(marked.select(turn).to_series())))


def read(model: type[models.Model], key: str, values: pl.Series, names: Sequence[str]) -> pl.DataFrame:
    """The stored rows with these keys, with all that a Merge of the named columns compares."""
    columns = ["id", key]
    has = set(bulk.field_columns(model))
    for name in ("version", "path", "seal_id", *names):
        attribute = model.__dict__.get(name)
        if isinstance(attribute, Sealed):
            columns += [attribute.column, *attribute.indexes]
        elif name in has:
            columns.append(name)
    return bulk.find(model, key, values, list(dict.fromkeys(columns)))


def digests(model: type[models.Model], column: str, texts: pl.Series, last: int | None = None) -> pl.Series:
    """The column of keyed digests of the texts, or of their last so many characters."""
    ends = texts.str.tail(last) if last else texts
    purpose = f"{model._meta.db_table}.{column}"  # noqa: SLF001
    return pl.Series(column, vault().index_many(ends.to_list(), purpose), pl.String)


def opened_texts(model: type[models.Model], name: str, rows: pl.DataFrame) -> pl.Series:
    """The stored clear texts of a sealed attribute for the rows that are "given", null for the others."""
    attribute: Sealed = model.__dict__[name]
    sealed = f"{attribute.column}{OLD}"
    if sealed not in rows.columns:
        return pl.Series(name, [None] * rows.height, pl.String)
    given = rows.select(pl.when("given").then(sealed)).to_series()
    context = attribute.context_of(model._meta.db_table, "")  # noqa: SLF001
    texts = vault().open_many(given.to_list(), context, rows[f"seal_id{OLD}"].to_list())
    return pl.Series(name, [text or None for text in texts], pl.String)


@dataclass(slots=True)
class Plan:
    """Everything a sheet would write, table by table in the order of writing, and the state of each of its rows.

    `states` has "row", "state" (new, changed or unchanged) and, where rows share what changes, "told_at": the row that
    tells it. `moved` gives the model whose rows may have moved to
    another place, so that what hangs on them follows.
    """

    merges: list[Merge]
    states: pl.DataFrame
    moved: type[models.Model] | None = None

    def count(self, state: str) -> int:
        """How many of the sheet's rows have this state."""
        return self.states.filter(pl.col("state") == state).height


# Writing


@dataclass(slots=True)
class Prepared:
    """The rows of one table as they will stand in it, sealed, with their record; nothing is written yet."""

    merge: Merge
    new: pl.DataFrame
    changed: pl.DataFrame
    set_columns: list[str]

    @classmethod
    def of(cls, merge: Merge, now: datetime) -> "Prepared":
        """Give new rows their defaults and seals, changed rows their seals and next version."""
        model, own = merge.model, set(bulk.field_columns(merge.model))
        new = _with_defaults(model, merge.new, now)
        changed = merge.changed
        for name in merge.sealed:
            attribute: Sealed = model.__dict__[name]
            new = new.with_columns(
                sealed_texts(model, attribute, new[name], new["seal_id"]),
                *(
                    digests(model, column, new[name], last)
                    for column, last in attribute.indexes.items()
                    if column not in merge.wanted.columns  # the sheet's own rules made it
                ),
            )
            changed = _sealed_anew(model, attribute, name, changed)
        sealed_columns = [
            column for name in merge.sealed for column in (model.__dict__[name].column, *model.__dict__[name].indexes)
        ]
        plain = [name for name in merge.changed_columns if name in own and name != "id"]
        set_columns = [*plain, *sealed_columns]
        if "version" in own:
            changed = changed.with_columns(
                (pl.col(f"version{OLD}") + 1).alias("version"), pl.col(f"version{OLD}").alias("version_was")
            )
            set_columns.append("version")
        if "updated_at" in own:
            changed = changed.with_columns(pl.lit(now).dt.cast_time_unit("us").alias("updated_at"))
            set_columns.append("updated_at")
        return cls(merge, new, changed, list(dict.fromkeys(set_columns)))


def _with_defaults(model: type[models.Model], rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """The columns of the table that the sheet does not give, as the model would fill them; nulls stay away."""
    given = set(rows.columns)
    schema = frames.frame_schema(model)
    made: list[pl.Series | pl.Expr] = []
    for column in model._meta.concrete_fields:  # noqa: SLF001
        name = column.attname
        if name == "id":
            continue
        if name == "seal_id":
            made.append(pl.Series(name, new_seal_ids(rows.height), pl.String))
        elif getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False):
            made.append(pl.lit(now, schema[name]).alias(name))
        elif column.has_default() or (schema[name] == pl.String and not column.null):
            default = column.get_default()
            fallback = pl.lit(_as_stored(default), schema[name])
            made.append((pl.col(name).fill_null(fallback) if name in given else fallback).alias(name))
    return rows.with_columns(made)


def _as_stored(default: Any) -> Any:
    """A default as a frame holds it: the code of a choice, JSON as text."""
    if isinstance(default, list | dict):
        return json.dumps(default)
    return getattr(default, "value", default)


def sealed_texts(model: type[models.Model], attribute: Sealed, texts: pl.Series, marks: pl.Series) -> pl.Series:
    """The sealed column of the texts, each bound to its row by its mark; empty where there is no text."""
    prefix = attribute.context_of(model._meta.db_table, "")  # noqa: SLF001
    return pl.Series(attribute.column, vault().seal_many(texts.to_list(), prefix, marks.to_list()), pl.String)


def _sealed_anew(model: type[models.Model], attribute: Sealed, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Seal the texts that changed; the others keep their stored seal and digests."""
    changed = pl.col(f"{name}:changed")
    texts = rows.select(pl.when(changed).then(pl.col(name)))[name]
    marks = rows[f"seal_id{OLD}"] if f"seal_id{OLD}" in rows.columns else pl.Series([""] * rows.height)
    fresh = [sealed_texts(model, attribute, texts, marks)]
    fresh += [digests(model, column, texts, last) for column, last in attribute.indexes.items()]
    return rows.with_columns(
        pl.when(changed).then(made).otherwise(pl.col(made.name + OLD)).alias(made.name) for made in fresh
    )


def follow(model: type[models.Model], staging: bulk.Staging) -> None:
    """Give everything that hangs on the staged rows of the model, and keeps their place itself, their path."""
    owner = bulk.table(model)
    for relation in model._meta.related_objects:  # noqa: SLF001
        other, key = relation.related_model, relation.field
        if getattr(other, "scope_paths", ())[:1] != ("path",) or other is model or not key.concrete:
            continue
        target, column = bulk.table(other), bulk.quote(str(key.column))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {target} SET path = (SELECT o.path FROM {owner} o WHERE o.id = {target}.{column}) "  # noqa: S608
                f"WHERE {column} IN (SELECT id FROM {staging.source})",
                staging.parameters,
            )
