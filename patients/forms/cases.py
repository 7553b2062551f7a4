"""What a person may type about treatment files."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from healthaid.core.forms import ChipRadio, DateField
from patients.domain.cases import Step, next_states
from patients.enums import CaseState, Outcome


class CaseForm(forms.Form):
    """The plan, and who carries it out."""

    hospital: forms.ModelChoiceField = forms.ModelChoiceField(label=_("定点医院"), queryset=None)
    doctor = forms.CharField(label=_("主管医生"), max_length=50, required=False)
    plan = forms.CharField(
        label=_("治疗方案"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("一人一方案：诊断、治疗方式、疗程、会诊和转诊安排。"),
    )

    def __init__(self, *args: Any, hospitals: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hospital"].queryset = hospitals  # type: ignore[attr-defined]


class CaseOpenForm(CaseForm):
    """A new file."""

    opened_on = DateField(label=_("建档日期"))

    field_order = ("opened_on", "hospital", "doctor", "plan")


class CaseChangeForm(CaseForm):
    """A file being changed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CaseMoveForm(forms.Form):
    """Where the treatment stands now."""

    state = forms.ChoiceField(label=_("救治状态"), widget=ChipRadio)
    treated_on = DateField(label=_("救治日期"), required=False, help_text=_("转为“已救治”时必填。"))
    outcome = forms.ChoiceField(
        label=_("转归"),
        choices=Outcome.choices,
        required=False,
        widget=ChipRadio,
        help_text=_("转为“已救治”时必填。"),
    )
    state_reason = forms.CharField(
        label=_("原因或说明"), max_length=200, required=False, help_text=_("放弃治疗、死亡、非大病排除时必填。")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = next_states(state)
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in CaseState.choices if value in ways
        ]

    def step(self) -> Step:
        """The change that was asked for."""
        typed = self.cleaned_data
        return Step(typed["state"], typed["state_reason"], typed["outcome"], typed["treated_on"])
