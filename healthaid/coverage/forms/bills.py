"""What a clerk may type about bills, in the order of the hospital's paper."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from facilities.models import Facility
from healthaid.accounts.models import User
from healthaid.core import identity as identities
from healthaid.core.forms import ChoiceField, DateField, Layout, SectionedForm, YesNoField, with_lean_selects
from healthaid.core.phrases import noted, without_yuan
from healthaid.coverage.domain.bills import STATED
from healthaid.coverage.enums import CareLevel, Desk, Referral, Setting
from healthaid.coverage.forms.money import YuanField
from healthaid.coverage.models import Bill
from healthaid.coverage.selectors.bills import facilities_for_bills, person_with
from healthaid.coverage.settling.origin import level_at, tier_of
from healthaid.policy import catalogue

CARE = ("facility", "number", "setting", "admitted_on", "served_on", "diagnosis", "icd10", "disease", "desk")
AMOUNTS = ("total", "in_policy", "necessary")
MONEY = (*AMOUNTS, "is_signed")
DISEASES = [(code, disease.name) for code, disease in catalogue.diseases().items()]


class FacilityField(forms.ModelChoiceField):
    """A facility with its level and tier, hospitals first."""

    def label_from_instance(self, obj: Facility) -> str:
        level = CareLevel(level_at(obj)).label
        tier = tier_of(obj.kind, obj.level)
        graded = Facility(level=tier).get_level_display()
        return noted(obj.name, f"{level} · {graded}")


class BillForm(SectionedForm, forms.ModelForm):
    """A bill of a person who is known already."""

    facility = FacilityField(
        label=_("医疗机构"), queryset=None, empty_label=_("请选择"), help_text=_("机构层级和等级按机构登记自动带出。")
    )
    setting = ChoiceField(label=_("就医类别"), choices=Setting.choices)
    admitted_on = DateField(label=_("入院日期"), required=False, help_text=_("门诊留空。"))
    served_on = DateField(label=_("出院（就诊）日期"), help_text=_("决定结算年度、先后次序和适用政策。"))
    disease = ChoiceField(
        label=_("病种"),
        choices=DISEASES,
        required=False,
        unknown=_("不属于专项救治或慢特病"),
        help_text=_("专项救治病种和慢特病门诊必选。"),
    )
    referral = ChoiceField(label=_("转诊情况"), choices=Referral.choices, initial=Referral.COMPLIANT)
    desk = ChoiceField(label=_("结算方式"), choices=Desk.choices, initial=Desk.ONE_STOP)
    is_signed = YesNoField(label=_("目录外费用已签字"), required=False)

    layout: ClassVar[Layout] = (
        ("person", _("患者"), ("identity",)),
        ("care", _("就医"), CARE),
        ("referral", _("转诊"), ("referral", "referral_note")),
        ("money", pgettext_lazy("section", "费用"), MONEY),
        ("stated", _("医院单据上的各项支付（有则照抄，用于核对）"), STATED),
    )

    class Meta:
        model = Bill
        fields = (*CARE, "referral", "referral_note", *MONEY, *STATED)
        help_texts = {
            "necessary": _("目录外费用中治疗必须、并已签字的部分；没有填0。"),
            "referral_note": _("不合规或急诊补办的，写明原因。"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].queryset = facilities_for_bills(user)  # type: ignore[attr-defined]
        for name in (*AMOUNTS, *STATED):
            typed = self.fields[name]
            self.fields[name] = YuanField(
                label=without_yuan(typed.label),
                required=name in AMOUNTS and name != "necessary",
                help_text=typed.help_text,
            )
        with_lean_selects(self)

    def clean_necessary(self) -> Any:
        """Nothing typed is nothing necessary."""
        return self.cleaned_data["necessary"] or 0

    def _get_validation_exclusions(self) -> set[str]:
        """Constraints on amounts and days are left to the action, which tells them beside the field."""
        return super()._get_validation_exclusions() | {"total", "admitted_on"}  # type: ignore[misc]  # not in the stubs

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields if name != "facility"}
        return values | {"facility_id": self.cleaned_data["facility"].pk}


class NewBillForm(BillForm):
    """A bill whose patient is found by the identity number."""

    identity = forms.CharField(
        label=_("患者证件号码"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "data-private": "", "autofocus": ""}
        ),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, user=user, **kwargs)

    def clean_identity(self) -> Any:
        """The person, if the user may see one who bears the number."""
        result = identities.check(self.cleaned_data["identity"])
        if not result.is_good:
            raise forms.ValidationError([f"{finding.reason}{finding.suggestion}" for finding in result.errors])
        person = person_with(self.user, result.number)
        if person is None:
            raise forms.ValidationError(_("在您的任职范围内没有找到此人。请核对号码；未登记的先登记到花名册。"))
        return person


class BillChangeForm(BillForm):
    """A waiting bill being corrected."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReverseForm(forms.Form):
    """Why a bill is taken back."""

    reason = forms.CharField(label=_("冲销原因"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)
