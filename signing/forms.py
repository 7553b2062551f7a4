"""What a person may type about contracts."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from healthaid.core.forms import ChipRadio, DateField
from healthaid.core.phrases import noted
from signing.models import Contract


class ContractForm(forms.ModelForm):
    """A contract of a person; the portal numbers it, and it runs a year unless said otherwise."""

    number = forms.CharField(
        label=_("协议编号"), max_length=40, required=False, help_text=_("纸质协议已有编号的照填；留空由系统编号。")
    )
    starts_on = DateField(label=_("起始日期"))
    ends_on = DateField(label=_("截止日期"), required=False, help_text=_("留空为一年：次年同日的前一天。"))

    class Meta:
        model = Contract
        fields = ("team", "package", "starts_on", "ends_on", "number")
        widgets = {"package": ChipRadio}

    def __init__(self, *args: Any, teams: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["team"], teams)


class ContractChangeForm(ContractForm):
    """A running contract being corrected."""

    number = forms.CharField(label=_("协议编号"), max_length=40)
    ends_on = DateField(label=_("截止日期"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class RenewForm(forms.Form):
    """The team of the next service year."""

    team: forms.ModelChoiceField = forms.ModelChoiceField(label=_("服务团队"), queryset=None)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, teams: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["team"], teams)


class EndForm(forms.Form):
    """Why a contract ends before its time."""

    reason = forms.CharField(label=_("解约原因"), max_length=100)
    version = forms.IntegerField(widget=forms.HiddenInput)


def offer(field: Any, teams: QuerySet) -> None:
    """Let a field choose among teams, each shown with its facility and leader; an only one is chosen already."""
    field.queryset = teams
    field.label_from_instance = lambda team: noted(f"{team.facility.name} · {team.name}", team.leader)
    first = list(teams[:2])
    field.empty_label = None if len(first) == 1 else _("请选择")
