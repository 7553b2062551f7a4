"""What a person may type about special-disease cards."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from facilities.models import Facility
from healthaid.core.forms import DateField
from healthaid.core.phrases import noted
from healthaid.coverage.selectors.diagnosing import LowestLevel
from healthaid.policy.catalogue import Disease


class Versioned(forms.Form):
    """About a card as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ApplyForm(forms.Form):
    """One of the diseases in force at the person's place."""

    disease = forms.ChoiceField(label=_("病种"))
    applied_on = DateField(label=_("申请日期"))

    def __init__(self, *args: Any, diseases: Sequence[Disease], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(disease.code, f"{disease.outpatient}. {disease.name}") for disease in diseases]
        self.fields["disease"].choices = [("", _("请选择")), *choices]  # type: ignore[attr-defined]


class DiagnoseForm(Versioned):
    """Which hospital found the disease, and when."""

    hospital: forms.ModelChoiceField = forms.ModelChoiceField(label=_("鉴定医院"), queryset=None)
    diagnosed_on = DateField(label=_("鉴定日期"))

    def __init__(self, *args: Any, hospitals: QuerySet[Facility], lowest: LowestLevel | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["hospital"]
        field.queryset = hospitals
        field.help_text = str(lowest or "")
        field.label_from_instance = lambda hospital: noted(hospital.name, hospital.get_level_display())


class EnterForm(Versioned):
    """What the insurance office gave the card."""

    number = forms.CharField(label=_("卡号"), max_length=40)
    valid_from = DateField(label=_("生效日期"))
    valid_to = DateField(label=_("截止日期"), required=False, help_text=_("最后一天；留空为长期。"))


class ExtendForm(Versioned):
    """The new last day of a card."""

    valid_to = DateField(label=_("新的截止日期"))


class RefuseForm(Versioned):
    """Why the person does not qualify."""

    reason = forms.CharField(label=_("未通过原因"), max_length=200)


class EndForm(Versioned):
    """Why a card ends, and from which day it no longer serves."""

    reason = forms.CharField(label=_("停用原因"), max_length=200)
    on = DateField(label=pgettext_lazy("card", "停用日期"), help_text=_("从这一天起不再享受待遇。"))
