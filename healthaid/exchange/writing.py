"""Sheets that leave: blank templates, exports, and the error file that can be corrected and uploaded again."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
import xlsxwriter
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from healthaid.exchange.parsing.layout import column_name, plain
from healthaid.exchange.reading import RawSheet
from healthaid.exchange.xlsx import ROW, Note, Sink, Style, Workbook

TEMPLATE_ROWS = 5_000  # rows of a template that are prepared: text format and drop-downs
MAX_NOTES = 2_000  # comments in an error file; the reasons stand beside the row in any case
RISKY = r"^[=+\-@\t\r\n＝＋－＠']"  # a spreadsheet would run, or swallow, what begins so
LONG_DIGITS = r"^(0[0-9]+|[0-9]{12,})$"  # a spreadsheet would round, or shorten, such a number
ENCODINGS = {"csv": "utf-8", "csv-gb18030": "gb18030"}
MARK = "\ufeff".encode()
NOTE_WORD = "说明："  # parsing.layout knows notes under a table by it, whatever the reader's language
SHEET_NAME = 31  # characters at most


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet as it is shown: its header, hint, and what may be chosen."""

    label: str
    kind: str = "text"  # text, number, amount, ratio, date
    hint: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()  # the names that may be picked
    width: int = 14  # characters


@dataclass(frozen=True, slots=True)
class Watermark:
    """Who took what out, when; on a sheet of its own, or under the table of a CSV file."""

    title: str
    taken_by: str
    unit: str
    taken_at: datetime
    filters: str = ""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A problem for the error file; `column` is an index of RawSheet.header, or None for the row as a whole."""

    row: int
    column: int | None
    reason: str
    suggestion: str = ""
    is_warning: bool = False


# Exports


def write_rows(
    columns: Sequence[SheetColumn], chunks: Iterable[pl.DataFrame], watermark: Watermark, fmt: str, out: Sink
) -> int:
    """Write frames of the same columns, in order, as "xlsx", "csv" (UTF-8 with BOM) or "csv-gb18030"; how many rows.

    Text goes out as text whatever it begins with; Date columns as dates, numbers as numbers.
    """
    if fmt == "xlsx":
        return _write_xlsx(columns, chunks, watermark, out)
    return _write_csv(columns, chunks, watermark, ENCODINGS[fmt], out)


def _write_xlsx(columns: Sequence[SheetColumn], chunks: Iterable[pl.DataFrame], watermark: Watermark, out: Sink) -> int:
    taken_at = localtime(watermark.taken_at)
    book = Workbook(out, title=watermark.title, creator=watermark.taken_by, made_at=watermark.taken_at.astimezone(UTC))
    footer = _("%(who)s %(when)s 导出") % {"who": watermark.taken_by, "when": f"{taken_at:%Y-%m-%d %H:%M}"}
    labels = [column.label for column in columns]
    styles = [Style.REQUIRED if column.required else Style.HEADER for column in columns]
    count = 0
    with book:
        with book.sheet(
            sheet_name(watermark.title), [column.width for column in columns], frozen=1, footer=footer
        ) as sheet:
            sheet.write_row(1, labels, styles)
            for chunk in chunks:
                sheet.write_frame(chunk, pl.int_range(count + 2, count + 2 + chunk.height, eager=True))
                count += chunk.height
        with book.sheet(_("导出说明"), [14, 60]) as sheet:
            for number, cells in enumerate(_watermark_rows(watermark, count), 1):
                sheet.write_row(number, cells)
    return count


def _watermark_rows(watermark: Watermark, count: int) -> list[tuple[str, str]]:
    return [
        (_("表"), watermark.title),
        (_("导出人"), watermark.taken_by),
        (_("单位"), watermark.unit),
        (_("导出时间"), f"{localtime(watermark.taken_at):%Y-%m-%d %H:%M:%S}"),
        (_("行数"), str(count)),
        (_("筛选条件"), watermark.filters or _("无")),
        (_("提示"), _("内含个人信息，仅限工作使用，用完即删，不得外传。本次导出已留痕。")),
    ]


def _write_csv(
    columns: Sequence[SheetColumn], chunks: Iterable[pl.DataFrame], watermark: Watermark, encoding: str, out: Sink
) -> int:
    """Comma separated, lines ended as spreadsheets on Windows do; the watermark is a note under the table."""
    if encoding == "utf-8":
        out.write(MARK)
    count = 0
    header = pl.DataFrame({str(at): [column.label] for at, column in enumerate(columns)})
    out.write(_as_csv(header).encode(encoding))
    for chunk in chunks:
        out.write(_as_csv(chunk).encode(encoding))
        count += chunk.height
    out.write(_as_csv(_note_row(watermark, count, len(columns))).encode(encoding))
    return count


def _note_row(watermark: Watermark, count: int, width: int) -> pl.DataFrame:
    """The watermark in the first cell of a row; what reads the sheet again drops a row that begins so."""
    told = "；".join(f"{name}：{' '.join(text.split())}" for name, text in _watermark_rows(watermark, count))
    return pl.DataFrame({"0": [NOTE_WORD + told], **{str(at): [""] for at in range(1, width)}})


def _as_csv(frame: pl.DataFrame) -> str:
    texts = pl.col(pl.String)
    risky = texts.str.contains(RISKY) | texts.str.contains(LONG_DIGITS)
    safe = frame.with_columns(pl.when(risky).then(pl.lit("'") + texts).otherwise(texts).name.keep())
    return safe.write_csv(include_header=False, line_terminator="\r\n")


def sheet_name(title: str) -> str:
    """A title without the characters that sheet names may not hold."""
    return "".join(character for character in title if character not in "[]:*?/\\'")[:SHEET_NAME] or _("数据")


# The error file


def write_error_file(sheet: RawSheet, problems: Iterable[CellProblem], out: Sink) -> None:
    """The original rows in their order and places, bad cells coloured, 错误原因 and 建议 behind the last column."""
    kept = [at for at in range(sheet.frame.width - 1) if plain(sheet.header.get(at)) not in own_headers()]
    told = ProblemsByPlace(sheet, kept, problems)
    width = len(kept)
    below = len(sheet.head)
    frame = sheet.frame.select("row", *(pl.col(f"c{at}").str.replace(r" 00:00:00$", "") for at in kept))
    frame = frame.join(told.by_row(), on="row", how="left", maintain_order="left")
    styles = {f"c{at}": told.style(at) for at in told.columns if at in kept}
    with Workbook(out) as book:
        widths = [14] * width + [50, 40]
        with book.sheet(sheet_name(sheet.sheet), widths, frozen=below) as page:
            for number, cells in enumerate(sheet.head, 1):
                shown = [cells[at] for at in kept]
                extra = [_("错误原因"), _("建议")] if number == below else ["", ""]
                header = Style.HEADER if number == below else Style.TEXT
                page.write_row(number, [*shown, *extra], [header] * width + [Style.REQUIRED, Style.REQUIRED])
            page.write_frame(frame.drop("row"), frame["row"], styles)
            for note in told.notes():
                page.note(note)


def own_headers() -> set[str]:
    """The columns that an earlier error file added; they are made anew."""
    return {plain("错误原因"), plain("建议"), plain(_("错误原因")), plain(_("建议"))}


class ProblemsByPlace:
    """The problems of a sheet, by row and by cell, in an error file that keeps these of its columns."""

    def __init__(self, sheet: RawSheet, kept: Sequence[int], problems: Iterable[CellProblem]) -> None:
        self.header = sheet.header
        self.places: Mapping[int, int] = {at: place for place, at in enumerate(kept)}
        self.rows: dict[int, list[CellProblem]] = defaultdict(list)
        self.columns: dict[int, tuple[list[int], list[int]]] = {}  # column -> rows in error, rows with a warning only
        for problem in problems:
            self.rows[problem.row].append(problem)
            if problem.column is not None:
                self.columns.setdefault(problem.column, ([], []))[problem.is_warning].append(problem.row)

    def by_row(self) -> pl.DataFrame:
        """For each row with problems all its reasons and suggestions."""
        rows = sorted(self.rows)
        return pl.DataFrame(
            {
                "row": pl.Series(rows, dtype=pl.Int64),
                "reason": pl.Series([self._joined(self.rows[row]) for row in rows], dtype=pl.String),
                "suggestion": pl.Series(
                    [_once(each.suggestion for each in self.rows[row]) for row in rows], dtype=pl.String
                ),
            }
        )

    def _joined(self, problems: Sequence[CellProblem]) -> str:
        return _once(
            self._cell_name(each.column) + (_("提示：") if each.is_warning else "") + each.reason for each in problems
        )

    def _cell_name(self, column: int | None) -> str:
        """【D列「证件号码」】, by the letter that the column has in the error file."""
        if column is None or column not in self.places:
            return ""
        named = {"letter": column_name(self.places[column]), "header": self.header.get(column, "")}
        return _("【%(letter)s列「%(header)s」】") % named

    def style(self, column: int) -> pl.Expr:
        """The format of each cell of a column, as an expression over rows."""
        bad, warned = (pl.Series(rows, dtype=pl.String).implode() for rows in map(_texts, self.columns[column]))
        row = pl.col(ROW)
        return (
            pl.when(row.is_in(bad))
            .then(pl.lit(str(Style.BAD)))
            .when(row.is_in(warned))
            .then(pl.lit(str(Style.WARNED)))
            .otherwise(pl.lit(str(Style.TEXT)))
        )

    def notes(self) -> Iterator[Note]:
        """A comment at each bad cell, as many as a spreadsheet bears."""
        cells: dict[tuple[int, int], list[CellProblem]] = defaultdict(list)
        for row in sorted(self.rows):
            for each in self.rows[row]:
                if each.column is not None and each.column in self.places:
                    cells[row, self.places[each.column]].append(each)
        for (row, place), problems in list(cells.items())[:MAX_NOTES]:
            text = _once(f"{each.reason}{each.suggestion}" for each in problems)
            yield Note(row, place, text)


def _once(texts: Iterable[str]) -> str:
    return "；".join(dict.fromkeys(text.rstrip("。；") for text in texts if text))


def _texts(rows: Sequence[int]) -> list[str]:
    return [str(row) for row in rows]


# Templates


def write_template(title: str, columns: Sequence[SheetColumn], instructions: Sequence[str]) -> bytes:
    """A blank workbook: header with hints and drop-downs, text columns, and the sheet 填表说明."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title, "author": "healthaid"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        heading = {"bold": True, "bg_color": "#D9E8E6", "border": 1, "text_wrap": True, "valign": "vcenter"}
        formats = {False: book.add_format(heading), True: book.add_format(heading | {"font_color": "#C00000"})}
        data = book.add_worksheet(_("数据"))
        data.merge_range(0, 0, 0, max(len(columns) - 1, 1), title, book.add_format({"bold": True, "font_size": 14}))
        codes = book.add_worksheet(_("代码表"))
        for at, column in enumerate(columns):
            data.write_string(1, at, column.label + ("*" if column.required else ""), formats[column.required])
            data.set_column(at, at, column.width, text)
            if comment := _comment_of(column):
                data.write_comment(1, at, comment, {"x_scale": 2, "y_scale": 1.5})
            if column.choices:
                _drop_down(data, codes, at, column)
        data.freeze_panes(2, 0)
        codes.very_hidden()
        _instructions(book.add_worksheet(_("填表说明")), columns, instructions, formats, text)
        data.activate()
    return out.getvalue()


