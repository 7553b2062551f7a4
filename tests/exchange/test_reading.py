import io
import json
import random
import re
import struct
import warnings
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlwt

from healthaid.exchange import reading
from healthaid.exchange.parsing import layout
from healthaid.exchange.reading import Unreadable, read_workbook
from tests.exchange.workbooks import HEADER, LABELS, ROW, SHEET, book, changed, with_rows, with_sheet

NUMBER = ROW[2]


def read(data, name="花名册.xlsx", labels=LABELS, **options):
    return read_workbook(data, name, labels, **options)


def cells(sheet):
    """The known columns by label, row by row, with the spreadsheet's row number."""
    columns = [f"c{sheet.columns[label]}" for label in sorted(sheet.columns)]
    return sheet.frame.select("row", *columns).rows()


def test_plain_sheet_is_read_with_row_numbers_and_header():
    sheet = read(book(HEADER, ROW))

    assert sheet.sheet == "数据"
    assert sheet.header == dict(enumerate(HEADER))
    assert sheet.columns == {0: 1, 1: 2, 2: 3, 3: 4}
    assert cells(sheet) == [(2, "岩罕", NUMBER, "1990-03-07", "12.5")]
    assert sheet.head == (tuple(HEADER),)


def test_title_rows_and_leading_blanks_do_not_shift_row_numbers():
    sheet = read(book([], [], [None, "芒市花名册"], ["填报单位：", None, "填报人：王芳"], HEADER, ROW, [], ROW))

    assert [row[0] for row in cells(sheet)] == [6, 8]
    assert len(sheet.head) == 5


def test_sheet_that_begins_to_the_right_keeps_its_marks_in_place():
    def more(workbook, sheet):
        sheet.write_number(2, 5, 533103199003070015)

    shifted = [[None, None, None, *HEADER], [None, None, None, *ROW], [None, None, None, "2", "玉罕"]]
    sheet = read(book(*shifted, then=more))

    assert cells(sheet)[1][:3] == (3, "玉罕", "5.3310319900307E+17")


def test_header_is_found_under_synonyms_spaces_stars_units_and_full_width():
    sheet = read(book(["序 号", "姓\n名*", "＊身份证号", "出 生 日 期", "收入（万元）"], ROW))

    assert sheet.columns == {0: 1, 1: 2, 2: 3, 3: 4}


def test_header_of_two_levels_is_joined():
    upper = ["序号", "成员信息", None, None, "收入"]
    lower = [None, "姓名", "证件号码", "出生日期", None]

    sheet = read(book(["花名册"], upper, lower, ROW))

    assert sheet.columns == {0: 1, 1: 2, 2: 3, 3: 4}
    assert sheet.header[1] == "成员信息/姓名"
    assert sheet.header[4] == "收入"
    assert [row[0] for row in cells(sheet)] == [4]


def test_same_field_under_two_groups_is_told_apart():
    upper = ["姓名", "消除前", None, "消除后", None]
    lower = [None, "收入", "时间", "收入", "时间"]
    labels = [["姓名"], ["消除后收入"], ["消除前收入"], ["消除后时间"]]

    assert read(book(upper, lower, ["岩罕", "1", "2", "3", "4"]), labels=labels).columns == {0: 0, 1: 3, 2: 1, 3: 4}


def test_repeated_labels_are_told_apart_by_position():
    labels = [["姓名"], ["证件号码"], ["风险是否消除"], ["风险是否消除"]]

    assert read(
        book(["姓名", "风险是否消除", "证件号码", "风险是否消除"], ["甲", "是", NUMBER, "否"]), labels=labels
    ).columns == {
        0: 0,
        1: 2,
        2: 1,
        3: 3,
    }


def test_unit_in_brackets_yields_to_the_exact_name():
    labels = [["收入"], ["收入(万元)"], ["姓名"]]

    assert read(book(["姓名", "收入(万元)", "收入"], ["甲", "1", "2"]), labels=labels).columns == {0: 2, 1: 1, 2: 0}


def test_rows_that_are_no_data_are_dropped():
    rows = [
        HEADER,
        ["1", "2", "3", "4", "5"],
        ROW,
        [None, None, " ", None, None],
        HEADER,
        ["小 计", None, None, None, "12.5"],
        ROW,
        ["合计", None, None, None, "25"],
        ["填表说明：", "1.本表一人一行"],
        ["2.姓名按身份证填写"],
        ["审核人：", None, "负责人："],
    ]

    assert [row[0] for row in cells(read(book(*rows)))] == [3, 7]


