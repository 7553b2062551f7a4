"""How people write days, and which day is meant; forms and sheets read by it, each with words of its own."""

import re
from datetime import date, timedelta
from enum import StrEnum, auto

from healthaid.core.texts import half_width

_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR, _NUMBER = "[〇○零一二三四五六七八九]{4}", "[〇○零一二三四五六七八九十廿卅]+"
_CHINESE = re.compile(rf"({_YEAR})年({_NUMBER})月(?:({_NUMBER})[日号]?)?")
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[ T]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_DIGITS_DAY = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_DIGITS_MONTH = re.compile(r"((?:19|20)\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_SERIAL_DAY_ZERO = date(1899, 12, 30)  # the 1900 system, which counts a 29 February 1900 that never was
_SERIALS = range(10_000, 73_051)  # 1927-05-18 to 2099-12-31: five digits, so that no year is taken for one


class Fault(StrEnum):
    """Why a text gives no day."""

    NOTHING = auto()  # what a spreadsheet shows for the date of an empty cell
    SHORT_YEAR = auto()
    YEAR_ONLY = auto()
    YEAR_LAST = auto()  # 6/10/2018 is June to some and October to others
    MONTH_ONLY = auto()
    NO_SUCH_DAY = auto()
    NO_DATE = auto()


_FAULTS = (
    (Fault.NOTHING, re.compile(r"0|1900[-/.年]0?1[-/.月]0?0日?|1899[-/.]12[-/.]3[01]( .*)?|0:00(:00)?|00:00:00")),
    (Fault.SHORT_YEAR, re.compile(r"\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?|\d{6}")),
    (Fault.YEAR_ONLY, re.compile(r"(19|20)\d{2}年?")),
    (Fault.YEAR_LAST, re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")),
    (Fault.NO_DATE, re.compile(r".*")),
)


def read_day(text: str, *, allow_month: bool = False) -> date | Fault:
    """The day meant by 2018-06-10, 2018.6.10, 20180610, 2018年6月10日, 二〇一八年六月十日 or a spreadsheet's 43261.

    A month alone (2018年6月, 201806) is its first day where that is allowed.
    """
    plain = _western(half_width(text))
    parts = None if _FAULTS[0][1].fullmatch(plain) else _parts(plain)
    if parts is None:
        return next(fault for fault, pattern in _FAULTS if pattern.fullmatch(plain))
    year, month, day = parts
    if day is None and not allow_month:
        return Fault.MONTH_ONLY
    try:
        return date(year, month, 1 if day is None else day)
    except ValueError:
        return Fault.NO_SUCH_DAY


def _parts(text: str) -> tuple[int, int, int | None] | None:
    """Year, month and day, or no day when only a month is given; None when the text is neither."""
    if found := _DAY.fullmatch(text) or _DIGITS_DAY.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _MONTH.fullmatch(text) or _DIGITS_MONTH.fullmatch(text):
        return int(found[1]), int(found[2]), None
    if (found := _SERIAL.fullmatch(text)) and int(found[1]) in _SERIALS:
        day = _SERIAL_DAY_ZERO + timedelta(days=int(found[1]))
        return day.year, day.month, day.day
    return None


def _western(text: str) -> str:
    """A date in Chinese numerals as digits: 二〇一八年六月十日 is 2018年6月10日; other texts as they are."""
    found = _CHINESE.fullmatch(text.replace(" ", ""))
    if not found:
        return text
    day = f"{_small_number(found[3])}日" if found[3] else ""
    return f"{found[1].translate(_NUMERALS)}年{_small_number(found[2])}月{day}"


def _small_number(numerals: str) -> int:
    """十 is 10, 二十一 and 廿一 are 21, 六 is 6."""
    tens, ten, ones = numerals.replace("廿", "二十").replace("卅", "三十").rpartition("十")
    digit = int(ones.translate(_NUMERALS) or 0)
    return digit + (10 * int(tens.translate(_NUMERALS) or 1) if ten else 0)
