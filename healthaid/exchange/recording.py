"""What the record says of each row that a sheet writes, with personal numbers masked."""

from collections.abc import Sequence
from functools import cache

import polars as pl
from django.db import models

from healthaid.core import identity
from healthaid.core.fields import MoneyField
from healthaid.exchange.merging import OLD, Merge, opened_texts

NOTHING = pl.Series("changes", [], pl.String)


def recorded_new(merge: Merge, rows: pl.DataFrame) -> pl.Series:
    """For each new row JSON of {"column": [null, value]} for every value it has; the entry itself tells the place."""
    if rows.is_empty():
        return NOTHING
    names = [name for name in merge.recorded if name in rows.columns and name not in {"path", "household_id"}]
    kept = [
        pl.when(~_is_blank(name, rows)).then(pl.format('"{}":[null,{}]', pl.lit(name), _told(merge, rows, name)))
        for name in names
    ]
    return rows.with_columns(_object(kept).alias("changes"))["changes"]


def recorded_changes(merge: Merge, rows: pl.DataFrame) -> pl.Series:
    """For each changed row JSON of {"column": [old, new]} for every column that changes."""
    if rows.is_empty():
        return NOTHING
    marked = [name for name in merge.recorded if f"{name}:changed" in rows.columns]
    changing = rows.select(pl.col(f"{name}:changed").any().alias(name) for name in marked)
    kept = []
    for name in (name for name in marked if changing[name][0]):
        if name in merge.sealed:
            given = rows.with_columns(pl.col(f"{name}:changed").alias("given"))
            rows = rows.with_columns(opened_texts(merge.model, name, given).alias(name + OLD))
        old, new = _told(merge, rows, name, OLD), _told(merge, rows, name)
        kept.append(pl.when(pl.col(f"{name}:changed")).then(pl.format('"{}":[{},{}]', pl.lit(name), old, new)))
    return rows.with_columns(_object(kept).alias("changes"))["changes"]


def _object(parts: Sequence[pl.Expr]) -> pl.Expr:
    """A JSON object of the parts that are there."""
    inside = pl.concat_str(parts, separator=",", ignore_nulls=True) if parts else pl.lit("")
    return pl.concat_str(pl.lit("{"), inside, pl.lit("}"))


def _is_blank(name: str, rows: pl.DataFrame) -> pl.Expr:
    column = pl.col(name)
    return column.is_null() | (column == "") if rows.schema[name] == pl.String else column.is_null()


_SPECIAL = r'["\\\x00-\x1f]'  # what JSON text has to escape


def _told(merge: Merge, rows: pl.DataFrame, name: str, suffix: str = "") -> pl.Expr:
    """The value as JSON text in the record."""
    if name in _amounts(merge.model):
        return _json(_yuan(pl.col(name + suffix)), pl.String(), is_plain=True)
    kind = rows.schema[name]
    is_plain = kind == pl.String and not rows[name + suffix].str.contains(_SPECIAL).any()
    told = _json(_shown(merge, name, suffix), kind, is_plain=is_plain)
    return pl.when(pl.col(merge.hidden)).then(pl.lit('"***"')).otherwise(told) if merge.hidden else told


@cache
def _amounts(model: type[models.Model]) -> frozenset[str]:
    """The columns that hold whole fen."""
    return frozenset(field.attname for field in model._meta.concrete_fields if isinstance(field, MoneyField))  # noqa: SLF001


def _yuan(fen: pl.Expr) -> pl.Expr:
    """Whole fen as yuan with two decimals; null stays null."""
    sign = pl.when(fen < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    yuan, rest = (fen.abs() // 100).cast(pl.String), (fen.abs() % 100).cast(pl.String).str.zfill(2)
    return pl.concat_str(sign, yuan, pl.lit("."), rest)


def _shown(merge: Merge, name: str, suffix: str = "") -> pl.Expr:
    """The value as the record shows it."""
    column = pl.col(name + suffix)
    if withheld := getattr(merge.columns.get(name), "withheld", None):
        shown = pl.element().is_in(sorted(withheld)).not_()
        return column.str.split(",").list.filter(shown).list.join(",")
    if name not in merge.sealed:
        return column
    return masked_number(column)


def masked_number(column: pl.Expr) -> pl.Expr:
    """Identity, certificate and phone numbers without their middle."""
    length = column.str.len_chars()
    long = pl.concat_str(column.str.head(6), pl.lit("********"), column.str.tail(4))
    phone = pl.concat_str(column.str.head(3), pl.lit("****"), column.str.tail(4))
    return (
        pl.when(length >= identity.OLD_LENGTH)
        .then(long)
        .when(length >= identity.MOBILE_LENGTH)
        .then(phone)
        .when(column.is_not_null())
        .then(pl.lit("****"))
    )


def _json(value: pl.Expr, kind: pl.DataType | None, *, is_plain: bool = False) -> pl.Expr:
    """A value as JSON text, null included; plain text holds nothing to escape."""
    if kind is not None and (kind.is_integer() or kind == pl.Boolean):
        return value.cast(pl.String).fill_null("null")
    text = value.cast(pl.String)
    if not is_plain:
        text = text.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
        text = text.str.replace_all(r"[\x00-\x1f]", " ")
    return pl.when(text.is_not_null()).then(pl.concat_str(pl.lit('"'), text, pl.lit('"'))).otherwise(pl.lit("null"))
