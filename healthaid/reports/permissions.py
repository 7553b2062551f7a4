"""May they? Reports are built for counties, by those who hold the ability there."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from healthaid.reports.indicators import INDICATORS, Indicator


def may_build_report(user: User, place: Place, month: date, today: date) -> Decision:
    """Whether the user may count (or count again) this place's month."""
    if place.level != Level.COUNTY:
        return denied(_("月报以县为单位统计，请打开县级看板。"))
    if not user.scope(Ability.BUILD_REPORTS).covers(place):
        return denied(_("您在当地没有生成月报的岗位。"))
    return may_count(month, today)


def may_count(month: date, today: date) -> Decision:
    """Whether a month can be counted at all: not before it has begun."""
    return denied(_("这个月还没有开始。")) if month > today else ALLOWED


def may_open_rows(user: User, indicator: Indicator, place: Place) -> Decision:
    """Whether the user may see who stands behind a figure; sensitive illnesses are for the duties that treat them."""
    if indicator.is_sensitive and not user.scope(Ability.READ_SENSITIVE).covers(place):
        return denied(_("这项指标涉及敏感病种，您的岗位只能查看数字，不能查看名单。"))
    if indicator.ability and not user.scope(indicator.ability).covers(place):
        return denied(_("您的岗位只能查看这项指标的数字，不能查看名单。"))
    return ALLOWED


def opened(user: User, place: Place) -> frozenset[str]:
    """The codes of the indicators whose rows the user may see at a place: those figures are links, others only text."""
    return frozenset(indicator.code for indicator in INDICATORS if may_open_rows(user, indicator, place))
