from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import DASH, Table, label, link
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode, PlaceName


class PlaceTable(Table):
    headings = (_("名称"), _("层级"), _("上级"), _("统计用区划代码"), _("直属下级"))
    classes = ("nowrap", "nowrap", "", "", "number")

    def cells(self, row: Place) -> tuple[str, ...]:
        return (*named(row), row.parent.name if row.parent else DASH, *figures(row))


class ChildTable(Table):
    """The places right below one."""

    headings = (_("名称"), _("层级"), _("统计用区划代码"), _("直属下级"))
    classes = ("nowrap", "nowrap", "", "number")

    def cells(self, row: Place) -> tuple[str, ...]:
        return (*named(row), *figures(row))


def named(place: Place) -> tuple[str, str]:
    """The place's name, a link, and its level."""
    return link(reverse("regions:place-detail", args=[place.pk]), place.name), label(Level, place.level)


def figures(place: Place) -> tuple[str, str]:
    """The place's code and the number of places right below."""
    return place.statistics_code or DASH, str(place.below_count)  # type: ignore[attr-defined]


class CodeTable(Table):
    """The codes of a place, each with the days of its use."""

    headings = (_("编码体系"), _("代码"), _("使用期"))
    classes = ("", "", "nowrap")

    def cells(self, row: PlaceCode) -> tuple[str, ...]:
        return label(CodeSystem, row.system), row.code, days(row)


class NameTable(Table):
    """The names of a place, each with the days of its use."""

    headings = (_("名称"), _("使用期"))
    classes = ("", "nowrap")

    def cells(self, row: PlaceName) -> tuple[str, ...]:
        return row.name, days(row)


def days(spell: PlaceCode | PlaceName) -> str:
    """From when to when, both inclusive."""
    return render_to_string("regions/_days.html", {"spell": spell})