def _drop_down(data: Worksheet, codes: Worksheet, at: int, column: SheetColumn) -> None:
    codes.write_column(0, at, column.choices)
    letters = column_name(at)
    data.data_validation(
        2,
        at,
        TEMPLATE_ROWS,
        at,
        {
            "validate": "list",
            "source": f"='{codes.get_name()}'!${letters}$1:${letters}${len(column.choices)}",
            "error_type": "warning",  # synonyms, and several names in one cell, may be typed
            "error_title": column.label[:32],
            "error_message": _("不在下拉选项中。若是同义的写法可以继续，校验时会再核对。"),
        },
    )


def _comment_of(column: SheetColumn) -> str:
    return "\n".join(filter(None, (_("必填。") if column.required else "", column.hint)))


def _instructions(
    sheet: Worksheet,
    columns: Sequence[SheetColumn],
    instructions: Sequence[str],
    formats: Mapping[bool, Format],
    text: Format,
) -> None:
    for at, width in enumerate((22, 8, 60, 60)):
        sheet.set_column(at, at, width, text)
    for row, line in enumerate(instructions):
        sheet.merge_range(row, 0, row, 3, line, text)
    below = len(instructions) + 1
    for at, label in enumerate((_("名称"), _("必填"), _("填写要求"), _("可选内容"))):
        sheet.write_string(below, at, label, formats[False])
    for row, column in enumerate(columns, below + 1):
        sheet.write_string(row, 0, column.label, formats[column.required])
        sheet.write_string(row, 1, _("是") if column.required else "", text)
        sheet.write_string(row, 2, column.hint, text)
        sheet.write_string(row, 3, "、".join(column.choices), text)
