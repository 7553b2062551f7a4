"""What a person may ask the policy, and what may be entered of a region's own."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.models import User
from healthaid.core.forms import DateField
from healthaid.core.phrases import listed, noted
from healthaid.policy import catalogue
from healthaid.policy.actions import Ruling, words_for
from healthaid.policy.choosing import CodeField
from healthaid.policy.domain import jurisdictions
from healthaid.policy.enums import Topic, Unit
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.policy.selectors.diseases import ICD10
from healthaid.policy.selectors.places import hospitals_near, places_to_enter
from healthaid.policy.selectors.prices import PRICE
from healthaid.policy.selectors.values import settable
from healthaid.policy.texts import number_typed, word
from healthaid.regions.choosing import PlaceChoiceField
from healthaid.regions.models import Place
from healthaid.regions.selectors import place_by_code


class PlaceForm(forms.Form):
    """A place by its statutory code; `known` has the names of the user's own places by code."""

    place = CodeField()

    def __init__(self, *args: Any, known: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].widget.known = dict(known)  # type: ignore[attr-defined]

    def clean_place(self) -> str:
        """A code of 6, 9 or 12 digits."""
        code = self.cleaned_data["place"].strip()
        if not code:
            return ""
        try:
            jurisdictions(code)
        except ValueError as problem:
            raise ValidationError(_("请填写6位、9位或12位区划代码。")) from problem
        return code


class AnyPlaceForm(PlaceForm):
    """A place, or none."""

    place = CodeField(required=False)


class QuestionForm(PlaceForm):
    """A place, a day, and what about."""

    on = DateField(label=_("日期"))
    topic = forms.ChoiceField(label=_("方面"), choices=[("", _("全部")), *Topic.choices], required=False)


class DayForm(PlaceForm):
    """A place and a day."""

    on = DateField(label=_("日期"))


FIRST_YEAR = min(document.starts_on.year for document in catalogue.documents().values())


class YearForm(PlaceForm):
    """A place of the tree and a year."""

    year = forms.IntegerField(label=_("年度"), min_value=FIRST_YEAR)

    def clean_year(self) -> int:
        """Not beyond the next year."""
        year = self.cleaned_data["year"]
        if year > timezone.localdate().year + 1:
            raise ValidationError(_("年度不能晚于下一年。"))
        return year

    def clean(self) -> dict[str, Any]:
        """Adds the row of the tree as `at`."""
        cleaned = super().clean() or {}
        if "place" in cleaned:
            try:
                cleaned["at"] = place_by_code(cleaned["place"][:6])
            except Place.DoesNotExist:
                self.add_error("place", _("系统中没有这个地方。"))
        return cleaned


