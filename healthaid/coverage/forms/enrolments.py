"""What a person may type about enrolments."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from healthaid.core.forms import DateField
from healthaid.coverage.domain.enrolments import years_to_choose
from healthaid.coverage.models import Enrolment


class EnrolmentChangeForm(forms.ModelForm):
    """A year's insurance being corrected."""

    enrolled_on = DateField(label=_("参保日期"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Enrolment
        fields = (
            "has_basic",
            "has_critical",
            "has_assistance",
            "has_supplementary",
            "premium",
            "enrolled_on",
            "absence",
            "absence_note",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["premium"].help_text = _("留空按当地当年标准。")
        self.fields["premium"].unit = _("元")  # type: ignore[attr-defined]


class EnrolmentForm(EnrolmentChangeForm):
    """A person's insurance of a year that is not recorded yet."""

    version = None  # type: ignore[assignment]
    year = forms.TypedChoiceField(
        label=_("年度"),
        coerce=int,
        choices=lambda: [(year, year) for year in years_to_choose(timezone.localdate())],
    )

    field_order = ("year",)


class CarryForm(forms.Form):
    """Nothing to type: the page says how many rows will be carried over."""
