"""Filters of the list of illnesses."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from healthaid.policy import catalogue
from healthaid.regions.choosing import InPlaceFilter
from patients.enums import ConditionKind, ConditionState
from patients.models import Condition

DISEASES = [(row.code, row.name) for row in catalogue.diseases().values()]


class ConditionFilter(django_filters.FilterSet):
    """By patient, disease, kind, state and place."""

    q = django_filters.CharFilter(label=_("姓名"), field_name="person__name", lookup_expr="startswith")
    disease = django_filters.ChoiceFilter(label=_("病种"), choices=DISEASES, empty_label=_("全部"))
    kind = django_filters.ChoiceFilter(label=_("类别"), choices=ConditionKind.choices, empty_label=_("全部"))
    state = django_filters.ChoiceFilter(label=_("核实状态"), choices=ConditionState.choices, empty_label=_("全部"))
    place = InPlaceFilter(empty_label=_("全部"))
    case = django_filters.ChoiceFilter(
        label=_("救治档案"),
        choices=[("none", _("应建未建")), ("open", _("已建档"))],
        method="by_case",
        empty_label=_("全部"),
    )

    class Meta:
        model = Condition
        fields = ()

    def by_case(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Verified critical illnesses with or without their file."""
        due = rows.filter(kind=ConditionKind.CRITICAL, state=ConditionState.VERIFIED)
        return due.filter(case=None) if value == "none" else due.exclude(case=None)
