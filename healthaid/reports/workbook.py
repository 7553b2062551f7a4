"""The official table as a workbook: a row a place, a column (or three, for a rate) an indicator."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import groupby
from typing import Any

import xlsxwriter
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from healthaid.regions.enums import Level
from healthaid.reports.domain import Value
from healthaid.reports.indicators import INDICATORS, SECTIONS, Indicator
from healthaid.reports.selectors.figures import Part, nothing_counted

HEAD_ROWS = 6  # title, who and when, as of, then three rows of column heads
PLACE_WIDTH, NUMBER_WIDTH, RATE_WIDTH = 26, 9, 8.5
INDENTS = {Level.TOWNSHIP: 1, Level.VILLAGE: 2}
DASH = "—"  # nobody could count it there
ACCENT, SOFT, LINE = "#0F5C5C", "#E6F0EF", "#B9C6C4"


@dataclass(frozen=True, slots=True)
class Cover:
    """What the head and the watermark of the workbook say."""

    place: str
    month: date
    as_of: date
    counted_at: datetime
    taken_by: str
    taken_at: datetime


def month_workbook(cover: Cover, parts: Sequence[Part]) -> bytes:
    """The workbook; places are in tree order, the whole first. No text is ever taken for a formula or a link."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": _title(cover), "author": cover.taken_by, "created": _naive(cover.taken_at)})
        sheet = book.add_worksheet(_("月报"))
        formats = _formats(book)
        _write_head(sheet, formats, cover)
        _write_rows(sheet, formats, parts)
        _lay_out(sheet, cover)
        _write_watermark(book, cover, len(parts))
    return buffer.getvalue()


def _title(cover: Cover) -> str:
    month = _("%(year)d年%(month)d月") % {"year": cover.month.year, "month": cover.month.month}
    return _("%(place)s健康帮扶月报表（%(month)s）") % {"place": cover.place, "month": month}


def _naive(at: datetime) -> datetime:
    return localtime(at).replace(tzinfo=None)


def _columns() -> Iterator[tuple[Indicator, int]]:
    """Each indicator with its first column."""
    column = 1
    for indicator in INDICATORS:
        yield indicator, column
        column += 3 if indicator.is_rate else 1


def _last_column() -> int:
    indicator, column = list(_columns())[-1]
    return column + (2 if indicator.is_rate else 0)


def _formats(book: Workbook) -> dict[str, Format]:
    font = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
    cell = {**font, "border": 1, "border_color": LINE}
    head = {**cell, "bold": True, "align": "center", "text_wrap": True, "bg_color": SOFT, "font_color": ACCENT}
    formats = {
        "title": {**font, "font_size": 18, "bold": True, "align": "center", "font_color": ACCENT},
        "line": font,
        "head": head,
    }
    for name, look in (
        (Level.COUNTY, {"bold": True, "bg_color": SOFT}),
        (Level.TOWNSHIP, {"bold": True}),
        (Level.VILLAGE, {}),
    ):
        formats[f"{name}_place"] = {**cell, **look, "indent": INDENTS.get(name, 0)}
        formats[f"{name}_number"] = {**cell, **look, "num_format": "#,##0"}
        formats[f"{name}_rate"] = {**cell, **look, "num_format": "0.0%", "align": "right"}
    return {name: book.add_format(look) for name, look in formats.items()}


def _write_head(sheet: Worksheet, formats: dict[str, Format], cover: Cover) -> None:
    last = _last_column()
    sheet.merge_range(0, 0, 0, last, _title(cover), formats["title"])
    blank = "＿" * 8
    sheet.write_string(1, 0, _("单位（盖章）：%(place)s") % {"place": cover.place}, formats["line"])
    for column, label in ((4, _("填报人：")), (10, _("审核人：")), (16, _("联系电话："))):
        sheet.write_string(1, column, label + blank, formats["line"])
    as_of = _("截至%(day)s（累计）") % {"day": f"{cover.as_of:%Y-%m-%d}"}
    counted = _("统计时间：%(at)s") % {"at": f"{localtime(cover.counted_at):%Y-%m-%d %H:%M}"}
    sheet.write_string(2, 0, as_of, formats["line"])
    sheet.write_string(2, 4, counted, formats["line"])
    sheet.write_string(2, 10, _("计量单位：户、人、例、个、村、%"), formats["line"])
    sheet.merge_range(3, 0, 5, 0, _("地区"), formats["head"])
    columns = list(_columns())
    for section, members in groupby(columns, key=lambda pair: pair[0].section):
        placed = list(members)
        first, (indicator, column) = placed[0][1], placed[-1]
        cells = (3, first, 3, column + (2 if indicator.is_rate else 0))
        _merge(sheet, cells, str(SECTIONS[section]), formats["head"])
    for indicator, column in columns:
        _write_column_head(sheet, formats["head"], indicator, column)


