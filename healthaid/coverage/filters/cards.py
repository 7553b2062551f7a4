"""Filters of the lists of special-disease cards."""

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from healthaid.coverage.enums import CardState
from healthaid.coverage.models import SpecialCard
from healthaid.coverage.selectors import cards as selectors
from healthaid.coverage.selectors.diseases import outpatient_diseases
from healthaid.regions.choosing import InPlaceFilter
from patients.models import Condition

ALL = _("全部")
DISEASES = [(disease.code, disease.name) for disease in outpatient_diseases()]


class CardFilter(django_filters.FilterSet):
    """By holder, place, disease, state, and what is about to end."""

    q = django_filters.CharFilter(label=_("姓名"), field_name="person__name", lookup_expr="startswith")
    place = InPlaceFilter(empty_label=ALL)
    disease = django_filters.ChoiceFilter(label=_("病种"), choices=DISEASES, empty_label=ALL)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=CardState.choices, empty_label=ALL)
    due = django_filters.ChoiceFilter(
        label=_("到期"), choices=[("soon", _("60天内到期或已过期"))], method="by_due", empty_label=ALL
    )

    class Meta:
        model = SpecialCard
        fields = ()

    def by_due(self, rows: QuerySet, _name: str, _value: str) -> QuerySet:
        """Valid cards that end soon or have ended."""
        return rows.filter(selectors.expiring(timezone.localdate()))


class WithoutCardFilter(django_filters.FilterSet):
    """By person, place and the disease of the card."""

    q = django_filters.CharFilter(label=_("姓名"), field_name="person__name", lookup_expr="startswith")
    place = InPlaceFilter(empty_label=ALL)
    disease = django_filters.ChoiceFilter(
        label=_("可办卡病种"), field_name="card_disease", choices=DISEASES, empty_label=ALL
    )

    class Meta:
        model = Condition
        fields = ()
