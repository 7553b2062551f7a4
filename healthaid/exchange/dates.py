"""How people write days, and which day is meant; one text at a time."""

import re
from datetime import date, timedelta

from django.utils.translation import gettext as _

from healthaid.exchange.texts import Read, half_width, is_nothing, refused

_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_FULL_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_SHORT_YEAR = re.compile(r"(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?|\d{6}")
_DIGITS_DATE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_DIGITS_MONTH = re.compile(r"((?:19|20)\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_YEAR_ONLY = re.compile(r"(19|20)\d{2}年?")
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_NO_DATE = re.compile(r"0|1900[-/.年]0?1[-/.月]0?0日?|1899[-/.]12[-/.]3[01]( .*)?|0:00(:00)?|00:00:00")
EXCEL_EPOCH = date(1899, 12, 30)
EARLIEST = date(1890, 1, 1)
FIRST_SERIAL, LAST_SERIAL = 10_000, 73_050  # 1927-05-18 and 2099-12-31: five digits, so no year is taken for one


def read_date(text: str, *, latest: date, allow_month: bool) -> Read:
    """One text of `clean_date`."""
    plain = _western(half_width(text))
    if is_nothing(plain):
        return Read()
    if fault := _date_fault(plain):
        return fault
    year, month, day = _date_parts(plain) or (0, 0, 0)
    if day is None and not allow_month:
        return refused(_("只有年月，缺少日。"), _like_this())
    return _day(year, month, day or 1, latest)


def _day(year: int, month: int, day: int, latest: date) -> Read:
    try:
        found = date(year, month, day)
    except ValueError:
        return refused(_("没有这一天。"), _like_this())
    if found > latest:
        return refused(_("日期晚于今天。"), _("对照原件核对。"))
    if found < EARLIEST:
        return refused(_("日期过早。"), _("对照原件核对。"))
    return Read(found)


def _date_parts(text: str) -> tuple[int, int, int | None] | None:
    """Year, month and day, or no day when only a month is given; None when the text is neither."""
    if found := _FULL_DATE.fullmatch(text) or _DIGITS_DATE.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _MONTH.fullmatch(text) or _DIGITS_MONTH.fullmatch(text):
        return int(found[1]), int(found[2]), None
    if _SERIAL.fullmatch(text) and FIRST_SERIAL <= int(text[:5]) <= LAST_SERIAL:
        day = EXCEL_EPOCH + timedelta(days=int(text[:5]))
        return day.year, day.month, day.day
    return None


def _date_fault(text: str) -> Read | None:
    """Why a text is no date, if it is none."""
    if _NO_DATE.fullmatch(text):
        return refused(_("日期是空值（1900-01-00）。"), _("填写日期，或清空单元格。"))
    if _date_parts(text):
        return None
    if _SHORT_YEAR.fullmatch(text):
        return refused(_("年份只有两位，无法确定是哪一年。"), _("年份写全四位，如2018-06-10。"))
    if _YEAR_ONLY.fullmatch(text):
        return refused(_("只有年份，缺少月日。"), _like_this())
    if _YEAR_LAST.fullmatch(text):
        return refused(_("月和日的先后不明。"), _like_this())
    return refused(_("不是日期。"), _like_this())


def _like_this() -> str:
    return _("写成2018-06-10的形式。")


def _western(text: str) -> str:
    """A date in Chinese numerals as digits: 二〇一八年六月十日 is 2018年6月10日; other texts as they are."""
    found = re.fullmatch(
        r"([〇○零一二三四五六七八九]{4})年([〇零一二三四五六七八九十]+)月(?:([一二三四五六七八九十廿]+)[日号])?", text
    )
    if not found:
        return text
    day = f"{_small_number(found[3])}日" if found[3] else ""
    return f"{found[1].translate(_NUMERALS)}年{_small_number(found[2])}月{day}"


def _small_number(numerals: str) -> int:
    """十 is 10, 二十一 and 廿一 are 21, 六 is 6."""
    tens, ten, ones = numerals.replace("廿", "二十").rpartition("十")
    digit = int(ones.translate(_NUMERALS) or 0)
    return digit + (10 * int(tens.translate(_NUMERALS) or 1) if ten else 0)
