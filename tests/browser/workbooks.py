"""What a clerk does with a workbook between two uploads."""

import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, get_column_letter
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

Rows = list[list[object]]
SHEET = "xl/worksheets/sheet1.xml"


def rows_of(path: Path) -> Rows:
    """Header and rows of a workbook's first sheet."""
    book = CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_index(0).to_python()


def first_rows(path: Path, count: int) -> Rows:
    """The first so many rows of a workbook's first sheet, without reading the others."""
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    return [list(row) for row in islice(sheet.iter_rows(values_only=True), count)]


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
    header = next(row for row in first_rows(path, 10) if "证件号码" in row)
    typed: dict[int, dict[str, str]] = defaultdict(dict)
    for (row, column), text in right.items():
        typed[row][get_column_letter(header.index(column) + 1)] = text
    rows = re.compile(rf'<row r="({"|".join(map(str, typed))})">.*?</row>')
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts[SHEET] = rows.sub(lambda found: retyped(found[0], typed[int(found[1])]), parts[SHEET].decode()).encode()
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in parts.items():
            book.writestr(name, content)


def retyped(row: str, texts: Mapping[str, str]) -> str:
    """The XML of a row with other texts in some of its columns."""
    made = ET.fromstring(row)  # noqa: S314 -- the portal's own file
    cells = {coordinate_from_string(cell.get("r"))[0]: cell for cell in made}
    for column, text in texts.items():
        cells[column] = ET.Element("c", r=f"{column}{made.get('r')}", t="inlineStr")
        ET.SubElement(ET.SubElement(cells[column], "is"), "t").text = text
    made[:] = [cells[column] for column in sorted(cells, key=column_index_from_string)]
    return ET.tostring(made, encoding="unicode")
