"""What a person may type about enrolments."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from healthaid.core.forms import ChipBoxes, ChoiceField, DateField, SectionedForm
from healthaid.coverage.domain.enrolments import years_to_choose
from healthaid.coverage.enums import Absence, Insurance
from healthaid.coverage.models import Enrolment


class EnrolmentForm(SectionedForm, forms.Form):
    """A year's insurance; `values` gives what the actions take."""

    insurances = forms.MultipleChoiceField(
        label=_("已参加"), choices=Insurance.choices, widget=ChipBoxes, required=False
    )
    premium = forms.DecimalField(
        label=_("个人缴费标准"),
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        required=False,
        help_text=_("留空按当地当年标准。"),
    )
    enrolled_on = DateField(label=_("参保日期"), required=False)
    absence = ChoiceField(label=_("未参保原因"), choices=Absence.choices, required=False, unknown=_("没有说明"))
    absence_note = forms.CharField(label=_("原因说明"), max_length=200, required=False)

    layout = (
        ("insured", _("参保"), ("year", "insurances", "premium", "enrolled_on")),
        ("absent", _("没有参加基本医保的"), ("absence", "absence_note")),
    )
    units = {"premium": _("元")}

    def values(self) -> dict[str, Any]:
        """The items of an enrolment."""
        values = dict(self.cleaned_data)
        insurances = values.pop("insurances")
        return values | {f"has_{kind}": kind in insurances for kind in Insurance.values}


class EnrolmentCreateForm(EnrolmentForm):
    """A year that is not recorded yet."""

    year = forms.TypedChoiceField(
        label=_("年度"),
        coerce=int,
        choices=lambda: [(year, year) for year in years_to_choose(timezone.localdate())],
    )


class EnrolmentChangeForm(EnrolmentForm):
    """A year being corrected."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def initial_of(enrolment: Enrolment) -> dict[str, Any]:
    """What the form shows of an enrolment."""
    kept = {name: getattr(enrolment, name) for name in ("premium", "enrolled_on", "absence", "absence_note")}
    return kept | {"insurances": [kind for kind in Insurance.values if getattr(enrolment, f"has_{kind}")]}


class CarryForm(forms.Form):
    """Nothing to type: the page says how many rows will be carried over."""
