"""The forms of a day, each through both doors: a field that a person fills in, and a cell of a sheet."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from healthaid.core.dates import Fault, read_day
from healthaid.core.forms import DateField
from healthaid.exchange.dates import read_date

LATEST = date(2099, 12, 31)


def by_form(text, *, allow_month=False):
    """The day, or the complaint."""
    try:
        return DateField(allow_month=allow_month).clean(text)
    except ValidationError as error:
        return "".join(error.messages)


def by_sheet(text, *, allow_month=False):
    read = read_date(text, latest=LATEST, allow_month=allow_month)
    return read.value or read.reason


DOORS = pytest.mark.parametrize("door", [by_form, by_sheet])


@DOORS
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018-06-10", date(2018, 6, 10)),
        ("2018-6-10", date(2018, 6, 10)),
        ("2018/6/10", date(2018, 6, 10)),
        ("2018.06.10", date(2018, 6, 10)),
        ("2018.6.10", date(2018, 6, 10)),
        ("20180610", date(2018, 6, 10)),
        ("2018年6月10日", date(2018, 6, 10)),
        ("2018年06月10日", date(2018, 6, 10)),
        ("2018年6月10号", date(2018, 6, 10)),
        ("2018年06月10", date(2018, 6, 10)),
        ("2018 年 6 月 10 日", date(2018, 6, 10)),
        ("２０１８年６月１０日", date(2018, 6, 10)),
        ("２０１８－０６－１０", date(2018, 6, 10)),
        ("\u200b2018-06-10\ufeff", date(2018, 6, 10)),
        (" 2018/6/10 0:00", date(2018, 6, 10)),
        ("2018-06-10 00:00:00", date(2018, 6, 10)),
        ("2018-06-10 08:30:15", date(2018, 6, 10)),
        ("2018-06-10T08:30:15.5", date(2018, 6, 10)),
        ("43261", date(2018, 6, 10)),
        ("43261.5", date(2018, 6, 10)),
        ("10000", date(1927, 5, 18)),
        ("73050", date(2099, 12, 31)),
        ("二〇一八年六月十日", date(2018, 6, 10)),
        ("二零一八年六月十日", date(2018, 6, 10)),
        ("二○一八年六月十号", date(2018, 6, 10)),
        ("二〇一八年十二月三十一日", date(2018, 12, 31)),
        ("一九五〇年十月二十日", date(1950, 10, 20)),
        ("二〇〇三年二月廿八日", date(2003, 2, 28)),
        ("二〇〇三年三月卅一日", date(2003, 3, 31)),
    ],
)
def test_day_is_read_in_every_usual_form(door, text, day):
    assert door(text) == day


@DOORS
@pytest.mark.parametrize("text", ["2018年06月", "2018年6月", "2018-06", "2018.6", "201806", "二〇一八年六月"])
def test_month_alone_is_its_first_day_only_where_allowed(door, text):
    assert door(text, allow_month=True) == date(2018, 6, 1)
    assert "缺少日" in door(text)


@pytest.mark.parametrize(
    ("text", "fault", "form", "sheet"),
    [
        ("18.6.10", Fault.SHORT_YEAR, "两位", "两位"),
        ("18年6月10日", Fault.SHORT_YEAR, "两位", "两位"),
        ("180610", Fault.SHORT_YEAR, "两位", "两位"),
        ("2018", Fault.YEAR_ONLY, "只有年份", "只有年份"),
        ("2018年", Fault.YEAR_ONLY, "只有年份", "只有年份"),
        ("6/10/2018", Fault.YEAR_LAST, "先后不明", "先后不明"),
        ("2018-02-30", Fault.NO_SUCH_DAY, "不是真实存在", "没有这一天"),
        ("2018-06-00", Fault.NO_SUCH_DAY, "不是真实存在", "没有这一天"),
        ("20181301", Fault.NO_SUCH_DAY, "不是真实存在", "没有这一天"),
        ("1900-01-00", Fault.NOTHING, "不是真实存在", "空值"),
        ("1900/1/0", Fault.NOTHING, "不是真实存在", "空值"),
        ("1899-12-31 00:00:00", Fault.NOTHING, "不是真实存在", "空值"),
        ("0", Fault.NOTHING, "不是真实存在", "空值"),
        ("366", Fault.NO_DATE, "无法识别", "不是日期"),
        ("9999", Fault.NO_DATE, "无法识别", "不是日期"),
        ("73051", Fault.NO_DATE, "无法识别", "不是日期"),
        ("99999999999", Fault.NO_DATE, "无法识别", "不是日期"),
        ("去年", Fault.NO_DATE, "无法识别", "不是日期"),
    ],
)
def test_text_without_a_day_is_refused_with_its_reason(text, fault, form, sheet):
    assert read_day(text, allow_month=True) == fault
    assert form in by_form(text, allow_month=True)
    assert sheet in by_sheet(text, allow_month=True)


@pytest.mark.parametrize("text", ["", " "])
def test_nothing_typed_is_no_day(text):
    assert DateField(required=False).clean(text) is None
    assert "必填" in by_form(text)


@given(st.dates(date(1927, 5, 18), date(2099, 12, 31)))
def test_day_reads_back_as_written(day):
    forms = (
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        str((day - date(1899, 12, 30)).days),
    )
    assert {read_day(form) for form in forms} == {day}


@given(st.text(max_size=20))
def test_any_other_text_has_a_fault(text):
    assert isinstance(read_day(text), date | Fault)
