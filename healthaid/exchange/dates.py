"""Days in cells: what a sheet says about a text that gives none."""

import re
from datetime import date

from django.utils.translation import gettext as _

from healthaid.core.dates import Fault, read_day
from healthaid.core.texts import half_width
from healthaid.exchange.texts import Read, is_nothing, refused

EARLIEST = date(1890, 1, 1)
OCTOBER = re.compile(r"\d{4}\.1")  # 2014.10 in a cell of numbers reads as 2014.1


def read_date(text: str, *, latest: date, allow_month: bool) -> Read:
    """One text of `clean_date`."""
    if is_nothing(half_width(text)):
        return Read()
    if OCTOBER.fullmatch(half_width(text)):
        return refused(
            _("1月还是10月？数值格式的单元格会丢掉末尾的0。"),
            _("请写成%(year)s-10或%(year)s-01。") % {"year": half_width(text)[:4]},
        )
    found = read_day(text, allow_month=allow_month)
    if isinstance(found, Fault):
        return _refused(found)
    if found > latest:
        return refused(_("日期晚于今天。"), _("对照原件核对。"))
    if found < EARLIEST:
        return refused(_("日期过早。"), _("对照原件核对。"))
    return Read(found)


def _refused(fault: Fault) -> Read:
    if fault == Fault.NOTHING:
        return refused(_("日期是空值（1900-01-00）。"), _("填写日期，或清空单元格。"))
    if fault == Fault.SHORT_YEAR:
        return refused(_("年份只有两位，无法确定是哪一年。"), _("年份写全四位，如2018-06-10。"))
    reasons = {
        Fault.YEAR_ONLY: _("只有年份，缺少月日。"),
        Fault.YEAR_LAST: _("月和日的先后不明。"),
        Fault.MONTH_ONLY: _("只有年月，缺少日。"),
        Fault.NO_SUCH_DAY: _("没有这一天。"),
        Fault.NO_DATE: _("不是日期。"),
    }
    return refused(reasons[fault], _("写成2018-06-10的形式。"))
