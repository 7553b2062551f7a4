"""What a clerk does with a workbook between two uploads."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import count, islice
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

Rows = list[list[object]]
SHEET = "xl/worksheets/sheet1.xml"


def rows_of(path: Path) -> Rows:
    """Header and rows of a workbook's first sheet."""
    book = CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_index(0).to_python()


def first_rows(path: Path, number: int) -> Rows:
    """The first so many rows of a workbook's first sheet, without reading the others."""
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    return [list(row) for row in islice(sheet.iter_rows(values_only=True), number)]


def write_rows(path: Path, rows: Rows) -> None:
    """A workbook of texts."""
    with Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, ["" if value is None else str(value) for value in row])


def correct(path: Path, right: Mapping[tuple[int, str], str]) -> None:
    """Type the right text over each of these cells (row as the spreadsheet numbers it, header), and save in place.

    As in a spreadsheet program all else stays: the other cells, colours, comments.
    """
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = parts.pop(SHEET)
    columns = columns_by_header(sheet)
    typed: dict[int, dict[str, str]] = defaultdict(dict)
    for (row, header), text in right.items():
        typed[row][columns[header]] = text
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in parts.items():
            book.writestr(name, content)
        with book.open(SHEET, "w") as out:
            done = 0
            for row, texts in sorted(typed.items()):
                start, end = row_ends(sheet, row)
                out.write(sheet[done:start] + retyped(sheet[start:end], texts))
                done = end
            out.write(sheet[done:])


def columns_by_header(sheet: bytes) -> dict[str, str]:
    """The letters of the columns by the texts of the header, the row that has one for identity numbers."""
    rows = (ET.fromstring(sheet[slice(*row_ends(sheet, number))]) for number in count(1))  # noqa: S314 -- as below
    texts = ({"".join(cell.itertext()): letters(cell) for cell in row} for row in rows)
    return next(columns for columns in texts if "证件号码" in columns)


def row_ends(sheet: bytes, number: int) -> tuple[int, int]:
    """Where the XML of a row begins and ends."""
    start = sheet.index(b'<row r="%d"' % number)
    return start, sheet.index(b"</row>", start) + len(b"</row>")


def letters(cell: ET.Element) -> str:
    return coordinate_from_string(cell.get("r"))[0]


def retyped(row: bytes, texts: Mapping[str, str]) -> bytes:
    """The XML of a row with other texts in some of its columns."""
    made = ET.fromstring(row)  # noqa: S314 -- the portal's own file
    cells = {letters(cell): cell for cell in made}
    for column, text in texts.items():
        cells[column] = ET.Element("c", r=f"{column}{made.get('r')}", t="inlineStr")
        ET.SubElement(ET.SubElement(cells[column], "is"), "t").text = text
    made[:] = [cells[column] for column in sorted(cells, key=column_index_from_string)]
    return ET.tostring(made, encoding="utf-8", xml_declaration=False)
