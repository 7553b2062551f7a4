"""Sums that are kept in fen, as people read them."""

from django import template

from healthaid.core.money import yuan_of_fen

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """Fen as yuan with thousands and two decimals."""
    return yuan_of_fen(fen)


@register.filter
def yuan_moved(fen: int) -> str:
    """The same with its sign; a dash for nothing."""
    return f"{'+' if fen > 0 else ''}{yuan_of_fen(fen)}" if fen else "—"
