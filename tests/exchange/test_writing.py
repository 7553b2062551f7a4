import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import polars as pl
import pytest
import python_calamine

from healthaid.exchange.reading import RawSheet, read_workbook
from healthaid.exchange.writing import (
    CellProblem,
    SheetColumn,
    Watermark,
    write_error_file,
    write_rows,
    write_template,
)

COLUMNS = [
    SheetColumn("姓名", required=True),
    SheetColumn("证件号码"),
    SheetColumn("出生日期", "date"),
    SheetColumn("收入", "amount"),
]
LABELS = [[column.label] for column in COLUMNS]
WATERMARK = Watermark("花名册", "王芳", "芒市扶贫办", datetime(2018, 6, 10, 8, 30, tzinfo=UTC), "乡镇=遮放镇")
TRIGGERS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "'quoted"]
NUMBER = "533103199003070015"


def rows_of(*cells):
    schema = {"name": pl.String, "identity": pl.String, "born_on": pl.Date, "income": pl.Decimal(38, 2)}
    return pl.DataFrame(list(cells), schema=schema, orient="row")


def exported(frames, fmt="xlsx"):
    out = io.BytesIO()
    count = write_rows(COLUMNS, frames, WATERMARK, fmt, out)
    return count, out.getvalue()


def test_export_keeps_types_and_is_read_alike_by_two_readers():
    frame = rows_of(("岩罕", NUMBER, date(1990, 3, 7), Decimal("-12.50")), ("李𠅤", None, None, None))

    count, data = exported([frame])

    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert count == 2
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["姓名", "证件号码", "出生日期", "收入"],
        ["岩罕", NUMBER, datetime(1990, 3, 7), -12.5],  # noqa: DTZ001 -- as a spreadsheet keeps days
        ["李𠅤", None, None, None],
    ]
    assert sheet["B2"].number_format == "@"
    assert sheet["C2"].is_date
    assert sheet.freeze_panes == "A2"
    read = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert read[1] == ["岩罕", NUMBER, date(1990, 3, 7), -12.5]


@pytest.mark.parametrize("text", TRIGGERS)
def test_export_to_xlsx_never_makes_a_formula(text):
    _, data = exported([rows_of((text, None, None, None))])

    cell = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["A2"]
    assert cell.data_type in {"s", "inlineStr"}
    assert cell.value == text
    assert b"<f" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").replace(b"<footer", b"")


@pytest.mark.parametrize("fmt", ["csv", "csv-gb18030"])
@pytest.mark.parametrize("text", [text for text in TRIGGERS if text.strip() == text])
def test_export_to_csv_is_disarmed_and_read_back_as_it_was(text, fmt):
    _, data = exported([rows_of((text, NUMBER, date(1990, 3, 7), Decimal("-12.50")))], fmt)

    row = list(csv.reader(io.StringIO(data.decode("utf-8-sig" if fmt == "csv" else "gb18030"))))[1]
    back = read_workbook(data, "a.csv", LABELS)
    assert row == ["'" + text, "'" + NUMBER, "1990-03-07", "-12.50"]
    assert back.frame.row(0)[1:] == (text, NUMBER, "1990-03-07", "-12.50")


def test_export_to_csv_opens_with_the_mark_and_rare_characters():
    _, data = exported([rows_of(("李𠅤䶮", None, None, None))], "csv")
    _, old = exported([rows_of(("李𠅤䶮", None, None, None))], "csv-gb18030")

    assert data.startswith(b"\xef\xbb\xbf")
    assert "李𠅤䶮" in old.decode("gb18030")
    assert read_workbook(old, "a.csv", LABELS).frame["c0"][0] == "李𠅤䶮"


@pytest.mark.parametrize(("fmt", "encoding"), [("csv", "utf-8-sig"), ("csv-gb18030", "gb18030")])
def test_export_to_csv_says_who_took_what_when_in_a_note_that_is_not_read_back(fmt, encoding):
    count, data = exported([rows_of(("岩罕", NUMBER, date(1990, 3, 7), Decimal("-12.50")))], fmt)

    lines = list(csv.reader(io.StringIO(data.decode(encoding))))
    back = read_workbook(data, "a.csv", LABELS)
    assert count == 1
    assert lines[-1][0].startswith("说明：")
    for told in (
        "导出人：王芳",
        "单位：芒市扶贫办",
        "导出时间：2018-06-10 16:30:00",
        "行数：1",
        "筛选条件：乡镇=遮放镇",
    ):
        assert told in lines[-1][0]
    assert (len(lines), lines[-1][1:]) == (3, ["", "", ""])
    assert back.frame.rows() == [(2, "岩罕", NUMBER, "1990-03-07", "-12.50")]


def test_note_of_a_csv_export_runs_no_formula_and_breaks_no_line():
    watermark = Watermark("花名册", "=cmd|' /C calc'!A0", "", WATERMARK.taken_at, "姓名：\r\n=1+1")
    out = io.BytesIO()

    write_rows(COLUMNS, [rows_of(("甲", None, None, None))], watermark, "csv", out)

    lines = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
    assert (len(lines), lines[-1][0][:3]) == (3, "说明：")
    assert not any(line.startswith("=") for line in out.getvalue().decode().splitlines())


def test_export_says_who_took_what_when():
    _, data = exported([rows_of(("甲", None, None, None)), rows_of(("乙", None, None, None))])

    book = openpyxl.load_workbook(io.BytesIO(data))
    said = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
    assert said["导出人"] == "王芳"
    assert said["单位"] == "芒市扶贫办"
    assert said["导出时间"] == "2018-06-10 16:30:00"
    assert said["行数"] == "2"
    assert said["筛选条件"] == "乡镇=遮放镇"
    assert book.properties.creator == "王芳"
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["甲", "乙"]


