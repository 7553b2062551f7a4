"""Filters of the facility list."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from facilities.enums import FacilityKind, Use
from facilities.models import Facility
from healthaid.regions.choosing import InPlaceFilter

STANDARD = [("yes", _("达标")), ("no", _("未达标")), ("never", _("未检查")), ("not_met", _("未达标或未检查"))]


class FacilityFilter(django_filters.FilterSet):
    """By name or code, kind, place, standard, and whether in use."""

    q = django_filters.CharFilter(label=_("名称或编码"), method="by_words")
    kind = django_filters.ChoiceFilter(label=_("类别"), choices=FacilityKind.choices, empty_label=_("全部"))
    place = InPlaceFilter(empty_label=_("全部"))
    standard = django_filters.ChoiceFilter(
        label=_("村卫生室标准"), choices=STANDARD, method="by_standard", empty_label=_("全部")
    )
    use = django_filters.ChoiceFilter(label=_("状态"), choices=Use.choices, method="by_use", empty_label=_("全部"))

    class Meta:
        model = Facility
        fields = ()

    def by_words(self, rows: QuerySet, _name: str, words: str) -> QuerySet:
        """Names that hold the words, or the code that begins with them."""
        return rows.filter(name__contains=words) | rows.filter(code__startswith=words)

    def by_standard(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Open village clinics by their newest check."""
        clinics = rows.filter(kind=FacilityKind.VILLAGE_CLINIC, is_open=True)
        match value:
            case "yes":
                return clinics.filter(at_standard=True)
            case "no":
                return clinics.filter(at_standard=False)
            case "never":
                return clinics.filter(at_standard=None)
        return clinics.filter(at_standard=False) | clinics.filter(at_standard=None)

    def by_use(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Open or closed facilities."""
        return rows.filter(is_open=value == Use.OPEN)
