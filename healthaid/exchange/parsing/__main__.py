"""The parsing child: one file in on stdin, one sheet of text out on stdout, under limits that it sets itself.

In: a line of JSON (labels, keys, fill_down, memory and CPU limits), then the file. Out: a line of JSON, then the rows
as Arrow streams, each behind its length of eight bytes.
"""

import csv
import io
import json
import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"  # threads would only cost address space here

import fastexcel
import layout
import oldbooks
import polars as pl
import python_calamine
import scanning
from scanning import Marks, Refused

PART_ROWS = 10_000


@dataclass(slots=True)
class Table:
    """One sheet as the reader gives it, with what the scan found."""

    name: str
    frame: pl.DataFrame  # "row", "c0", …
    offset: int = 0  # columns left of c0 in the sheet
    texts: frozenset[tuple[int, int]] | None = None  # cells of text in a book that counts days from 1904
    marks: Marks = field(default_factory=Marks)


def main() -> None:
    """Read, answer, and never say more about a failure than its kind."""
    request = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_DATA, (request["memory"], request["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        answer, frame = read(sys.stdin.buffer.read(), request)
    except Refused as refused:
        answer, frame = {"refused": refused.code, "params": refused.params}, None
    except MemoryError:
        answer, frame = {"refused": "too_big", "params": {}}, None
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    if frame is not None:
        for part in frame.iter_slices(PART_ROWS):
            buffer = io.BytesIO()
            part.write_ipc_stream(buffer)
            sys.stdout.buffer.write(len(buffer.getbuffer()).to_bytes(8, "big") + buffer.getbuffer())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sheet with a known header, and its rows of data."""

    name: str
    header: layout.Header
    has_key: bool  # a sheet that says of nobody whom it is about is a table of codes or of sums
    head: list[tuple[str | None, ...]]
    body: pl.DataFrame
    hidden: list[int]  # rows of data that the person does not see
    unknown: list[tuple[int, int]]  # cells under the header that hold a formula without its result


def read(data: bytes, request: dict[str, Any]) -> tuple[dict[str, Any], pl.DataFrame]:
    """The one sheet with data under a known header. Raises Refused, also when a second sheet has some."""
    names, found = [], []
    for table in TABLES[scanning.kind_of(data)](data):
        names.append(table.name)
        rows = table.frame.drop("row").head(layout.HEADER_ROWS * 3).rows()
        header = layout.find_header(rows, request["labels"])
        if header is not None:
            found.append(candidate(table, header, request))
    if not found:
        raise Refused("no_header", sheets=names[:5])
    filled = [each for each in found if each.body.height or each.unknown]
    if not filled:
        raise Refused("no_rows", sheet=found[0].name)
    best = max(filled, key=lambda each: (each.has_key, len(each.header.columns)))
    alike = [each.name for each in filled if each.has_key == best.has_key]
    if len(alike) > 1:
        raise Refused("two_sheets", sheets=alike[:5])
    if best.unknown:
        row, column = min(best.unknown)
        raise Refused("no_results", sheet=best.name, row=row, column=column, count=len(best.unknown))
    header = best.header
    answer = {
        "sheet": best.name,
        "header": header.texts,
        "columns": header.columns,
        "head": best.head,
        "hidden": best.hidden,
    }
    return answer, best.body


def candidate(table: Table, header: layout.Header, request: dict[str, Any]) -> Candidate:
    """The rows of data of a table whose header is known."""
    frame = with_marks(table)
    below = header.row + 1  # the header's own row, from 1
    columns, keys = (
        [header.columns[label] for label in request[name] if label in header.columns] for name in ("fill_down", "keys")
    )
    merged = [
        (first, left - table.offset, last, right - table.offset) for first, left, last, right in table.marks.merged
    ]
    frame = layout.fill_merged(frame, merged, columns, below)
    body = layout.data_rows(frame, header, keys)
    if table.texts is not None:
        body = layout.from_1904(body, header, {(row, column - table.offset) for row, column in table.texts})
    hidden = sorted(table.marks.hidden.intersection(body["row"])) if table.marks.hidden else []
    known = {at + table.offset for at in header.columns.values()}
    unknown = [(row, column) for row, column in table.marks.unknown if column in known and row > below]
    return Candidate(table.name, header, bool(keys), frame.drop("row").head(below).rows(), body, hidden, unknown)


def with_marks(table: Table) -> pl.DataFrame:
    """The frame with error cells and rounded numbers put back as they were shown."""
    by_column: dict[int, dict[int, str]] = {}
    for (row, column), shown in table.marks.replaced.items():
        by_column.setdefault(column - table.offset, {})[row] = shown
    frame = table.frame
    for at, texts in by_column.items():
        if 0 <= at < frame.width - 1:
            frame = layout.put(frame, at, texts)
    return frame


def tables_of_xlsx(data: bytes) -> Iterator[Table]:
    """The visible sheets of an .xlsx, each scanned before it is read."""
    archive = scanning.open_archive(data)
    directory = scanning.directory_of(archive)
    scanning.scan_strings(archive)
    book = opened(data)
    for sheet in directory.sheets:
        marks = scanning.SheetScan().run(archive, sheet.part)
        yield table_of(book, sheet.name, marks, data if directory.is_1904 else None)


def tables_of_xls(data: bytes) -> Iterator[Table]:
    """The visible sheets of an .xls."""
    old = oldbooks.scan(data)
    try:
        names = [
            sheet.name
            for sheet in python_calamine.load_workbook(io.BytesIO(data)).sheets_metadata
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
    except Exception as error:
        raise Refused("password" if "password" in str(error).lower() else "corrupt") from error
    book = opened(data)
    for name in names:
        yield table_of(book, name, old.marks.get(name, Marks()), data if old.is_1904 else None)


def opened(data: bytes) -> fastexcel.ExcelReader:
    try:
        return fastexcel.read_excel(data)
    except Exception as error:
        raise Refused("password" if "password" in str(error).lower() else "corrupt") from error


def texts_of(data: bytes, name: str) -> frozenset[tuple[int, int]]:
    """The cells of text of a sheet: row from 1, column from 0."""
    sheet = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_name(name)
    left = (sheet.start or (0, 0))[1]
    return frozenset(
        (number, left + at)
        for number, cells in enumerate(sheet.iter_rows(), 1)
        for at, cell in enumerate(cells)
        if isinstance(cell, str) and layout.DAY_NUMBER.fullmatch(cell)
    )


def table_of(book: fastexcel.ExcelReader, name: str, marks: Marks, counts_from_1904: bytes | None) -> Table:
    """One sheet, every cell as text, leading blank rows kept so that row numbers hold.

    `counts_from_1904` is the book again where its days count from 1904.
    """
    try:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        offset = min((column.absolute_index for column in sheet.available_columns()), default=0)
        frame = sheet.to_polars()
    except MemoryError:
        raise
    except Exception as error:
        raise Refused("corrupt") from error
    texts = None if counts_from_1904 is None else texts_of(counts_from_1904, name)
    frame = frame.rename(dict(zip(frame.columns, (f"c{at}" for at in range(frame.width)), strict=True)))
    return Table(name, frame.with_row_index("row", 1).cast({"row": pl.Int64}), offset, texts, marks)


def tables_of_csv(data: bytes) -> Iterator[Table]:
    """The one table of a text file."""
    text = decoded(data)
    sample = text[:20_000].splitlines()[:20]
    delimiter = max(",\t;", key=lambda mark: sum(line.count(mark) for line in sample))
    csv.field_size_limit(scanning.MAX_STRING)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False):
            if len(row) > scanning.MAX_COLUMNS and any(row[scanning.MAX_COLUMNS :]):
                raise Refused("too_wide", count=len(row), limit=scanning.MAX_COLUMNS)
            rows.append(row[: scanning.MAX_COLUMNS])
            if len(rows) > scanning.MAX_ROWS:
                raise Refused("too_many_rows", limit=scanning.MAX_ROWS)
    except csv.Error as error:
        raise Refused("long_text", limit=scanning.MAX_STRING) from error
    columns = [pl.Series(f"c{at}", cells, dtype=pl.String) for at, cells in enumerate(zip_longest(*rows))]
    frame = pl.DataFrame(columns).with_columns(as_spreadsheet(pl.all()))
    yield Table("CSV", frame.with_row_index("row", 1).cast({"row": pl.Int64}))


def as_spreadsheet(cell: pl.Expr) -> pl.Expr:
    """A field as a spreadsheet shows it: blank is nothing, ="text" is text, the quote before a sign is not shown."""
    inner = cell.str.replace(r'^="(.*)"$', "$1").str.replace(r"^'([=+\-@\t\r\n＝＋－＠'0-9])", "$1")
    return pl.when(cell.str.len_bytes() > 0).then(inner)


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8 (with a mark or without), GB18030, or UTF-16 with a mark. Raises Refused."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data:
        raise Refused("not_a_sheet")
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("encoding")


TABLES = {"xlsx": tables_of_xlsx, "xls": tables_of_xls, "csv": tables_of_csv}

if __name__ == "__main__":
    main()