THIN = [["姓名"], ["证件号码"], ["户编号"], ["人联系电话"], ["民族"], ["文化程度"], ["健康状况"]]
PERSON = ["岩罕", NUMBER, None, "13800000001"]
CLOSING = [["备注：电话为本人提供"], ["2.没有电话的不填"], ["填报人：", None, "王芳"]]


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([PERSON, ["备注：以下为新增"], PERSON, PERSON], [2, 3, 4, 5]),
        ([["备注华", NUMBER], ["说明", NUMBER]], [2, 3]),
        ([["备注华", None, "H1"]], [2]),
        ([PERSON, *CLOSING], [2]),
        ([PERSON, CLOSING[0], PERSON, *CLOSING], [2, 3, 4]),
        ([PERSON, ["岩温", None, None, "13800000002"], CLOSING[0]], [2, 3]),
        ([PERSON, CLOSING[0], ["岩温", None, None, "13800000002", "傣族", "小学", "健康"]], [2, 3, 4]),
    ],
    ids=["note among people", "names", "household number", "tail", "both", "no number above", "full row below"],
)
def test_only_the_notes_at_the_very_end_are_dropped(rows, kept):
    sheet = read(book([names[0] for names in THIN], *rows), labels=THIN, keys=[1, 2])

    assert [row[0] for row in cells(sheet)] == kept


def test_title_and_numbers_repeated_with_the_header_are_no_data():
    titled = [["芒市花名册"], ["填报单位：", None, "填报人：王芳"], HEADER, ["1", "2", "3", "4", "5"]]

    assert [row[0] for row in cells(read(book(*titled, ROW, ROW, *titled, ROW, *titled[2:], ROW)))] == [5, 6, 11, 14]


@pytest.mark.parametrize("header", ["姓名：", "姓 名:", "姓名*", "\u2066姓名\u2069"])
def test_header_is_known_with_a_colon_or_marks(header):
    assert read(book(["序号", header, *HEADER[2:]], ROW)).columns[0] == 1


def test_person_whose_village_is_called_like_a_total_is_kept():
    row = ["合计", *ROW[1:]]

    assert [each[0] for each in cells(read(book(HEADER, row)))] == [2]


def test_hidden_rows_count_and_hidden_sheets_do_not():
    def more(workbook, sheet):
        sheet.set_row(1, None, None, {"hidden": True})
        other = workbook.add_worksheet("旧表")
        other.write_row(0, 0, HEADER)
        other.write_row(1, 0, ["9", "别人", NUMBER, "", ""])
        other.hide()

    sheet = read(book(HEADER, ROW, ROW, then=more))

    assert [row[1] for row in cells(sheet)] == ["岩罕", "岩罕"]
    assert sheet.hidden == (2,)


def test_hidden_rows_of_old_books_are_told():
    def more(_workbook, sheet):
        sheet.row(3).hidden = True

    assert read(old_book(more), "a.xls").hidden == (4,)


CODES = ["民族", "文化程度", "健康状况"]


@pytest.mark.parametrize(
    ("sheets", "taken"),
    [
        ({"说明": [["填表说明"], ["一人一行"]], "花名册": [HEADER, ROW]}, "花名册"),
        ({"代码表": [CODES, ["傣族", "小学", "健康"]], "数据": [HEADER, ROW]}, "数据"),
        ({"数据": [HEADER, ROW], "代码表": [CODES, ["傣族", "小学", "健康"]]}, "数据"),
        ({"空表": [HEADER], "数据": [HEADER, ROW]}, "数据"),
        ({"只有代码": [CODES, ["傣族", "小学", "健康"]]}, "只有代码"),
        ({"一村": [HEADER, ROW], "二村": [HEADER, ROW]}, "工作表“一村、二村”都有表头和数据行"),
        (
            {"一村": [HEADER, ROW], "二村": [["姓名", "证件号码", "民族"], ROW[1:]]},
            "工作表“一村、二村”都有表头和数据行",
        ),
        ({"空表": [HEADER], "又一张": [HEADER]}, "工作表“空表”只有表头"),
    ],
)
def test_one_sheet_with_data_is_taken_and_a_second_is_never_left_out(sheets, taken):
    (name, first), *others = sheets.items()

    def more(workbook, sheet):
        for title, rows in others:
            page = workbook.add_worksheet(title)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)

    labels = [*LABELS, ["民族"], ["文化程度"], ["健康状况"]]
    try:
        found = read(book(*first, name=name, then=more), labels=labels, keys=[1]).sheet
    except Unreadable as refused:
        found = str(refused)

    assert found.removeprefix("花名册.xlsx：").startswith(taken)


