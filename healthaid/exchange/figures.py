"""How people write counts, money and ratios, and what is meant; one text at a time."""

import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from healthaid.core.texts import half_width
from healthaid.exchange.texts import Read, is_nothing, refused, warned

_WHOLE = re.compile(r"([+-]?(?:\d+|\d{1,3}(?:,\d{3})+))(?:\.0+)?\s*[\u4e00-\u9fff㎡²]{0,4}")


def read_number(text: str, *, minimum: int, maximum: int) -> Read:
    """One text of `clean_number`."""
    plain = half_width(text)
    if is_nothing(plain):
        return Read()
    found = _WHOLE.fullmatch(plain)
    if not found:
        return refused(_("不是整数。"), _("只填数字。"))
    number = int(found[1].replace(",", ""))
    if not minimum <= number <= maximum:
        limits = {"minimum": minimum, "maximum": maximum}
        return refused(_("超出范围，应在%(minimum)s到%(maximum)s之间。") % limits, _("对照原件核对。"))
    return Read(number)


_MONEY = re.compile(
    r"[¥￥]?\s*([+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)\s*(万元|万|元|圆)?(?:整|/年|/人|m2|平方米|平米)?"
)
_BRACKETED_MONEY = re.compile(r"\((.+)\)(.*)")
FEN = Decimal("0.01")
MOST_MONEY = Decimal(10) ** 10


def read_amount(text: str, *, unit: str, allow_negative: bool) -> Read:
    """One text of `clean_amount`."""
    plain = half_width(text)
    if is_nothing(plain):
        return Read()
    found = _MONEY.fullmatch(_BRACKETED_MONEY.sub(r"-\1\2", plain))  # (1,234.50) is how accountants write a minus
    if not found:
        return refused(_("不是数值。"), _("只填数字，如1234.50。"))
    ten_thousand = (found[2] or unit).startswith("万")
    exact = Decimal(found[1].replace(",", "")) * (10_000 if ten_thousand else 1)
    amount = exact.quantize(FEN, ROUND_HALF_UP)
    if amount < 0 and not allow_negative:
        return refused(_("不能是负数。"), _("对照原件核对。"))
    if abs(amount) >= MOST_MONEY:
        return refused(_("数值过大。"), _("核对单位，如元和万元。"))
    if abs(amount - exact) > Decimal("0.000001"):
        return warned(amount, _("已四舍五入到两位小数。"))
    return Read(amount)


def read_ratio(text: str) -> Read:
    """One text of `clean_ratio`. A bare number up to 1 is a ratio, above it a percentage."""
    plain = half_width(text).replace(" ", "")
    if is_nothing(plain):
        return Read()
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)(%?)", plain)
    if not found:
        return refused(_("不是比例。"), _("写成0.95或95%。"))
    number = Decimal(found[1])
    ratio = number / 100 if found[2] or number > 1 else number
    if not 0 <= ratio <= 1:
        return refused(_("比例应在0到100%之间。"), _("对照原件核对。"))
    return Read(float(ratio))
