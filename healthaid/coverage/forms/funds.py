"""What a clerk may type about payouts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility
from healthaid.core.forms import ChoiceField, DateField, MonthField
from healthaid.coverage.enums import Fund
from healthaid.coverage.forms.money import YuanField
from healthaid.regions.models import Place


class FundPaymentForm(forms.Form):
    """Money that one fund paid to one hospital for one month."""

    county: forms.ModelChoiceField = forms.ModelChoiceField(label=_("参保县"), queryset=None, empty_label=_("请选择"))
    facility: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("医疗机构"), queryset=None, empty_label=_("请选择")
    )
    fund = ChoiceField(label=_("基金"), choices=Fund.choices)
    month = MonthField(label=_("结算月份"))
    amount = YuanField(label=_("拨付金额"), help_text=_("不超过该月未拨付的金额。"))
    paid_on = DateField(label=_("拨付日期"))
    voucher = forms.CharField(label=_("凭证号"), max_length=40, required=False)

    def __init__(
        self,
        *args: Any,
        counties: QuerySet[Place],
        hospitals: QuerySet[Facility],
        funds: Sequence[Fund],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"].queryset = counties  # type: ignore[attr-defined]
        self.fields["facility"].queryset = hospitals  # type: ignore[attr-defined]
        self.fields["fund"].choices = [(fund.value, fund.label) for fund in funds]  # type: ignore[attr-defined]


class WrongEntryForm(forms.Form):
    """Why an entry is taken back."""

    reason = forms.CharField(label=_("原因"), max_length=200)
