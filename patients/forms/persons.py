"""What a person may type about people of the register."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from healthaid.core.fields import join_codes, split_codes
from healthaid.core.forms import ChoiceField, CodesField, DateField, Layout, SectionedForm, YesNoField
from patients import enums
from patients.models import Person

KEEP = _("留空则保留原来的号码。")
DROPS = {
    "drop_identity": "identity",
    "drop_card": "card",
    "drop_phone": "phone",
    "drop_certificate": "disability_certificate",
}


# Sections whose items are all the row's own.
SCHOOL_AND_WORK = (
    "education",
    "schooling",
    "out_of_school_reason",
    "speaks_mandarin",
    "labour",
    "work_months",
    "is_away",
    "workplace",
)
INSURANCES = (
    "has_basic_insurance",
    "has_employee_insurance",
    "has_critical_insurance",
    "has_supplementary_insurance",
    "has_resident_pension",
    "has_employee_pension",
)


class PersonForm(SectionedForm, forms.ModelForm):
    """The items of a person, in the order of the roster. Sex and birth may be left to the identity number."""

    document_kind = ChoiceField(label=_("证件类型"), choices=enums.DocumentKind.choices)
    identity = forms.CharField(
        label=_("证件号码"),
        required=False,
        max_length=40,
        help_text=_(
            "18位身份证号，填好后自动带出性别和出生日期。新生儿还没有号码的，证件类型选“居民户口簿”，号码留空。"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-private": ""}),
    )
    sex = ChoiceField(
        label=_("性别"),
        choices=[(code, label) for code, label in enums.Sex.choices if code in {"1", "2"}],
        required=False,
        unknown=_("按证件号码"),
    )
    born_on = DateField(label=_("出生日期"), required=False)
    ethnicity = ChoiceField(label=_("民族"), choices=enums.Ethnicity.choices, required=False)
    marriage = ChoiceField(label=_("婚姻状况"), choices=enums.Marriage.choices, required=False)
    relation = ChoiceField(label=_("与户主关系"), choices=enums.Relation.choices)
    card = forms.CharField(
        label=_("社保卡号"),
        required=False,
        max_length=40,
        help_text=_("社会保障卡或居民健康卡的卡号。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-private": ""}),
    )
    education = ChoiceField(label=_("文化程度"), choices=enums.Education.choices, required=False)
    schooling = ChoiceField(label=_("在校生状况"), choices=enums.Schooling.choices, required=False)
    speaks_mandarin = YesNoField(label=_("会讲普通话"), required=False)
    is_away = YesNoField(label=_("外出"), required=False, help_text=_("现在不在家，如在外务工、上学。"))
    health = CodesField(label=_("健康状况"), choices=enums.Health.choices, required=False)
    labour = ChoiceField(label=_("劳动技能"), choices=enums.Labour.choices, required=False)
    key_groups = CodesField(
        label=_("重点人群"),
        choices=[pair for pair in enums.KeyGroup.choices if pair[0] not in enums.SENSITIVE_GROUPS],
        required=False,
        help_text=_("肺结核、严重精神障碍患者由核实的病情自动标记。"),
    )
    has_basic_insurance = YesNoField(label=_("基本医疗保险（居民或职工）"), required=False)
    has_employee_insurance = YesNoField(
        label=_("城镇职工基本医疗保险"), required=False, help_text=_("填“是”的，基本医疗保险也登记为“是”。")
    )
    has_critical_insurance = YesNoField(label=_("大病保险"), required=False)
    has_supplementary_insurance = YesNoField(label=_("商业补充医疗保险"), required=False)
    has_resident_pension = YesNoField(label=_("城乡居民基本养老保险"), required=False)
    has_employee_pension = YesNoField(label=_("城镇职工基本养老保险"), required=False)
    disability_certificate = forms.CharField(
        label=_("残疾证号"),
        required=False,
        max_length=24,
        help_text=_("20位：身份证号＋类别＋等级。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-private": ""}),
    )
    phone = forms.CharField(
        label=_("联系电话"),
        required=False,
        max_length=30,
        help_text=_("手机号，或座机如 0692-2123456。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel", "data-private": ""}),
    )
    identified_on = DateField(label=_("人员识别时间"), required=False, allow_month=True)

    layout: ClassVar[Layout] = (
        (
            "identity",
            _("身份"),
            (
                "document_kind",
                "identity",
                "drop_identity",
                "reason",
                "name",
                "sex",
                "born_on",
                "ethnicity",
                "marriage",
                "relation",
                "number",
                "card",
                "drop_card",
                "phone",
                "drop_phone",
            ),
        ),
        ("schooling", _("文化与劳动"), SCHOOL_AND_WORK),
        (
            "health",
            _("健康与残疾"),
            ("health", "key_groups", "disability_certificate", "drop_certificate", "certificate_year"),
        ),
        ("insurance", _("参保"), INSURANCES),
        ("register", _("识别"), ("identified_on", "poverty_status")),
    )
    units = {"work_months": _("个月（近一年）")}

    class Meta:
        model = Person
        fields = (
            "document_kind",
            "name",
            "sex",
            "born_on",
            "ethnicity",
            "marriage",
            "relation",
            "number",
            *SCHOOL_AND_WORK,
            "health",
            "key_groups",
            "certificate_year",
            *INSURANCES,
            "identified_on",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["key_groups"] = join_codes(set(split_codes(self.instance.key_groups)) - enums.SENSITIVE_GROUPS)
        if not self.is_bound:
            self.fields["identity"].widget.attrs["autofocus"] = True

    def clean_key_groups(self) -> str:
        """What was chosen, and what verified illnesses keep there unseen."""
        kept = enums.SENSITIVE_GROUPS & set(split_codes(self.instance.key_groups))
        return join_codes({*split_codes(self.cleaned_data["key_groups"]), *kept})

    def _get_validation_exclusions(self) -> set[str]:
        # What hangs together between items, and whose number is taken, the action says.
        return {field.name for field in Person._meta.fields}  # noqa: SLF001

    def validate_constraints(self) -> None:
        """The action checks them on the finished row."""


class PersonCreateForm(PersonForm):
    """A new member of a household."""

    poverty_status = ChoiceField(
        label=_("脱贫属性"),
        choices=enums.PovertyStatus.choices,
        required=False,
        help_text=_("从识别时间起算；以后的变化在“属性时段”里登记。"),
    )


class PersonUpdateForm(PersonForm):
    """A person as registered. Sealed numbers are not shown; typing one replaces it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    drop_identity = forms.BooleanField(
        label=_("删去证件号码"),
        required=False,
        help_text=_("号码填成了别人的，又还不知道本人号码时使用；证件类型改选“居民户口簿”或“其他”。"),
    )
    reason = forms.CharField(label=_("删去证件号码的原因"), required=False, max_length=100)
    drop_card = forms.BooleanField(label=_("删去社保卡号"), required=False)
    drop_phone = forms.BooleanField(label=_("删去联系电话"), required=False)
    drop_certificate = forms.BooleanField(label=_("删去残疾证号"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.instance
        kept = {"identity": person.masked_identity, "card": person.masked_card, "phone": person.masked_phone}
        kept["disability_certificate"] = "*" * len(person.disability_certificate)
        for name, shown in kept.items():
            if shown:
                self.fields[name].widget.attrs["placeholder"] = shown
                self.fields[name].help_text = KEEP
        for drop, name in DROPS.items():
            if not kept[name]:
                del self.fields[drop]
        if not kept["identity"]:
            del self.fields["reason"]

    def values(self) -> dict[str, Any]:
        """What the action is to change: sealed numbers only where one was typed or is to go."""
        values = dict(self.cleaned_data)
        for drop, name in DROPS.items():
            if not values.pop(drop, False) and not values[name]:
                del values[name]
        return values


class PersonMoveForm(forms.Form):
    """Into which household, and as what."""

    household_number = forms.CharField(label=_("迁入户的户编号"), max_length=32)
    relation = ChoiceField(label=_("与新户户主关系"), choices=enums.Relation.choices)
    version = forms.IntegerField(widget=forms.HiddenInput)


class LeavingForm(forms.Form):
    """The day of a death or a move."""

    on = DateField(label=_("日期"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """A question answered with yes."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class StandingForm(forms.Form):
    """A standing with its days and what says so."""

    status = ChoiceField(label=_("属性"), choices=enums.PovertyStatus.choices, widget=forms.Select)
    starts_on = DateField(label=_("起始日期"), allow_month=True)
    ends_on = DateField(
        label=_("截止日期"),
        required=False,
        help_text=_("补记已结束的时段时填写；现在仍有效的留空，原属性在起始日前一天截止。"),
    )
    source = forms.CharField(label=_("依据"), max_length=100, required=False, help_text=_("如文件号、公示日期。"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class RevealForm(forms.Form):
    """Why a full number is looked at."""

    reason = forms.CharField(label=_("事由"), max_length=100, required=False)
