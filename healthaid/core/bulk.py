"""The one door of bulk work: columns go in and out of the database without an object for every row.

Rows are staged in a temporary table first (COPY on PostgreSQL, executemany on SQLite), outside the transaction; one
short transaction then moves them all. Few rows need no such table on SQLite. Frames carry database columns: the
attname of each field, dates as Date, instants as UTC Datetime, amounts as Decimal. Table and column names come from
models only.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction

from healthaid.core import frames

ROWS_AT_ONCE = 50  # of one statement on SQLite
FEW = 50  # rows or values that stand in the statement itself; beyond it a temporary table of them is faster
STAGE = "stage"  # what staged rows are called in a statement
CHUNK = 20_000  # rows fetched at a time
SORTING = "64MB"  # of memory for a query that is read in parts


@dataclass(frozen=True, slots=True)
class Staging:
    """Rows that stand ready: behind FROM, where they are called `STAGE`, with parameters; their columns and number."""

    source: str
    parameters: tuple[Any, ...]
    columns: tuple[str, ...]
    count: int


def table(model: type[models.Model]) -> str:
    """The model's table, quoted."""
    return quote(model._meta.db_table)  # noqa: SLF001


def quote(name: str) -> str:
    """A table or column name for SQL."""
    return connection.ops.quote_name(name)


