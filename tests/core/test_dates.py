from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthaid.core.dates import UnreadableDate, parse_date


@pytest.mark.parametrize(
    "text",
    [
        "2018-06-10",
        "2018/6/10",
        "2018.06.10",
        "2018.6.10",
        "20180610",
        "2018年6月10日",
        "2018年06月10",
        "43261",
        "２０１８年６月１０日",
        " 2018/6/10 0:00",
        "2018-06-10 08:30:15",
        "2018-06-10T08:30:15.5",
        "二〇一八年六月十日",
        "二零一八年六月十日",
        "2018 年 6 月 10 日",
    ],
)
def test_parse_date_reads_every_usual_form(text):
    assert parse_date(text) == date(2018, 6, 10)


@pytest.mark.parametrize(
    ("text", "day"),
    [("二〇一八年十二月三十一日", date(2018, 12, 31)), ("一九五〇年十月二十日", date(1950, 10, 20))],
)
def test_parse_date_reads_chinese_numerals(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["2018年6月", "2018-06", "2018.6", "201806"])
def test_parse_date_takes_a_month_only_where_it_may(text):
    assert parse_date(text, allow_month=True) == date(2018, 6, 1)
    with pytest.raises(UnreadableDate, match="缺少日"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "请填写日期"),
        ("18.6.10", "四位"),
        ("2018-02-30", "不是真实存在"),
        ("1900-01-00", "不是真实存在"),
        ("20181301", "不是真实存在"),
        ("去年", "无法识别"),
        ("99999999999", "无法识别"),
        ("0", "无法识别"),
    ],
)
def test_parse_date_says_what_is_wrong(text, words):
    with pytest.raises(UnreadableDate, match=words):
        parse_date(text)


@given(st.dates(date(1900, 12, 31), date(2099, 12, 31)))
def test_parse_date_reads_back_what_is_written(day):
    forms = (
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        str((day - date(1899, 12, 30)).days),
    )
    assert {parse_date(form) for form in forms} == {day}


@given(st.text(max_size=20))
def test_parse_date_never_fails_otherwise(text):
    with suppress(UnreadableDate):
        assert isinstance(parse_date(text), date)
