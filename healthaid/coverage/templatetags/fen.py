"""Sums that are kept in fen, as people read them."""

from django import template

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """Fen as yuan with thousands and two decimals."""
    return f"{fen / 100:,.2f}"


@register.filter
def yuan_moved(fen: int) -> str:
    """The same with its sign; a dash for nothing."""
    return f"{fen / 100:+,.2f}" if fen else "—"