def field_columns(model: type[models.Model]) -> tuple[str, ...]:
    """The names of all columns of the model."""
    return tuple(field.attname for field in model._meta.concrete_fields)  # noqa: SLF001


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Fresh primary keys, so that rows can refer to each other and be recorded before they are written."""
    if not count:
        return []
    name = model._meta.db_table  # noqa: SLF001
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # The sequence is looked up once, not for every number.
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table(model)])
            cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [*cursor.fetchone(), count])
            return [number for (number,) in cursor.fetchall()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, name])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [name, count])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [name])
        last = cursor.fetchone()[0]
    return list(range(last - count + 1, last + 1))


@contextmanager
def staged(model: type[models.Model], frame: pl.DataFrame, extra: Sequence[str] = ()) -> Iterator[Staging]:
    """The frame's rows, in columns of the model's table, plus whole-number columns for the `extra` names.

    Columns of the frame that are neither are left out. What holds the rows goes when the block ends.
    """
    own = [column for column in field_columns(model) if column in frame.columns]
    rows = frame.select(*own, *extra)
    if connection.vendor == "sqlite" and rows.height <= FEW:
        yield _in_the_statement(rows)
        return
    with _temporary_table(model, rows, extra) as name:
        yield Staging(f"{name} AS {STAGE}", (), tuple(rows.columns), rows.height)


def _in_the_statement(rows: pl.DataFrame) -> Staging:
    """Rows as parameters.

    A temporary table would cost more, and SQLite reads its schema anew after each rollback in a transaction that made
    one.
    """
    names = ", ".join(f"NULL AS {quote(column)}" for column in rows.columns)
    row = f" UNION ALL SELECT {', '.join(['%s'] * rows.width)}"
    source = f"(SELECT {names} WHERE 1 = 0{row * rows.height}) AS {STAGE}"
    return Staging(source, tuple(chain.from_iterable(frames.sqlite_rows(rows))), tuple(rows.columns), rows.height)


@contextmanager
def _temporary_table(model: type[models.Model], rows: pl.DataFrame, extra: Sequence[str] = ()) -> Iterator[str]:
    """The name of a table of this connection with the rows, shaped like the model's."""
    name = f"stage_{secrets.token_hex(6)}"
    shape = ", ".join(f"0 AS {quote(column)}" if column in extra else quote(column) for column in rows.columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA temp_store")
            if not connection.in_atomic_block and cursor.fetchone()[0] != 2:  # noqa: PLR2004 -- 2 is memory
                cursor.execute("PRAGMA temp_store = MEMORY")  # personal data never reaches a temporary file
        cursor.execute(f"CREATE TEMPORARY TABLE {name} AS SELECT {shape} FROM {table(model)} WHERE 1 = 0")  # noqa: S608
    try:
        _fill(name, rows)
        yield name
    finally:
        _drop(name)


def _drop(name: str) -> None:
    if connection.needs_rollback:
        return  # the broken transaction takes the table with it, or the connection's end does
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


def insert(model: type[models.Model], frame: pl.DataFrame) -> int:
    """Write the frame's rows straight into the model's table; columns that are not the table's are left out."""
    return _fill(table(model), frame.select(column for column in field_columns(model) if column in frame.columns))


@contextmanager
def ready(model: type[models.Model], frame: pl.DataFrame) -> Iterator[Callable[[], int]]:
    """What writes the frame's rows into the model's table when called, prepared as far as it pays before.

    PostgreSQL copies them straight into the table. SQLite is faster with one statement that moves staged rows.
    """
    if connection.vendor == "postgresql":
        yield partial(insert, model, frame)
        return
    with staged(model, frame) as staging:
        yield partial(insert_staged, model, staging)


def _fill(name: str, frame: pl.DataFrame) -> int:
    if frame.is_empty():
        return 0
    columns = ", ".join(quote(column) for column in frame.columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            form = f"FORMAT csv, NULL '{frames.NULL}', DELIMITER '{frames.SEPARATOR}', QUOTE '{frames.QUOTE}'"
            statement = f"COPY {name} ({columns}) FROM STDIN WITH ({form})"
            # Django turns the driver's errors into its own for execute() only.
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for chunk in frame.iter_slices(CHUNK):
                    copy.write(frames.to_csv(chunk))
        else:
            with _one_transaction():
                _fill_sqlite(cursor, f"INSERT INTO {name} ({columns}) VALUES ", frame)  # noqa: S608
    return frame.height


def _fill_sqlite(cursor: Any, start: str, frame: pl.DataFrame) -> None:
    """Several rows a statement, since SQLite opens the table and each of its indexes anew for every statement."""
    rows, marks = frames.sqlite_rows(frame), f"({', '.join(['%s'] * frame.width)})"
    for size, count in ((ROWS_AT_ONCE, frame.height // ROWS_AT_ONCE), (1, frame.height % ROWS_AT_ONCE)):
        if count:
            values = (tuple(chain.from_iterable(islice(rows, size))) for _ in range(count))
            cursor.executemany(start + ", ".join([marks] * size), values)


@contextmanager
def _one_transaction() -> Iterator[None]:
    """One transaction around many statements that touch only temporary tables, without taking the writers' turn."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


def insert_staged(
    model: type[models.Model], staging: Staging, *, values: Sequence[str] | None = None, or_skip: bool = False
) -> int:
    """Move staged rows into the model's table by one statement; the number of rows written.

    With `or_skip`, rows that break a unique constraint are left out.
    """
    columns = ", ".join(quote(column) for column in values or staging.columns)
    ending = "WHERE true ON CONFLICT DO NOTHING" if or_skip else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table(model)} ({columns}) SELECT {columns} FROM {staging.source} {ending}",  # noqa: S608
            staging.parameters,
        )
        return cursor.rowcount


def update_staged(
    model: type[models.Model], staging: Staging, columns: Sequence[str], *, expected: str | None = None
) -> int:
    """Give stored rows the staged values, by id; the number of rows written.

    `expected` names the staged column of versions: a row that has moved on since is left alone.
    """
    target = table(model)
    assignments = ", ".join(f"{quote(column)} = {STAGE}.{quote(column)}" for column in columns)
    condition = f"{target}.id = {STAGE}.id"
    if expected:
        condition += f" AND {target}.version = {STAGE}.{quote(expected)}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {target} SET {assignments} FROM {staging.source} WHERE {condition}",  # noqa: S608
            staging.parameters,
        )
        return cursor.rowcount


def replace_staged(model: type[models.Model], staging: Staging, column: str, old: str, new: str) -> None:
    """Replace one value of a column by another in the staged rows; what a unique constraint held is free then."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table(model)} SET {quote(column)} = %s "  # noqa: S608
            f"WHERE {quote(column)} = %s AND id IN (SELECT id FROM {staging.source})",
            [new, old, *staging.parameters],
        )


def delete_staged(model: type[models.Model], staging: Staging, column: str = "id") -> int:
    """Delete the rows whose column is among the staged ids; the number of rows deleted."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table(model)} WHERE {quote(column)} IN (SELECT id FROM {staging.source})",  # noqa: S608
            staging.parameters,
        )
        return cursor.rowcount


def lock(model: type[models.Model], ids: pl.Series) -> None:
    """Hold the rows of these ids until the transaction ends, in the order of ids so that two never wait for each other.

    On SQLite the transaction holds everything anyway.
    """
    if connection.vendor == "sqlite" or ids.is_empty():
        return
    with staged(model, pl.DataFrame({"id": ids})) as staging, connection.cursor() as cursor:
        held = f"SELECT 1 FROM {table(model)} WHERE id IN (SELECT id FROM {staging.source}) ORDER BY id FOR UPDATE"  # noqa: S608
        cursor.execute(f"SELECT count(*) FROM ({held}) held", staging.parameters)  # noqa: S608


def find(model: type[models.Model], column: str, values: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
    """The stored rows whose column is one of the values, in one statement however many there are.

    The column holds text or whole numbers.
    """
    schema = frames.frame_schema(model)
    wanted = (values.drop_nulls() if values.null_count() else values).unique()
    if wanted.is_empty():
        return pl.DataFrame(schema={name: schema[name] for name in columns})
    shown = ", ".join(_selected(model, name) for name in columns)
    with _rows_with(model, column, wanted) as (rows, parameters), connection.cursor() as cursor:
        cursor.execute(f"SELECT {shown} FROM {rows}", parameters)  # noqa: S608
        return frames.from_rows(cursor.fetchall(), columns, schema)


@contextmanager
def _rows_with(model: type[models.Model], column: str, wanted: pl.Series) -> Iterator[tuple[str, list[Any]]]:
    """What stands behind FROM for the rows with one of these values, with its parameters; many values are staged."""
    key = quote(column)
    if wanted.len() <= FEW:
        yield f"{table(model)} t WHERE t.{key} IN ({', '.join(['%s'] * wanted.len())})", wanted.to_list()
        return
    with _temporary_table(model, pl.DataFrame({column: wanted})) as name:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {name}")
            yield f"{name} s JOIN {table(model)} t ON t.{key} = s.{key}", []
        else:  # CROSS JOIN keeps SQLite's order: walk the keys, look each up by index
            yield f"{name} s CROSS JOIN {table(model)} t WHERE t.{key} = s.{key}", []


def read(rows: models.QuerySet, columns: Sequence[str]) -> pl.DataFrame:
    """These columns of a query's rows, in its order and under the given names; on PostgreSQL they leave by COPY.

    Columns are fields, also of other tables and joined by name (`now__id`), and annotations. Takes no JSON and no
    instants.
    """
    statement, parameters, schema = _compiled(rows, columns)
    if statement is None:
        return pl.DataFrame(schema=schema)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _copied(cursor, statement, parameters, schema)
        cursor.execute(statement, parameters)
        return frames.from_rows(cursor.fetchall(), columns, schema)


def read_parts(rows: models.QuerySet, columns: Sequence[str], together: str, at_once: int) -> Iterator[pl.DataFrame]:
    """The same in frames of about so many rows; no frame ends among rows that have the first column of order in common.

    `together` is that column: of the model itself, a whole number above 0, and among `columns`. The database may be
    used between the frames, and memory does not grow with the rows.
    """
    if connection.vendor == "postgresql":
        yield from _whole(_parts_of_copy(rows, columns, at_once), together)
        return
    start, size = 0, at_once
    while True:
        frame = read(rows.filter(**{f"{together}__gte": start})[:size], columns)
        if frame.height < size:
            if frame.height:
                yield frame
            return
        last = frame[together][-1]
        whole = frame.filter(pl.col(together) < last)
        if whole.height:
            yield whole
        start, size = last, at_once if whole.height else 2 * size


def _parts_of_copy(rows: models.QuerySet, columns: Sequence[str], at_once: int) -> Iterator[pl.DataFrame]:
    """Joined and sorted once into a temporary table, which then leaves page by page."""
    statement, parameters, schema = _compiled(rows, columns)
    if statement is None:
        return
    name = f"parts_{secrets.token_hex(6)}"
    shown = [f"c{number}" for number in range(len(columns))]
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute(f"SET LOCAL work_mem = '{SORTING}'")
            cursor.execute(f"CREATE TEMPORARY TABLE {name} ({', '.join(shown)}) AS {statement}", parameters)
            count = cursor.rowcount
            cursor.execute("SET LOCAL work_mem TO DEFAULT")
        try:
            cursor.execute("SELECT pg_relation_size(%s) / current_setting('block_size')::bigint", [name])
            pages = cursor.fetchone()[0]
            step = max(1, pages * at_once // max(count, 1))
            for start in range(0, pages, step):
                within = f"WHERE ctid >= '({start},0)' AND ctid < '({start + step},0)'"
                yield _copied(cursor, f"SELECT * FROM {name} {within}", (), schema)  # noqa: S608
        finally:
            if not connection.needs_rollback:
                cursor.execute(f"DROP TABLE IF EXISTS {name}")


def _whole(parts: Iterator[pl.DataFrame], together: str) -> Iterator[pl.DataFrame]:
    """The frames, each without the last group, which goes before the next frame, for it may go on there."""
    rest = None
    for part in parts:
        frame = part if rest is None else pl.concat([rest, part])
        last = frame[together][-1]
        whole, rest = frame.filter(pl.col(together) != last), frame.filter(pl.col(together) == last)
        if whole.height:
            yield whole
    if rest is not None:
        yield rest


def _compiled(
    rows: models.QuerySet, columns: Sequence[str]
) -> tuple[str | None, tuple[Any, ...], dict[str, pl.DataType]]:
    """The query for these columns with its parameters, None where no row can be found, and the types."""
    compiler = rows.values_list(*columns).query.get_compiler(connection=connection)
    statement, parameters = None, ()
    with suppress(EmptyResultSet):
        statement, parameters = compiler.as_sql()
    types = (frames.frame_type(column[0].output_field) for column in compiler.select)
    return statement, parameters, dict(zip(columns, types, strict=True))


def _copied(cursor: Any, statement: str, parameters: tuple[Any, ...], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    text = bytearray()
    copied = f"COPY ({statement}) TO STDOUT (FORMAT csv, NULL '{frames.NULL}')"
    with connection.wrap_database_errors, cursor.copy(copied, parameters or None) as copy:
        for row in copy:
            text += row  # joining the rows at the end costs six times as much
    return frames.from_csv(bytes(text), schema) if text else pl.DataFrame(schema=schema)


def _selected(model: type[models.Model], name: str) -> str:
    """A column as a frame holds it; JSON stays text."""
    as_text = connection.vendor == "postgresql" and isinstance(_column(model, name), models.JSONField)
    return f"t.{quote(name)}::text" if as_text else f"t.{quote(name)}"


def _column(model: type[models.Model], name: str) -> models.Field:
    return next(field for field in model._meta.concrete_fields if field.attname == name)  # noqa: SLF001
