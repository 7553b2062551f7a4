"""What a person may type about illnesses."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from healthaid.core.forms import DateField
from healthaid.policy import catalogue
from patients.actions.conditions import Diagnosis
from patients.enums import ConditionKind


def disease_choices() -> list[tuple[str, Any]]:
    """The catalogue by kind, for a choice or a filter."""
    rows = catalogue.diseases().values()
    kinds = groupby(sorted(rows, key=lambda row: ConditionKind.values.index(row.kind)), key=lambda row: row.kind)
    return [(str(ConditionKind(kind).label), [(row.code, row.name) for row in group]) for kind, group in kinds]


class DiagnosisForm(forms.Form):
    """When, where and under which code an illness was found."""

    diagnosed_on = DateField(label=_("确诊时间"), required=False)
    diagnosed_at = forms.CharField(label=_("确诊医院"), max_length=100, required=False)
    icd10 = forms.CharField(label=_("ICD-10"), max_length=10, required=False, help_text=_("例如C16.9，可不填。"))
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def diagnosis(self) -> Diagnosis:
        """What was typed."""
        names = ("diagnosed_on", "diagnosed_at", "icd10", "note")
        return Diagnosis(**{name: self.cleaned_data[name] for name in names})


class ConditionForm(DiagnosisForm):
    """A new illness."""

    disease = forms.ChoiceField(label=_("病种"), choices=lambda: [("", _("请选择")), *disease_choices()])

    field_order = ("disease", "diagnosed_on", "diagnosed_at", "icd10", "note")


class ConditionChangeForm(DiagnosisForm):
    """An illness being corrected."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class VerifyForm(forms.Form):
    """Who confirmed the illness, and when."""

    verified_by = forms.CharField(label=_("核实人"), max_length=50)
    verified_on = DateField(label=_("核实时间"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class ExcludeForm(VerifyForm):
    """Why the person does not have the illness."""

    reason = forms.CharField(label=_("排除原因"), max_length=200)

    field_order = ("reason", "verified_by", "verified_on", "version")
