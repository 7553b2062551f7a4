import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from healthaid.regions.selectors import DIVISIONS, matching


class PlaceFilter(django_filters.FilterSet):
    """Search by part of a name or the beginning of a code, and by level."""

    q = django_filters.CharFilter(method="search", label=_("名称或区划代码"))
    level = django_filters.ChoiceFilter(
        choices=[(level, Level(level).label) for level in DIVISIONS], label=_("层级"), empty_label=_("全部层级")
    )

    class Meta:
        model = Place
        fields = ("q", "level")

    def search(self, rows: QuerySet, _name: str, words: str) -> QuerySet:
        return matching(rows, words)
