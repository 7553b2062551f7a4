"""Filters of the list of payouts."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility
from healthaid.coverage.enums import Fund
from healthaid.coverage.filters.bills import PeriodFilter
from healthaid.coverage.models import FundPayment
from healthaid.coverage.selectors.funds import hospitals_of_funds
from healthaid.regions.choosing import InPlaceFilter

ALL = _("全部")


def _hospitals(request: Any) -> QuerySet[Facility]:
    return hospitals_of_funds(request.user)


class FundPaymentFilter(django_filters.FilterSet):
    """By county, hospital, fund, month and voucher."""

    place = InPlaceFilter(label=_("参保县"), empty_label=ALL)
    facility = django_filters.ModelChoiceFilter(label=_("医疗机构"), queryset=_hospitals, empty_label=ALL)
    fund = django_filters.ChoiceFilter(label=_("基金"), choices=Fund.choices, empty_label=ALL)
    period = PeriodFilter(
        label=_("结算月份"), field_name="month", widget=forms.TextInput(attrs={"placeholder": "2018-06"})
    )
    voucher = django_filters.CharFilter(label=_("凭证号"), lookup_expr="startswith")

    class Meta:
        model = FundPayment
        fields = ()
