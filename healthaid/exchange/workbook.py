"""Lists and summaries that leave as a workbook, with who took them and when; each leaves a trace."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.exchange.writing import SheetColumn, Watermark, write_rows
from healthaid.regions.models import Place

MOST = 20_000  # rows made while somebody waits
Content = tuple[list[SheetColumn], pl.DataFrame]
_TYPES = {"number": pl.Int64(), "ratio": pl.Float64(), "amount": pl.Decimal(38, 2), "date": pl.Date()}


def frame(columns: list[SheetColumn], rows: list[list[Any]]) -> pl.DataFrame:
    """Rows of cells as a frame with the types of the columns."""
    schema = {f"c{at}": _TYPES.get(column.kind, pl.String()) for at, column in enumerate(columns)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def export_table(
    *,
    by: User,
    title: str,
    sheet: str,
    place: Place,
    year: int,
    columns: Sequence[SheetColumn],
    chunks: Iterable[pl.DataFrame],
) -> bytes:
    """A workbook of frames with these columns about a place and a year; `sheet` is its name in the record."""
    words = _("%(place)s，%(year)d年") % {"place": place.name, "year": year}
    data, rows = _workbook(by, title, words, columns, chunks)
    record(by=by, verb="exchange.sheet.exported", sheet=sheet, rows=rows, place=place.name, year=year, form="xlsx")
    return data


def export_list(
    *,
    by: User,
    title: str,
    sheet: str,
    filters: str,
    columns: Sequence[SheetColumn],
    chunks: Iterable[pl.DataFrame],
) -> bytes:
    """A workbook of a filtered list; `filters` says in words what was filtered, `sheet` is its name in the record."""
    data, rows = _workbook(by, title, filters, columns, chunks)
    record(by=by, verb="exchange.sheet.exported", sheet=sheet, rows=rows, filters=filters, form="xlsx")
    return data


def _workbook(
    by: User, title: str, filters: str, columns: Sequence[SheetColumn], chunks: Iterable[pl.DataFrame]
) -> tuple[bytes, int]:
    """The bytes of a workbook with who took it and when, and how many rows it has."""
    buffer = io.BytesIO()
    watermark = Watermark(title=title, taken_by=str(by), unit=by.unit, taken_at=timezone.now(), filters=filters)
    rows = write_rows(columns, chunks, watermark, "xlsx", buffer)
    return buffer.getvalue(), rows


def refuse_too_many(count: int) -> None:
    """Raise ValidationError when a person would wait too long."""
    if count > MOST:
        raise ValidationError(_("名单超过%(most)d条，请先选择下级地方或缩小范围再导出。") % {"most": MOST})
