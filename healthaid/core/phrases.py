"""Brackets and lists as the language of the page writes them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def noted(name: object, note: object) -> str:
    """A name with a note in brackets after it."""
    return _("%(name)s（%(note)s）") % {"name": name, "note": note}


def listed(names: Iterable[str]) -> str:
    """Names one after the other."""
    return _("、").join(names)


def without_yuan(label: object) -> str:
    """An amount's label without its unit, for a place that shows the unit beside it."""
    return str(label).removesuffix(_("（元）"))