class DocumentForm(forms.ModelForm):
    """A local document's own data."""

    issued_on = DateField(label=_("印发日期"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = LocalDocument
        fields = ("number", "title", "issued_on", "note")
        help_texts = {
            "number": _("没有文号的留空，如统计公报。"),
            "note": _("发布单位和查阅处，例如“县统计局，2018年统计公报第12页”。"),
        }


class NewDocumentForm(DocumentForm):
    """A new local document and the place it is about."""

    version = None  # type: ignore[assignment]  # Django's way to drop an inherited field
    place = PlaceChoiceField(label=_("适用地方"), queryset=None, empty_label=_("请选择"))

    field_order = ("place", "number", "title", "issued_on", "note")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places_to_enter(user)  # type: ignore[attr-defined]


class RulingForm(forms.Form):
    """The days and the article of a value; subclasses say what about."""

    starts_on = DateField(label=_("起始日期"))
    ends_on = DateField(label=_("截止日期"), required=False, help_text=_("最后一天；长期有效的留空。"))
    article = forms.CharField(label=_("条款"), max_length=60, required=False)

    def number(self, text: str) -> Decimal:
        """The typed number. Raises ValidationError for what is none."""
        try:
            return number_typed(text)
        except ValueError:
            raise ValidationError(_("请填写数字，如1200、0.75、75%。")) from None

    def days(self) -> dict[str, Any]:
        """The typed days and article."""
        return {name: self.cleaned_data[name] for name in ("starts_on", "ends_on", "article")}


class ValueForm(RulingForm):
    """A value of a place."""

    parameter = forms.ChoiceField(label=_("项目"))
    worth = forms.CharField(
        label=_("数值"),
        max_length=60,
        help_text=_("金额按元；比例填小数或带百分号，如0.75、75%；规则填“必须”“不得”“允许”等。"),
    )

    field_order = ("parameter", "worth", "starts_on", "ends_on", "article")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parameter"].choices = [  # type: ignore[attr-defined]
            ("", _now("请选择")),
            *((item.name, noted(item.label, Unit(item.unit).label)) for item in settable()),
        ]

    def ruling(self) -> Ruling:
        """What was typed. Raises ValidationError for a text that means nothing."""
        parameter = catalogue.parameters()[self.cleaned_data["parameter"]]
        text = self.cleaned_data["worth"].strip()
        if words := words_for(parameter):
            code = next((item for item in words if text in (item, word(item))), None)
            if code is None:
                known = listed(word(item) for item in words)
                raise ValidationError({"worth": _now("可填：%(words)s。") % {"words": known}})
            return Ruling(parameter.name, word=code, **self.days())
        try:
            return Ruling(parameter.name, number=self.number(text), **self.days())
        except ValidationError as error:
            raise ValidationError({"worth": error.messages}) from None


class PriceForm(RulingForm):
    """The single-disease price at a hospital."""

    hospital = PlaceChoiceField(label=_("医院"), queryset=None, empty_label=_("请选择"))
    disease = forms.ChoiceField(label=_("病种"))
    worth = forms.CharField(label=_("收费标准（元）"), max_length=30)

    field_order = ("hospital", "disease", "worth", "starts_on", "ends_on", "article")

    def __init__(self, *args: Any, near: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hospital"].queryset = hospitals_near(near)  # type: ignore[attr-defined]
        listed = (item for item in catalogue.diseases().values() if item.lists)
        self.fields["disease"].choices = [  # type: ignore[attr-defined]
            ("", _now("请选择")),
            *((item.code, item.name) for item in listed),
        ]

    def ruling(self) -> Ruling:
        """What was typed. Raises ValidationError for a price that is no number."""
        typed = self.cleaned_data
        try:
            price = self.number(typed["worth"])
        except ValidationError as error:
            raise ValidationError({"worth": error.messages}) from None
        return Ruling(PRICE, number=price, disease=typed["disease"], hospital_id=typed["hospital"].pk, **self.days())


class PrefixForm(RulingForm):
    """The ICD-10 prefixes of a disease."""

    disease = forms.ChoiceField(label=_("病种"))
    worth = forms.CharField(
        label=_("ICD-10编码"),
        max_length=500,
        help_text=_("类目或亚目，如C16、C16.9，用空格分开；填写的编码取代默认编码。"),
    )

    field_order = ("disease", "worth", "starts_on", "ends_on", "article")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["disease"].choices = [  # type: ignore[attr-defined]
            ("", _now("请选择")),
            *((item.code, item.name) for item in catalogue.diseases().values()),
        ]

    def ruling(self) -> Ruling:
        """What was typed."""
        return Ruling(ICD10, word=self.cleaned_data["worth"], disease=self.cleaned_data["disease"], **self.days())


class CorrectionForm(RulingForm):
    """What a value should have been; what it is about stays."""

    worth = forms.CharField(label=_("数值"), max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ("worth", "starts_on", "ends_on", "article")

    def ruling_for(self, value: LocalValue) -> Ruling:
        """The corrected value. Raises ValidationError."""
        typed = self.cleaned_data
        if value.rule.is_by_disease:
            return Ruling(value.parameter, word=typed["worth"], disease=value.disease, **self.days())
        if value.is_price:
            try:
                price = self.number(typed["worth"])
            except ValidationError as error:
                raise ValidationError({"worth": error.messages}) from None
            return Ruling(PRICE, number=price, disease=value.disease, hospital_id=value.place_id, **self.days())
        form = ValueForm(typed | {"parameter": value.parameter})
        form.is_valid()
        return form.ruling()


class ReturnForm(forms.Form):
    """Why a value is sent back."""

    reason = forms.CharField(label=_("退回原因"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


def first_days(year: int) -> dict[str, date]:
    """The days of a whole year, as a form begins with them."""
    return {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}