def _write_column_head(sheet: Worksheet, head: Format, indicator: Indicator, column: int) -> None:
    label, unit = str(indicator.label), str(indicator.unit)
    if not indicator.is_rate:
        _merge(sheet, (4, column, 5, column), f"{label}\n（{unit}）", head)
        return
    due = _("应达（%(unit)s）") % {"unit": unit}
    _merge(sheet, (4, column, 4, column + 2), label, head)
    for offset, text in enumerate((f"{indicator.met_label}\n（{unit}）", due, "%")):
        sheet.write_string(5, column + offset, text, head)


def _merge(sheet: Worksheet, cells: tuple[int, int, int, int], text: str, look: Format) -> None:
    """Write over the cells from (top, left) to (bottom, right), which may be one."""
    top, left, bottom, right = cells
    if (top, left) == (bottom, right):
        sheet.write_string(top, left, text, look)
    else:
        sheet.merge_range(top, left, bottom, right, text, look)


def _write_rows(sheet: Worksheet, formats: dict[str, Format], parts: Iterable[Part]) -> None:
    columns = list(_columns())
    for row, part in enumerate(parts, start=HEAD_ROWS):
        look = part.place.level if part.place.level in INDENTS else Level.COUNTY
        sheet.write_string(row, 0, part.place.name, formats[f"{look}_place"])
        for indicator, column in columns:
            value = part.values.get(indicator.code, nothing_counted(indicator))
            if value.withheld:
                sheet.write_string(row, column, value.withheld, formats[f"{look}_rate"])
            elif value.is_counted or indicator.is_rate:
                sheet.write_number(row, column, value.numerator, formats[f"{look}_number"])
            else:
                sheet.write_string(row, column, DASH, formats[f"{look}_rate"])
            if indicator.is_rate:
                sheet.write_number(row, column + 1, value.denominator or 0, formats[f"{look}_number"])
                _write_rate(sheet, row, column + 2, value, formats[f"{look}_rate"])


def _write_rate(sheet: Worksheet, row: int, column: int, value: Value, look: Format) -> None:
    if value.rate is None:
        sheet.write_string(row, column, value.percent, look)
    else:
        sheet.write_number(row, column, float(value.rate), look)


def _lay_out(sheet: Worksheet, cover: Cover) -> None:
    sheet.set_column(0, 0, PLACE_WIDTH)
    for indicator, column in _columns():
        sheet.set_column(column, column, NUMBER_WIDTH)
        if indicator.is_rate:
            sheet.set_column(column + 1, column + 1, NUMBER_WIDTH)
            sheet.set_column(column + 2, column + 2, RATE_WIDTH)
    for row, height in ((0, 36), (1, 22), (2, 22), (3, 22), (4, 34), (5, 34)):
        sheet.set_row(row, height)
    sheet.freeze_panes(HEAD_ROWS, 1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.repeat_rows(0, HEAD_ROWS - 1)
    sheet.repeat_columns(0)
    sheet.fit_to_pages(2, 0)
    taken = f"{cover.taken_by} {localtime(cover.taken_at):%Y-%m-%d %H:%M}".replace("&", "&&")
    sheet.set_footer(f"&L{taken}&R&P / &N")


def _write_watermark(book: Workbook, cover: Cover, rows: int) -> None:
    sheet = book.add_worksheet(_("导出说明"))
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 44)
    lines: tuple[tuple[str, Any], ...] = (
        (_("内容"), _title(cover)),
        (_("导出人"), cover.taken_by),
        (_("导出时间"), f"{localtime(cover.taken_at):%Y-%m-%d %H:%M:%S}"),
        (_("行数"), str(rows)),
        (_("统计时间"), f"{localtime(cover.counted_at):%Y-%m-%d %H:%M:%S}"),
    )
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 1, text)
