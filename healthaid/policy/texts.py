"""Values of parameters in words, for pages and paper."""

import unicodedata
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from healthaid.core.money import percent
from healthaid.core.phrases import listed
from healthaid.policy import catalogue
from healthaid.policy.domain import Fault, Range, Tiers, Value, Worth
from healthaid.policy.enums import Unit, Word

# Units that are counted, so that a language with plurals can tell one from many; the others follow the number.
COUNTED: dict[str, Promise] = {
    Unit.MONTHS: ngettext_lazy("%(number)s个月", "%(number)s个月", "count"),
    Unit.TIMES: ngettext_lazy("%(number)s次", "%(number)s次", "count"),
    Unit.PERSONS: ngettext_lazy("%(number)s人", "%(number)s人", "count"),
    Unit.KINDS: ngettext_lazy("%(number)s种", "%(number)s种", "count"),
    Unit.FACILITIES: ngettext_lazy("%(number)s所", "%(number)s所", "count"),
    Unit.TIER: ngettext_lazy("%(number)s级", "%(number)s级", "count"),
}


def shown(worth: Worth, unit: str) -> str:
    """A value as a person reads it: 90%, 60㎡, 80%–85%, 必须."""
    match worth:
        case Decimal():
            return number(worth, unit)
        case Range():
            return bounds(worth, unit)
        case Tiers(steps):
            return _("；").join(
                _("%(population)s人起%(number)s") % {"population": step.start, "number": number(step.number, unit)}
                for step in steps
            )
        case tuple():
            return listed(word(item) for item in worth)
    return word(worth)


def said(value: Value, unit: str) -> str:
    """What a document says: the value, or that it is the least."""
    text = shown(value.worth, unit)
    return _("不低于%(low)s") % {"low": text} if value.is_least else text


def bounds(worth: Range, unit: str) -> str:
    """A range, one of whose ends may be open."""
    if worth.high is None:
        return _("不低于%(low)s") % {"low": number(worth.low, unit)} if worth.low is not None else _("不限")
    if worth.low is None:
        return _("不高于%(high)s") % {"high": number(worth.high, unit)}
    return f"{number(worth.low, unit)}–{number(worth.high, unit)}"


def number(value: Decimal, unit: str) -> str:
    """A number with its unit; ratios as percent."""
    if unit == Unit.RATIO:
        return percent(value)
    if unit in COUNTED:
        return str(COUNTED[unit] % {"number": f"{value:,}", "count": 1 if value == 1 else 2})  # type: ignore[operator]
    return _("%(number)s%(unit)s") % {"number": f"{value:,}", "unit": Unit(unit).label}


def word(code: str) -> str:
    """A word or the name of a disease list."""
    if code in Word.values:
        return str(Word(code).label)
    return catalogue.disease_lists()[code].title


def number_typed(text: str) -> Decimal:
    """A number as people write it: 0.75, 75%, 1,200元, full width too. Raises ValueError."""
    typed = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").removesuffix("元")
    try:
        number = Decimal(typed.removesuffix("%"))
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number / 100 if typed.endswith("%") else number


ONE_YEAR = gettext_lazy("该项目按年度执行：起止日期须在同一年内。")
FAULTS: dict[Fault, str | Promise] = {
    "negative": gettext_lazy("不能小于0。"),
    "above_limit": gettext_lazy("比例填0到1之间的小数，或带百分号，如0.75、75%。"),
    "too_fine": gettext_lazy("小数位数过多：金额到分，比例到万分位，其余为整数。"),
}
