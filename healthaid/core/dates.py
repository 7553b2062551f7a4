"""Dates as people in China write them, for one typed value; sheets are read by columns elsewhere."""

import re
import unicodedata
from datetime import date, timedelta

from django.utils.translation import gettext as _

_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_TEN = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_TIME = re.compile(r"[ T]?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_DAY = re.compile(r"(\d{4})([-/.年])(\d{1,2})[-/.月](\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_SHORT_YEAR = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_SERIAL_DAY_ZERO = date(1899, 12, 30)  # the 1900 system, which counts a 29 February 1900 that never was
_SERIALS = range(366, 73051)  # 1900-12-31 to 2099-12-31


class UnreadableDate(ValueError):  # noqa: N818 -- a verdict on the text
    """The text is no date; the message says what was expected."""


def parse_date(text: str, *, allow_month: bool = False) -> date:
    """The day meant by 2018-06-10, 2018.6.10, 20180610, 2018年6月10日, 二〇一八年六月十日 or a spreadsheet's 43261.

    A month alone (2018年6月, 201806) is its first day where `allow_month` says so; raises UnreadableDate.
    """
    written = _half_width(text)
    parts = _parts(written, allow_month=allow_month)
    if parts is None and written.isdecimal() and int(written) in _SERIALS:
        return _SERIAL_DAY_ZERO + timedelta(days=int(written))
    if parts is None:
        raise UnreadableDate(_complaint(written))
    try:
        return date(*parts)
    except ValueError as error:
        raise UnreadableDate(_("“%(text)s”不是真实存在的日期。") % {"text": text.strip()}) from error


def _half_width(text: str) -> str:
    written = unicodedata.normalize("NFKC", text).strip()
    written = _TIME.sub("", written).replace(" ", "")
    if re.search(r"[〇零○一二三四五六七八九十]", written):
        written = _TEN.sub(lambda ten: f"{ten[1] or '一'}{ten[2] or '〇'}", written).translate(_DIGITS)
    return written


def _parts(written: str, *, allow_month: bool) -> tuple[int, int, int] | None:
    if whole := _DAY.fullmatch(written):
        return int(whole[1]), int(whole[3]), int(whole[4])
    if re.fullmatch(r"\d{8}", written):
        return int(written[:4]), int(written[4:6]), int(written[6:])
    if allow_month and (month := _MONTH.fullmatch(written) or re.fullmatch(r"(\d{4})(\d{2})", written)):
        return int(month[1]), int(month[2]), 1
    return None


def _complaint(written: str) -> str:
    if not written:
        return _("请填写日期。")
    if _SHORT_YEAR.fullmatch(written):
        return _("“%(text)s”的年份只有两位，请写成四位，如 2018.6.10。") % {"text": written}
    if _MONTH.fullmatch(written) or re.fullmatch(r"\d{6}", written):
        return _("“%(text)s”缺少日，请写全年月日，如 2018-06-10。") % {"text": written}
    return _("无法识别日期“%(text)s”，请写成 2018-06-10 的样子。") % {"text": written}
