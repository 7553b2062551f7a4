"""What a clerk may type about treat first, pay later."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from facilities.models import Facility
from healthaid.core.forms import DateField
from healthaid.core.money import yuan
from healthaid.core.phrases import noted
from healthaid.coverage.domain.instalments import MOST_PARTS, Part
from healthaid.coverage.forms.cards import Versioned
from healthaid.coverage.forms.money import YuanField
from healthaid.coverage.models import Bill


class AgreementForm(forms.Form):
    """Where a patient is admitted without a deposit."""

    facility: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("医院"),
        queryset=None,
        empty_label=_("请选择"),
        help_text=_("县域内定点医疗机构；州级医院须经县级转诊。"),
    )
    admitted_on = DateField(label=_("入院日期"))
    signed_on = DateField(label=_("签订日期"), help_text=_("双方签字的日期，不晚于今天。"))
    deposit_waived = YuanField(label=_("免收押金"), initial=0, help_text=_("按医院规定本应收取的押金。"))
    referral = forms.CharField(
        label=_("县级转诊情况"), max_length=200, required=False, help_text=_("州级医院必填：转出医院和转诊单号。")
    )

    def __init__(self, *args: Any, hospitals: QuerySet[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].queryset = hospitals  # type: ignore[attr-defined]


class DischargeForm(Versioned):
    """Which settled bill the agreement is about."""

    bill: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("本次住院费用"),
        queryset=None,
        empty_label=_("请选择"),
        help_text=_("此人在该院已结算、还没有关联协议的费用；没有时先录入并结算费用。"),
    )

    def __init__(self, *args: Any, bills: QuerySet[Bill], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["bill"]
        field.queryset = bills
        field.label_from_instance = lambda bill: noted(f"{bill.served_on} {bill.number}", yuan(bill.total))


class ProposalForm(forms.Form):
    """Into how many monthly parts what is left is divided, and when the first is due."""

    number = forms.IntegerField(label=_("期数"), min_value=1, max_value=MOST_PARTS)
    first = DateField(label=_("首期应还日期"))


class PlanForm(Versioned):
    """The parts, each with its last day and amount; rows left empty fall away."""

    reason = forms.CharField(label=_("约定（延期）原因"), max_length=200)

    def __init__(self, *args: Any, proposed: Sequence[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = range(len(proposed))
        for row, part in enumerate(proposed):
            day = DateField(label=_("应还日期"), required=False, initial=part.due_on)
            self.fields[f"due_on_{row}"] = day
            self.fields[f"amount_{row}"] = YuanField(label=_("金额"), required=False, initial=part.amount)

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each row, for the page."""
        return [(self[f"due_on_{row}"], self[f"amount_{row}"]) for row in self.rows]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for row in self.rows:
            day, amount = cleaned.get(f"due_on_{row}"), cleaned.get(f"amount_{row}")
            if (day is None) != (amount is None) and not {f"due_on_{row}", f"amount_{row}"} & self.errors.keys():
                missing = "due_on" if day is None else "amount"
                self.add_error(f"{missing}_{row}", ValidationError(_("日期和金额须一起填写。")))
        return cleaned

    def parts(self) -> list[Part]:
        """The parts typed, in the order of the rows."""
        pairs = [(self.cleaned_data[f"due_on_{row}"], self.cleaned_data[f"amount_{row}"]) for row in self.rows]
        return [Part(day, amount) for day, amount in pairs if day is not None and amount is not None]


class PaymentForm(Versioned):
    """Money received."""

    amount = YuanField(label=_("付款金额"))
    paid_on = DateField(label=_("付款日期"))
    receipt = forms.CharField(label=_("票据号"), max_length=40, required=False)


class ReasonForm(Versioned):
    """Why something is decided."""

    reason = forms.CharField(label=_("原因"), max_length=200)
