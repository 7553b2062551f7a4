"""What a person says when a year is to be computed anew."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.models import User
from healthaid.core.forms import ChoiceField
from healthaid.coverage.domain.enrolments import years_to_choose
from healthaid.coverage.enums import RunPurpose
from healthaid.coverage.forms.parameters import number_to_try
from healthaid.coverage.permissions.runs import REQUESTING, TRYING
from healthaid.coverage.selectors.runs import counties

VALUES = 4  # that one what-if may change
PURPOSES = [
    (RunPurpose.YEAR_END.value, _("年终核算：全年全部费用")),
    (RunPurpose.REPLAY.value, _("重算：只算待重算的人")),
]


class RunForm(forms.Form):
    """Which county, and which year."""

    abilities: ClassVar[tuple[str, ...]] = REQUESTING

    place: Any = forms.ModelChoiceField(label=_("县"), queryset=None, empty_label=None)
    year = forms.TypedChoiceField(label=_("年度"), coerce=int)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = counties(user, *self.abilities)  # type: ignore[attr-defined]
        today = timezone.localdate()
        years = [year for year in years_to_choose(today) if year <= today.year]
        self.fields["year"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]


class ProposalForm(RunForm):
    """A proposal for the whole year, or for those whose year calls for it."""

    purpose = ChoiceField(
        label=_("算什么"),
        choices=PURPOSES,
        initial=RunPurpose.YEAR_END.value,
        help_text=_("发起人不能确认自己发起的核算，须由另一人确认。"),
    )


class TryForm(RunForm):
    """Other values to try the year with."""

    abilities = TRYING

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, VALUES + 1):
            chosen, value = number_to_try(number)
            self.fields |= {f"parameter_{number}": chosen, f"value_{number}": value}

    def lines(self) -> list[list[forms.BoundField]]:
        """The fields line by line; a value stands beside what it is a value of."""
        pairs = [(f"parameter_{number}", f"value_{number}") for number in range(1, VALUES + 1)]
        return [[self[name] for name in line] for line in (("place", "year"), *pairs)]

    def overrides(self) -> dict[str, str]:
        """The chosen values by parameter."""
        pairs = (
            (self.cleaned_data[f"parameter_{number}"], self.cleaned_data[f"value_{number}"])
            for number in range(1, VALUES + 1)
        )
        return {name: value for name, value in pairs if name}


class ReturnForm(forms.Form):
    """Why a proposal goes back."""

    reason = forms.CharField(label=_("退回原因"), max_length=200)
