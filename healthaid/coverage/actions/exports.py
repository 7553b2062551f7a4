"""Tables that leave as a workbook, with who took them and when; each leaves a trace."""

import io
from collections.abc import Iterable, Sequence

import polars as pl
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.exchange.writing import SheetColumn, Watermark, write_rows
from healthaid.regions.models import Place

MOST = 20_000  # rows made while somebody waits


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
    buffer = io.BytesIO()
    words = _("%(place)s，%(year)d年") % {"place": place.name, "year": year}
    watermark = Watermark(title=title, taken_by=str(by), unit=by.unit, taken_at=timezone.now(), filters=words)
    rows = write_rows(columns, chunks, watermark, "xlsx", buffer)
    record(by=by, verb="exchange.sheet.exported", sheet=sheet, rows=rows, place=place.name, year=year, form="xlsx")
    return buffer.getvalue()


def refuse_too_many(count: int) -> None:
    """Raise ValidationError when a person would wait too long."""
    if count > MOST:
        raise ValidationError(_("名单超过%(most)d人，请先选择下级地方再导出。") % {"most": MOST})
