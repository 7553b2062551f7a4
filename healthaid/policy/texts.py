"""Values of parameters in words, for pages and paper."""

from decimal import Decimal

from django.utils.translation import gettext as _

from healthaid.policy import catalogue
from healthaid.policy.domain import Range, Tiers, Worth
from healthaid.policy.enums import Unit, Word


def shown(worth: Worth, unit: str) -> str:
    """A value as a person reads it: 90%, 60㎡, 80%–85%, 必须."""
    match worth:
        case Decimal():
            return number(worth, unit)
        case Range():
            return bounds(worth, unit)
        case Tiers(steps):
            return "；".join(
                _("%(population)s人起%(number)s") % {"population": step.start, "number": number(step.number, unit)}
                for step in steps
            )
        case tuple():
            return "、".join(word(item) for item in worth)
    return word(worth)


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
        return f"{(value * 100).normalize():f}%"
    return f"{value:,}{Unit(unit).label}"


def word(code: str) -> str:
    """A word or the name of a disease list."""
    if code in Word.values:
        return str(Word(code).label)
    return catalogue.disease_lists()[code].title
