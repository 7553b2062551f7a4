"""Filters of the work list of treatment files."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from healthaid.policy import catalogue
from healthaid.regions.choosing import InPlaceFilter
from patients import enums
from patients.models import CriticalCase
from patients.selectors import cases

DISEASES = [(row.code, row.name) for row in catalogue.diseases().values() if row.kind == "critical"]


def _hospitals(request: Any) -> QuerySet:
    return cases.hospitals_for_filter(request.user)


class CaseFilter(django_filters.FilterSet):
    """By patient, state, disease, hospital and place."""

    q = django_filters.CharFilter(label=_("姓名"), field_name="person__name", lookup_expr="startswith")
    state = django_filters.ChoiceFilter(label=_("救治状态"), choices=enums.CaseState.choices, empty_label=_("全部"))
    disease = django_filters.ChoiceFilter(
        label=_("病种"), field_name="condition__disease", choices=DISEASES, empty_label=_("全部")
    )
    hospital = django_filters.ModelChoiceFilter(label=_("定点医院"), queryset=_hospitals, empty_label=_("全部"))
    place = InPlaceFilter(empty_label=_("全部"))

    class Meta:
        model = CriticalCase
        fields = ()