def test_export_escapes_markup_and_drops_what_xml_cannot_hold():
    _, data = exported([rows_of(("<b>&\x01</b>", None, None, None), ("  两端  ", None, None, None))])

    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet["A2"].value == "<b>&</b>"
    assert sheet["A3"].value == "  两端  "


def test_export_of_days_before_1900_03_is_text():
    _, data = exported([rows_of(("甲", None, date(1899, 5, 1), None))])

    assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["C2"].value == "1899-05-01"


def test_export_of_nothing_is_a_header():
    count, data = exported([])

    assert count == 0
    assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].max_row == 1


def test_template_has_hints_drop_downs_and_text_columns():
    columns = [
        SheetColumn("证件号码", hint="18位", required=True),
        SheetColumn("民族", choices=("汉族", "傣族")),
        SheetColumn("备注"),
    ]

    book = openpyxl.load_workbook(io.BytesIO(write_template("花名册", columns, ["一行一人。"])))

    data, codes, notes = book.worksheets
    assert data["A1"].value == "花名册"
    assert [cell.value for cell in data[2]] == ["证件号码*", "民族", "备注"]
    assert data["A2"].comment.text == "必填。\n18位"
    assert data["A2"].font.color.rgb == "FFC00000"
    assert data.column_dimensions["A"].width > 0
    assert data.freeze_panes == "A3"
    assert codes.sheet_state == "veryHidden"
    assert [(str(rule.sqref), rule.formula1) for rule in data.data_validations.dataValidation] == [
        ("B3:B5001", "'代码表'!$B$1:$B$2")
    ]
    assert notes["A1"].value == "一行一人。"
    assert [cell.value for cell in notes[4]] == ["证件号码", "是", "18位", ""]


def test_template_filled_in_is_read():
    book = openpyxl.load_workbook(io.BytesIO(write_template("花名册", COLUMNS, ["说明"])))
    for column, text in enumerate(["岩罕", NUMBER, "1990-03-07", "12.5"], 1):
        book.worksheets[0].cell(3, column, text)
    out = io.BytesIO()
    book.save(out)

    sheet = read_workbook(out.getvalue(), "a.xlsx", LABELS)

    assert sheet.columns == {0: 0, 1: 1, 2: 2, 3: 3}
    assert sheet.frame.rows() == [(3, "岩罕", NUMBER, "1990-03-07", "12.5")]


def faulty_sheet():
    frame = pl.DataFrame(
        {
            "row": [3, 4, 6],
            "c0": ["岩罕", "=HYPERLINK(1)", None],
            "c1": [NUMBER, "5.33103E+17", NUMBER],
            "c2": ["1990-03-07 00:00:00", "1990-03-08", "去年"],
        }
    )
    header = {0: "姓名", 1: "证件号码", 2: "出生日期"}
    return RawSheet(
        "数据", header, {0: 0, 1: 1, 2: 2}, frame, (("花名册", None, None), ("姓名", "证件号码", "出生日期"))
    )


PROBLEMS = [
    CellProblem(4, 1, "号码已丢失。", "重新填写。"),
    CellProblem(4, 2, "与身份证不符。"),
    CellProblem(6, 0, "没有填写。"),
    CellProblem(6, 2, "不是日期。", "写成2018-06-10。", is_warning=True),
    CellProblem(6, None, "整行重复。"),
]


def test_error_file_keeps_rows_in_place_and_says_why():
    out = io.BytesIO()

    write_error_file(faulty_sheet(), PROBLEMS, out)

    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["花名册", None, None, None, None],
        ["姓名", "证件号码", "出生日期", "错误原因", "建议"],
        ["岩罕", NUMBER, "1990-03-07", None, None],
        [
            "=HYPERLINK(1)",
            "5.33103E+17",
            "1990-03-08",
            "【B列「证件号码」】号码已丢失；【C列「出生日期」】与身份证不符",
            "重新填写",
        ],
        [None] * 5,
        [
            None,
            NUMBER,
            "去年",
            "【A列「姓名」】没有填写；【C列「出生日期」】提示：不是日期；整行重复",
            "写成2018-06-10",
        ],
    ]
    assert sheet["A4"].data_type in {"s", "inlineStr"}
    assert [sheet[place].fill.fgColor.rgb for place in ("B3", "B4", "C4", "C6")] == [
        "00000000",
        "FFF8D7DA",
        "FFF8D7DA",
        "FFFFF3CD",
    ]
    assert sheet["B4"].comment.text == "号码已丢失。重新填写"


def test_error_file_corrected_is_read_again_without_its_own_columns():
    out = io.BytesIO()
    write_error_file(faulty_sheet(), PROBLEMS, out)
    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    book.worksheets[0]["B4"] = NUMBER
    corrected = io.BytesIO()
    book.save(corrected)

    sheet = read_workbook(corrected.getvalue(), "a.xlsx", [["姓名"], ["证件号码"], ["出生日期"]])
    again = io.BytesIO()
    write_error_file(sheet, [CellProblem(6, 2, "不是日期。")], again)

    assert sheet.columns == {0: 0, 1: 1, 2: 2}
    assert sheet.frame.select("row", "c1").rows() == [(3, NUMBER), (4, NUMBER), (6, NUMBER)]
    header = next(
        openpyxl.load_workbook(io.BytesIO(again.getvalue())).worksheets[0].iter_rows(min_row=2, values_only=True)
    )
    assert header == ("姓名", "证件号码", "出生日期", "错误原因", "建议")
