"""Workbooks for the reader's tests, friendly and hostile, made as they are needed."""

import io
import re
import zipfile
from collections.abc import Callable

import xlsxwriter

HEADER = ["序号", "姓名", "证件号码", "出生日期", "收入(元)"]
LABELS = [["姓名"], ["证件号码", "身份证号"], ["出生日期"], ["收入"]]
ROW = ["1", "岩罕", "533103199003070015", "1990-03-07", "12.5"]


def book(*rows, name="数据", options=None, then: Callable | None = None):
    """An .xlsx of rows of text; `then(workbook, sheet)` adds what else a test needs."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, **(options or {})}) as workbook:
        sheet = workbook.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell)
        if then:
            then(workbook, sheet)
    return out.getvalue()


def changed(data, part=None, replace=None, add=None, compression=zipfile.ZIP_DEFLATED):
    """The archive with one part's text replaced, or parts added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", compression) as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry == part:
                content = replace(content)
            new.writestr(entry, content)
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(data, replace):
    """The archive with the XML of its first sheet changed."""
    return changed(data, SHEET, replace)


def with_rows(xml):
    """A workbook whose sheet holds exactly this XML between its sheetData tags."""
    return with_sheet(
        book(HEADER, ROW),
        lambda old: re.sub(rb"<sheetData>.*</sheetData>", lambda _found: b"<sheetData>" + xml + b"</sheetData>", old),
    )
