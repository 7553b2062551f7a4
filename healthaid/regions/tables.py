import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from healthaid.regions.models import Place


class PlaceTable(tables.Table):
    name = tables.Column(
        _("名称"), linkify=("regions:place-detail", {"pk": tables.A("pk")}), attrs={"td": {"class": "text-nowrap"}}
    )
    level = tables.Column(_("层级"))
    parent = tables.Column(_("上级"), accessor="parent__name")
    code = tables.Column(_("统计用区划代码"), accessor="statistics_code")
    below_count = tables.Column(_("直属下级"), attrs={"td": {"class": "number"}, "th": {"class": "number"}})

    class Meta:
        model = Place
        fields = ()
        sequence = ("name", "level", "parent", "code", "below_count")


class ChildTable(PlaceTable):
    """The places right below one."""

    class Meta:
        exclude = ("parent",)
        sequence = ("name", "level", "code", "below_count")