def test_merged_cells_fill_down_only_where_asked():
    def more(workbook, sheet):
        sheet.merge_range(1, 0, 3, 0, "H1")
        sheet.merge_range(1, 2, 2, 2, NUMBER)

    labels = [["户编号"], ["姓名"], ["证件号码"]]
    rows = [["户编号", "姓名", "证件号码"], ["H1", "甲", NUMBER], [None, "乙"], [None, "丙"], [None, "丁"]]

    sheet = read(book(*rows, then=more), labels=labels, fill_down=[0])

    assert cells(sheet) == [
        (2, "H1", "甲", NUMBER),
        (3, "H1", "乙", None),
        (4, "H1", "丙", None),
        (5, None, "丁", None),
    ]


def test_number_that_lost_digits_is_shown_as_such():
    def more(workbook, sheet):
        sheet.write_number(2, 2, 533103199003070015)
        sheet.write_number(3, 2, 533103900307001)
        sheet.write_string(4, 2, "533103199003070000")

    sheet = read(book(HEADER, ROW, ["2", "甲"], ["3", "乙"], ["4", "丙"], then=more))

    assert [row[2] for row in cells(sheet)] == [NUMBER, "5.3310319900307E+17", "533103900307001", "533103199003070000"]


def test_long_number_out_of_a_text_formula_is_text():
    def more(workbook, sheet):
        sheet.write_formula(1, 2, '="533103"&"199003070015"', None, NUMBER)

    assert cells(read(book(HEADER, ROW, then=more)))[0][2] == NUMBER


def bare_formulas(cell):
    """A workbook whose second row has this XML as its cell C2."""
    old = b'<c r="C2" t="s"><v>7</v></c>'
    return with_sheet(book(HEADER, ROW), lambda xml: _once(xml, old, cell))


def _once(xml, old, new):
    assert xml.count(old) == 1
    return xml.replace(old, new)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (b'<c r="C2"><f>A1</f></c>', True),
        (b'<c r="C2"><f>A1</f><v></v></c>', True),
        (b'<c r="C2"><f>A1</f><v/></c>', True),
        (b'<c r="C2" s="1"><f t="shared" si="0"/></c>', True),
        (b'<x:c r="C2"><x:f>A1</x:f></x:c>', True),
        (b'<c r="C2" t="str"><f>A1</f><v></v></c>', False),
        (b'<c r="C2" t="str"><f>A1</f><v>533103199003070015</v></c>', False),
        (b'<c r="Z2"><f>A1</f></c>', False),
    ],
)
def test_formula_without_its_result_is_never_a_blank(cell, told):
    if not told:
        assert read(bare_formulas(cell)).sheet == "数据"
        return

    with pytest.raises(Unreadable, match="C2等1个单元格是公式，文件里没有保存计算结果"):
        read(bare_formulas(cell))


def test_old_formulas_count_as_worked_out_where_one_has_a_result():
    def unsaved(_workbook, sheet):
        sheet.write(3, 4, xlwt.Formula("A1"))

    def saved(workbook, sheet):
        unsaved(workbook, sheet)
        sheet.write(3, 5, xlwt.Formula("1/4"))

    with pytest.raises(Unreadable, match="E4等1个单元格是公式"):
        read(old_book(unsaved, rows=(HEADER, ROW[:4])), "a.xls")
    number = struct.pack("<d", 0.25)
    data = old_book(saved, rows=(HEADER, ROW[:4]))
    at = data.index(struct.pack("<2H", 3, 5))
    worked_out = data[: at + 6] + number + data[at + 14 :]

    assert read(worked_out, "a.xls").columns[3] == 4


@pytest.mark.parametrize("code", ["#REF!", "#N/A", "#DIV/0!"])
def test_error_cell_is_never_a_blank(code):
    def more(workbook, sheet):
        sheet.write_formula(1, 3, "=A1", None, code)

    assert cells(read(book(HEADER, ROW, then=more)))[0][3] == code


