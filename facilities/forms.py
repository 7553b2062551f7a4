"""What a person may type about facilities."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from facilities import selectors
from facilities.actions import Check
from facilities.enums import FacilityKind
from facilities.models import CareTeam, ClinicCheck, Facility
from healthaid.accounts.models import User
from healthaid.core.forms import ChipBoxes, ChipRadio, DateField
from healthaid.regions.choosing import PlaceChoiceField

ITEMS = [
    (name, ClinicCheck._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001 -- Django's own way to a field
    for name in ("has_consulting_room", "has_treatment_room", "has_pharmacy", "is_equipped")
]


class FacilityRegisterForm(forms.ModelForm):
    """A new facility and the place it stands in."""

    kind = forms.ChoiceField(label=_("机构类别"), choices=FacilityKind.choices, widget=ChipRadio)
    parent = PlaceChoiceField(
        label=_("所在地"),
        queryset=None,
        empty_label=_("请选择"),
        help_text=_("村卫生室选行政村，乡镇卫生院选乡镇，医院选县市。"),
    )

    class Meta:
        model = Facility
        fields = ("kind", "parent", "name", "code", "level", "phone")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = selectors.parents_for_form(user)  # type: ignore[attr-defined]


class FacilityForm(forms.ModelForm):
    """A facility's own data."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Facility
        fields = ("name", "code", "level", "phone")


class ReasonForm(forms.Form):
    """Why something is ended."""

    reason = forms.CharField(label=_("原因"), max_length=100)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ClinicCheckForm(forms.ModelForm):
    """The paper of a visit, in its order."""

    checked_on = DateField(label=_("检查日期"))
    items = forms.MultipleChoiceField(
        label=_("已具备"), choices=ITEMS, required=False, widget=ChipBoxes, help_text=_("点选已具备的各项。")
    )

    field_order = ("checked_on", "area", "items", "doctors", "residents", "note")

    class Meta:
        model = ClinicCheck
        fields = ("checked_on", "area", "doctors", "residents", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["items"] = [name for name, _label in ITEMS if getattr(self.instance, name)]

    def found(self) -> Check:
        """What was written down."""
        typed = self.cleaned_data
        present: dict[str, Any] = {name: name in typed["items"] for name, _label in ITEMS}
        names = ("checked_on", "area", "doctors", "residents", "note")
        return Check(**{name: typed[name] for name in names}, **present)


class ClinicCheckChangeForm(ClinicCheckForm):
    """A check being corrected."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class TeamForm(forms.ModelForm):
    """A new care team."""

    class Meta:
        model = CareTeam
        fields = ("name", "leader", "phone")


class TeamChangeForm(forms.ModelForm):
    """A care team as it stands."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = CareTeam
        fields = ("name", "leader", "phone", "is_active")
