from io import BytesIO

import pytest
from openpyxl import load_workbook

from healthaid.reports.actions import export_report
from healthaid.reports.indicators import INDICATORS
from tests.factories.reports import IN_JULY, JUNE, counted


@pytest.fixture
def book(people, county):
    """The county's workbook of June, as its official takes it."""
    people.here.name = "=HYPERLINK(1)村"
    people.here.save()
    counted(county)
    return load_workbook(BytesIO(export_report(by=people.official, place=county, month=JUNE, now=IN_JULY)))


def test_workbook_is_laid_out_as_the_official_table(people, book):
    sheet = book.worksheets[0]

    assert sheet["A1"].value == "芒坝市健康帮扶月报表（2018年6月）"
    assert sheet["A3"].value == "截至2018-06-30（累计）"
    assert [sheet.cell(row, 1).value for row in range(7, 13)] == [
        "芒坝市",
        "芒坝镇",
        "=HYPERLINK(1)村",
        "弄坎村",
        "遮冒乡",
        "遮冒村",
    ]
    assert sheet.max_column == 1 + sum(3 if indicator.is_rate else 1 for indicator in INDICATORS)
    assert sheet.freeze_panes == "B7"


def test_workbook_holds_numbers_and_a_dash_where_nothing_is_due(book):
    sheet = book.worksheets[0]
    heads = {}
    for column in range(2, sheet.max_column + 1):
        if text := sheet.cell(5, column).value:
            heads[text.split("\n")[0]] = column
    contracts, treated = heads["家庭医生签约率"], heads["大病救治率"]

    assert [sheet.cell(7, contracts + offset).value for offset in range(3)] == [2, 4, 0.5]
    assert [sheet.cell(12, treated + offset).value for offset in range(3)] == [0, 0, "—"]


def test_no_text_in_the_workbook_can_run(book):
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}

    assert "f" not in kinds


def test_workbook_says_who_took_it(people, book):
    told = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}

    assert told["导出人"] == "县级主管"
    assert told["行数"] == "6"
    assert told["导出时间"] == "2018-07-02 09:00:00"
