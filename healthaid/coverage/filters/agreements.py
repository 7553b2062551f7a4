"""Filters of the list of agreements."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from facilities.models import Facility
from healthaid.coverage.enums import AgreementState
from healthaid.coverage.models import Agreement
from healthaid.coverage.selectors.agreements import OPEN, facilities_with_agreements, is_due_soon, is_overdue
from healthaid.regions.choosing import InPlaceFilter

ALL = _("全部")
OWING = "open"


def _facilities(request: Any) -> QuerySet[Facility]:
    return facilities_with_agreements(request.user)


class AgreementFilter(django_filters.FilterSet):
    """By words, place, hospital, state and what is due."""

    q = django_filters.CharFilter(label=pgettext_lazy("agreement", "姓名或协议编号"), method="by_words")
    place = InPlaceFilter(empty_label=ALL)
    facility = django_filters.ModelChoiceFilter(label=_("医院"), queryset=_facilities, empty_label=ALL)
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=[(OWING, _("未结清")), *AgreementState.choices], method="by_state", empty_label=ALL
    )
    due = django_filters.ChoiceFilter(
        label=pgettext_lazy("agreement", "到期"),
        choices=[("overdue", _("已逾期")), ("soon", _("7天内到期或已逾期"))],
        method="by_due",
        empty_label=ALL,
    )

    class Meta:
        model = Agreement
        fields = ()

    def by_words(self, rows: QuerySet, _name: str, words: str) -> QuerySet:
        """The beginning of the patient's name or of the agreement's number."""
        return rows.filter(Q(person__name__startswith=words) | Q(number__startswith=words))

    def by_state(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """One state, or all in which something is owed."""
        return rows.filter(state__in=OPEN if value == OWING else [value])

    def by_due(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Overdue, or due soon; the rows are `with_position`."""
        return rows.filter(is_overdue() if value == "overdue" else is_due_soon())
