"""Frames at the database's edge: type of each column, and rows in the forms that either database reads and gives."""

import io
from collections.abc import Iterator, Sequence

import polars as pl
from django.db import connection, models

NULL = "\\N"  # as COPY writes it
SEPARATOR, QUOTE = "\x1f", "\x1e"  # for COPY: hardly any text holds them, so hardly any is quoted


def frame_schema(model: type[models.Model]) -> dict[str, pl.DataType]:
    """The frame type of each column of the model; amounts are decimal."""
    return {field.attname: frame_type(field) for field in model._meta.concrete_fields}  # noqa: SLF001


def frame_type(field: models.Field) -> pl.DataType:
    """The frame type of a field's column."""
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, models.DateTimeField):
        return pl.Datetime("us", "UTC")
    if isinstance(kind, models.DecimalField):
        return pl.Decimal(38, kind.decimal_places)
    for django_type, polars_type in (
        (models.DateField, pl.Date),
        (models.BooleanField, pl.Boolean),
        (models.IntegerField, pl.Int64),
    ):
        if isinstance(kind, django_type):
            return polars_type()
    return pl.String()


def to_csv(frame: pl.DataFrame) -> bytes:
    """Rows as COPY takes them."""
    buffer = io.BytesIO()
    frame.write_csv(
        buffer, include_header=False, null_value=NULL, quote_style="necessary", separator=SEPARATOR, quote_char=QUOTE
    )
    return buffer.getvalue()


def from_csv(text: bytes, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Rows as COPY gives them."""
    flags = [name for name, kind in schema.items() if kind == pl.Boolean]
    frame = pl.read_csv(
        text,
        has_header=False,
        schema=schema | dict.fromkeys(flags, pl.String()),
        null_values=NULL,
        empty_string_is_null=False,
    )
    return frame.with_columns(pl.col(name) == "t" for name in flags)


def sqlite_rows(frame: pl.DataFrame) -> Iterator[tuple]:
    """Rows in the forms in which Django keeps them on SQLite."""
    texts = [
        pl.col(name).dt.replace_time_zone(None).dt.strftime("%Y-%m-%d %H:%M:%S%.6f").alias(name)
        if isinstance(kind, pl.Datetime)
        else pl.col(name).cast(pl.String).alias(name)
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Datetime | pl.Date)
    ]
    numbers = pl.selectors.boolean().cast(pl.Int8)  # the driver is slow with anything but plain numbers and texts
    return frame.with_columns(*texts, numbers).iter_rows(buffer_size=4_096)


def from_rows(rows: list[tuple], columns: Sequence[str], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Rows as the driver gives them; SQLite keeps amounts as any number."""
    if connection.vendor == "postgresql":
        return pl.DataFrame(rows, schema={name: schema[name] for name in columns}, orient="row")
    stored = {name: pl.Float64() if isinstance(schema[name], pl.Decimal) else schema[name] for name in columns}
    frame = pl.DataFrame(rows, schema=stored, orient="row", strict=False)
    amounts = [pl.col(name).cast(schema[name]) for name in columns if stored[name] != schema[name]]
    return frame.with_columns(amounts) if amounts else frame
