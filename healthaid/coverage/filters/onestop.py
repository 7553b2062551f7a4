"""Filters of the list of issued forms."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from healthaid.coverage.filters.bills import ALL
from healthaid.coverage.models import OneStopForm
from healthaid.coverage.selectors.bills import facilities_for_bills
from healthaid.regions.choosing import InPlaceFilter


def _facilities(request: Any) -> QuerySet:
    return facilities_for_bills(request.user)


class FormFilter(django_filters.FilterSet):
    """By words, place, hospital, and whether the form still holds."""

    q = django_filters.CharFilter(label=_("姓名或流水号"), method="by_words")
    place = InPlaceFilter(path="settlement__bill__path", empty_label=ALL)
    facility = django_filters.ModelChoiceFilter(
        label=_("医疗机构"), field_name="settlement__bill__facility", queryset=_facilities, empty_label=ALL
    )
    holds = django_filters.ChoiceFilter(
        label=_("状态"), choices=[("yes", _("有效")), ("no", _("已更正或冲销"))], method="by_state", empty_label=ALL
    )

    class Meta:
        model = OneStopForm
        fields = ()

    def by_words(self, rows: QuerySet, _name: str, words: str) -> QuerySet:
        """The beginning of the person's name or of the serial number."""
        return rows.filter(Q(settlement__bill__person__name__startswith=words) | Q(serial__startswith=words))

    def by_state(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Forms of settlements that count, or no longer count."""
        return rows.filter(settlement__is_current=value == "yes")