def test_text_that_looks_like_a_marked_cell_is_left_alone():
    row = ["1", 't="e"', "533103199003070015", "<v>12345678901234567</v>", None]

    assert cells(read(book(HEADER, row)))[0][1:4] == ('t="e"', NUMBER, "<v>12345678901234567</v>")


@pytest.mark.parametrize("options", [{}, {"date_1904": True}])
def test_days_are_exact_in_both_calendars(options):
    def more(workbook, sheet):
        for number, form in enumerate(("yyyy/m/d", 'yyyy"年"m"月"d"日"', 14, 31, 57)):
            day = workbook.add_format({"num_format": form})
            sheet.write_datetime(1 + number, 3, datetime(2018, 6, 10), day)  # noqa: DTZ001

    sheet = read(book(HEADER, *([ROW] * 5), options=options, then=more))

    # The built-in Chinese formats say nothing of days; their day numbers are read as days when the column is cleaned.
    assert [row[3][:10] for row in cells(sheet)] == ["2018-06-10"] * 3 + ["43261"] * 2


@pytest.mark.parametrize("left", [0, 2])
def test_bare_day_numbers_of_a_1904_workbook_are_moved_and_typed_ones_stay(left):
    def more(workbook, sheet):
        sheet.write_number(2, 3 + left, 41799)
        sheet.write_string(3, 3 + left, "43261")

    rows = [[None] * left + row for row in (["芒市花名册"], HEADER, ROW, ROW)]
    sheet = read(book(*rows, options={"date_1904": True}, then=more))

    assert [row[3] for row in cells(sheet)] == ["43261", "43261"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_its_encodings_and_delimiters(encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in (["芒市花名册"], HEADER, [], ["1", "李𠅤", *ROW[2:]]))

    sheet = read(text.encode(encoding), "花名册.csv")

    assert cells(sheet) == [(4, "李𠅤", NUMBER, "1990-03-07", "12.5")]


def test_csv_cell_with_line_breaks_is_one_row():
    data = f'姓名,证件号码,出生日期\n"岩\n罕","=""{NUMBER}""",1990-03-07\n甲,\'{NUMBER},\n'.encode()

    assert cells(read(data, "a.csv")) == [(2, "岩\n罕", NUMBER, "1990-03-07"), (3, "甲", NUMBER, None)]


def old_book(then=None, rows=(HEADER, ROW), blanks=2):
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("数据")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number + blanks, column, cell)
    if then:
        then(workbook, sheet)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_old_xls_is_read_alike():
    def more(workbook, sheet):
        sheet.write(4, 1, "玉罕")
        sheet.write(4, 2, 533103199003070015.0)
        hidden = workbook.add_sheet("旧表")
        hidden.visibility = 1

    sheet = read(old_book(more), "花名册.xls")

    assert cells(sheet) == [
        (4, "岩罕", NUMBER, "1990-03-07", "12.5"),
        (5, "玉罕", "5.3310319900307E+17", None, None),
    ]


def test_old_xls_error_cells_and_merges():
    def more(workbook, sheet):
        sheet.write_merge(4, 5, 1, 1, "户")
        sheet.write(4, 2, NUMBER)
        sheet.write(5, 2, NUMBER)
        sheet.row(4).set_cell_error(3, "#REF!")

    sheet = read(old_book(more), "a.xls", fill_down=[0])

    assert [row[:4] for row in cells(sheet)][1:] == [(5, "户", NUMBER, "#REF!"), (6, "户", NUMBER, None)]


