"""Figures that open into the rows behind them, and how old something is."""

from collections.abc import Container
from datetime import date, datetime

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from healthaid.core.tables import DASH
from healthaid.regions.models import Place
from healthaid.reports.domain import Side
from healthaid.reports.indicators import Indicator

register = template.Library()


@register.simple_block_tag
def rows_link(
    content: SafeString,
    place: Place,
    month: date,
    indicator: Indicator,
    opened: Container[str],
    *,
    side: Side = Side.MET,
    classes: str = "",
    title: str = "",
) -> SafeString:
    """A figure as the link to one side of its rows; no link for a dash, or where its code is not among the `opened`."""
    is_open = indicator.code in opened and content != DASH
    url = rows_url(place, month, indicator, side) if is_open else ""
    return format_html(
        "<{tag}{href}{classes}{title}>{content}</{tag}>",
        tag="a" if is_open else "span",
        href=format_html(' href="{}"', url) if is_open else "",
        classes=format_html(' class="{}"', classes) if classes else "",
        title=format_html(' title="{}"', title) if title else "",
        content=content,
    )


def rows_url(place: Place, month: date, indicator: Indicator, side: Side) -> str:
    """The address of the rows of one side of a figure."""
    url = reverse("reports:figure-rows", args=[place.pk, f"{month:%Y-%m}", indicator.code])
    return url if side == Side.MET else f"{url}?side={side}"


@register.filter
def ago(at: datetime) -> str:
    """How long ago, in one unit."""
    return _("%(time)s前") % {"time": timesince(at, depth=1)}
