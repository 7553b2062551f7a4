"""Filters of the contract list."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from healthaid.regions.choosing import InPlaceFilter
from signing import selectors
from signing.enums import ContractState, Package
from signing.models import Contract


def _teams(request: Any) -> QuerySet:
    return selectors.teams_for_filter(request.user)


class ContractFilter(django_filters.FilterSet):
    """By person or number, place, team, package, state, and what is due for renewal."""

    q = django_filters.CharFilter(label=_("姓名或协议编号"), method="by_words")
    place = InPlaceFilter(empty_label=_("全部"))
    team = django_filters.ModelChoiceFilter(label=_("服务团队"), queryset=_teams, empty_label=_("全部"))
    package = django_filters.ChoiceFilter(label=_("服务包"), choices=Package.choices, empty_label=_("全部"))
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ContractState.choices, empty_label=_("全部"))
    due = django_filters.ChoiceFilter(
        label=_("到期"), choices=[("soon", _("30天内到期或已过期"))], method="by_due", empty_label=_("全部")
    )

    class Meta:
        model = Contract
        fields = ()

    def by_words(self, rows: QuerySet, _name: str, words: str) -> QuerySet:
        """The beginning of the person's name or of the number."""
        return rows.filter(person__name__startswith=words) | rows.filter(number__startswith=words)

    def by_due(self, rows: QuerySet, _name: str, _value: str) -> QuerySet:
        """Running contracts that end soon, or ended without having been renewed."""
        return rows.filter(selectors.expiring(timezone.localdate()))