def hostile():
    good = book(HEADER, ROW)
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    many = {f"xl/media/{number}.png": b"" for number in range(6_000)}
    encrypted = bytearray(good)
    for at in (good.find(b"PK\x03\x04"), good.find(b"PK\x01\x02")):
        encrypted[at + (6 if at == 0 else 8)] |= 1
    old = old_book()
    far = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    wide = b'<row r="1">' + b"".join(b"<c><v>%d</v></c>" % (number * 7919) for number in range(70_000)) + b"</row>"
    letters = b'<row r="1"><c r="KA1"><v>1</v></c></row>'
    cells_of = b'<row r="1"><c r="A1"><v>1</v></c></row>' * 10
    return {
        "empty": (b"", "空"),
        "spaces": (b" \r\n ", "空"),
        "html": (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        "html with mark": (b"\xef\xbb\xbf\n<!DOCTYPE html>", "网页"),
        "xml 2003": (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "网页"),
        "mhtml": (b"MIME-Version: 1.0\r\n", "网页"),
        "pdf": (b"%PDF-1.4\n%", "不是Excel"),
        "picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "不是Excel"),
        "binary": (bytes(range(256)) * 8, "不是Excel"),
        "zip that is no workbook": (_zip({"a.txt": b"a"}), "不是Excel"),
        "docx": (_zip({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<T/>"}), "不是Excel"),
        "cut": (good[: len(good) // 2], "损坏"),
        "head only": (good[:100], "损坏"),
        "macros": (changed(good, add={"xl/vbaProject.bin": b"x"}), "宏"),
        "old macros": (old + "_VBA_PROJECT".encode("utf-16-le"), "宏"),
        "macro sheet": (changed(good, add={"xl/macrosheets/sheet1.xml": b"x"}), "宏"),
        "external link": (changed(good, add={"xl/externalLinks/externalLink1.xml": b"<x/>"}), "引用"),
        "embedded": (changed(good, add={"xl/embeddings/oleObject1.bin": b"x"}), "嵌"),
        "control": (changed(good, add={"xl/activeX/activeX1.xml": b"x"}), "嵌"),
        "path up": (changed(good, add={"../../etc/passwd": b"x"}), "路径"),
        "absolute path": (changed(good, add={"/etc/passwd": b"x"}), "路径"),
        "doctype": (with_sheet(good, lambda xml: xml.replace(b"<worksheet", entity + b"<worksheet", 1)), "声明"),
        "doctype of strings": (
            changed(good, "xl/sharedStrings.xml", lambda xml: xml.replace(b"<sst", entity + b"<sst", 1)),
            "声明",
        ),
        "doctype of the book": (
            changed(good, "xl/workbook.xml", lambda xml: xml.replace(b"<workbook", entity + b"<workbook", 1)),
            "声明",
        ),
        "utf-16 part": (with_sheet(good, lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16")), "声明"),
        "other encoding": (with_sheet(good, lambda xml: xml.replace(b'encoding="UTF-8"', b'encoding="UTF-7"')), "声明"),
        "bomb of blanks": (with_sheet(good, lambda xml: xml + b" " * 20_000_000), "过大"),
        "many parts": (changed(good, add=many), "部件"),
        "far cell": (with_rows(far), "行|列"),
        "wide header": (with_rows(wide), r"至少有\d{5}列"),
        "column KA": (with_rows(letters), "287列"),
        "long text": (_long_text(good), "字符"),
        "virus": (book(HEADER, ["1", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"]), "病毒"),
        "virus in text": (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "病毒"),
        "encrypted entry": (bytes(encrypted), "密码|损坏"),
        "encrypted package": (old[:512] + "EncryptedPackage".encode("utf-16-le") + old[512:], "密码"),
        "old, cut": (old[: len(old) // 2], "损坏|不是Excel"),
        "old, head only": (old[:600], "损坏|不是Excel"),
        "old, with a password": (_with_filepass(old), "密码"),
        "no header": (book(["甲", "乙", "丙"], ["1", "2", "3"]), "没有找到表头"),
        "too few labels": (book(["姓名", "乙", "丙"], ["1", "2", "3"]), "没有找到表头"),
        "header only": (book(HEADER), "没有数据行"),
        "sheet part missing": (_without(good, SHEET), "损坏"),
        "relations missing": (_without(good, "xl/_rels/workbook.xml.rels"), "损坏"),
        "overlapping rows without addresses": (with_rows(cells_of.replace(b' r="A1"', b"")), "没有找到表头"),
        "same part twice": (_twice(good), "过大"),
        "csv too wide": (b",".join([b"a"] * 300), "300列"),
        "csv of long text": ("姓名,证件号码,出生日期\n".encode() + b"a" * 40_000, "字符"),
        "csv in no encoding": ("姓名,证件号码,出生日期\n".encode("gb18030") + b"\xff\xff\xff", "编码"),
    }


def _zip(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _without(data, part):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _zip({name: archive.read(name) for name in archive.namelist() if name != part})


@pytest.mark.filterwarnings("ignore:Duplicate name")
def _twice(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return changed(data, add={"xl/workbook.xml": b"<x/>"})


def _long_text(data):
    """A text longer than what is read at a time, and too varied to be taken for a bomb."""
    text = random.Random(1).randbytes(600_000).hex().encode()  # noqa: S311 -- to be repeated
    return changed(data, "xl/sharedStrings.xml", lambda xml: xml.replace("岩罕".encode(), text))


def _with_filepass(data):
    """A FILEPASS record behind the first record of the workbook stream."""
    at = data.find(struct.pack("<2H", 0x809, 16))
    return data[: at + 20] + struct.pack("<2H", 0x2F, 0) + data[at + 24 :]


COLD = reading.run_child
HOSTILE = hostile()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_in_words(name):
    data, reason = HOSTILE[name]

    with pytest.raises(Unreadable) as refusal:
        read(data, "可疑.xlsx")

    assert re.search(reason, str(refusal.value)), str(refusal.value)
    assert str(refusal.value).startswith("可疑.xlsx：")


def test_formatted_blanks_far_out_do_no_harm():
    blank = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'

    sheet = read(with_sheet(book(HEADER, ROW), lambda xml: xml.replace(b"</sheetData>", blank)))

    assert cells(sheet)[0][1] == "岩罕"


def test_false_dimension_does_no_harm():
    sheet = read(with_sheet(book(HEADER, ROW), lambda xml: xml.replace(b'ref="A1:E2"', b'ref="A1:XFD1048576"')))

    assert cells(sheet)[0][1] == "岩罕"


@pytest.fixture
def cold_child(monkeypatch):
    """The child as the portal starts it."""
    monkeypatch.setattr(reading, "run_child", COLD)


def test_file_over_the_limit_is_not_even_handed_to_the_child(settings, monkeypatch):
    settings.UPLOAD_LIMIT_MB = 0
    monkeypatch.setattr(reading, "ask_child", None)

    with pytest.raises(Unreadable, match="0MB"):
        read(book(HEADER, ROW))


@pytest.mark.usefixtures("cold_child")
def test_child_beyond_its_memory_is_refused_and_the_parent_lives(monkeypatch):
    monkeypatch.setattr(reading, "MEMORY_BYTES", 40_000_000)

    with pytest.raises(Unreadable):
        read(book(HEADER, ROW))


@pytest.mark.usefixtures("cold_child")
def test_child_beyond_its_time_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "WALL_SECONDS", 0.01)

    with pytest.raises(Unreadable, match="用时过长"):
        read(book(HEADER, ROW))


@pytest.mark.usefixtures("cold_child")
def test_child_sees_none_of_the_secrets(monkeypatch):
    seen = {}

    def run(command, **options):
        seen.update(options["env"])
        raise reading.subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(reading.subprocess, "run", run)
    with pytest.raises(Unreadable):
        read(book(HEADER, ROW))

    assert set(seen) == {"LANG"}


def test_every_refusal_of_the_child_has_its_words():
    source = "".join(path.read_text() for path in Path(reading.__file__).with_name("parsing").glob("*.py"))
    codes = set(re.findall(r'Refused\("(\w+)"', source)) | set(re.findall(r'"refused": "(\w+)"', source))

    assert codes | {"macros", "external", "embedded"} <= set(reading.MESSAGES)


@pytest.mark.parametrize("seed", range(12))
def test_damaged_file_is_refused_or_exact(seed):
    """Bytes flipped or cut anywhere: either a refusal, or every cell as it was."""
    chance = random.Random(seed)  # noqa: S311
    rows = [[str(number), f"岩{number}", NUMBER, "1990-03-07", "12.5"] for number in range(40)]
    good = book(HEADER, *rows)
    expected = cells(read(good))
    damaged = bytearray(good)
    if seed % 3 == 0:
        damaged = damaged[: chance.randrange(len(damaged))]
    else:
        for _ in range(1 + seed % 4):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)

    try:
        found = cells(read(bytes(damaged)))
    except Unreadable:
        return
    assert found == expected


def test_layout_finds_no_header_in_data():
    assert layout.find_header([["岩罕", NUMBER, "1990-03-07"]], LABELS) is None


@pytest.mark.usefixtures("cold_child")
def test_answer_of_the_child_is_json_and_arrow_only():
    answer, rest = reading.ask_child(
        json.dumps(
            {"labels": LABELS, "fill_down": [], "keys": [], "memory": reading.MEMORY_BYTES, "seconds": 20}
        ).encode()
        + b"\n"
        + book(HEADER, ROW)
    )

    assert answer["sheet"] == "数据"
    assert [len(part) > 0 for part in reading.parts_of(rest)] == [True]
