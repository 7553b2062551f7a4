"""What a clerk does with a workbook between two uploads."""

from pathlib import Path

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

Rows = list[list[object]]


def rows_of(path: Path) -> Rows:
    """Header and rows of a workbook's first sheet."""
    book = CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_index(0).to_python()


def write_rows(path: Path, rows: Rows) -> None:
    """A workbook of texts."""
    with Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, ["" if value is None else str(value) for value in row])


def correct(path: Path, faithful: Rows, mistakes: list[tuple[int, str]]) -> None:
    """Put the right value into each named cell (row as the spreadsheet numbers it, header), and save in place."""
    rows = rows_of(path)
    offset = next(number for number, row in enumerate(rows) if "证件号码" in row)
    header = rows[offset]
    for row, column in mistakes:
        rows[row - 1][header.index(column)] = faithful[row - 1 - offset][faithful[0].index(column)]
    write_rows(path, rows)
