"""What a person may ask the policy."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from healthaid.core.forms import DateField
from healthaid.policy.domain import jurisdictions
from healthaid.policy.enums import Topic


class QuestionForm(forms.Form):
    """A place, a day, and what about."""

    place = forms.CharField(
        label=_("区划代码"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "list": "policy-places", "autocomplete": "off"}),
    )
    on = DateField(label=_("日期"))
    topic = forms.ChoiceField(label=_("方面"), choices=[("", _("全部")), *Topic.choices], required=False)

    def clean_place(self) -> str:
        """A code of 6, 9 or 12 digits."""
        code = self.cleaned_data["place"].strip()
        try:
            jurisdictions(code)
        except ValueError as problem:
            raise ValidationError(_("请填写6位、9位或12位区划代码。")) from problem
        return code
