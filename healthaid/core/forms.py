"""What forms are made of: dates typed any usual way, choices as chips, several codes in one value."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from healthaid.core.dates import Fault, read_day
from healthaid.core.fields import join_codes, split_codes
from healthaid.core.phrases import listed

SELECTED = mark_safe(" selected")
NO_DAY = {
    Fault.NOTHING: _("“%(text)s”不是真实存在的日期。"),
    Fault.NO_SUCH_DAY: _("“%(text)s”不是真实存在的日期。"),
    Fault.SHORT_YEAR: _("“%(text)s”的年份只有两位，请写成四位，如 2018.6.10。"),
    Fault.YEAR_ONLY: _("“%(text)s”只有年份，请写全年月日，如 2018-06-10。"),
    Fault.YEAR_LAST: _("“%(text)s”的月和日先后不明，请写成 2018-06-10 的样子。"),
    Fault.MONTH_ONLY: _("“%(text)s”缺少日，请写全年月日，如 2018-06-10。"),
    Fault.NO_DATE: _("无法识别日期“%(text)s”，请写成 2018-06-10 的样子。"),
}
AS_CHIPS = 7  # choices up to this many stand side by side, more are a drop-down


class DateField(forms.DateField):
    """A date as people write it: 2018-6-1, 2018年6月1日, 20180601; a month alone is its first day where allowed."""

    widget = forms.DateInput(
        format="%Y-%m-%d",
        attrs={"autocomplete": "off", "inputmode": "numeric", "placeholder": "2018-06-10", "data-date": ""},
    )

    def __init__(self, *, allow_month: bool = False, **kwargs: Any) -> None:
        self.allow_month = allow_month
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        written = str(value).strip()
        found = read_day(written, allow_month=self.allow_month) if written else None
        if isinstance(found, Fault):
            raise ValidationError(NO_DAY[found], params={"text": written})
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class MonthField(DateField):
    """A month as people write it: 2018-6, 2018年6月, any day of it. Becomes its first day."""

    widget = forms.DateInput(
        format="%Y-%m", attrs={"autocomplete": "off", "inputmode": "numeric", "placeholder": "2018-06"}
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_month=True, **kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        return day and day.replace(day=1)


class Chips:
    """Draws choices side by side, from the project's own templates."""

    template_name: Any = "components/chip_choices.html"
    use_fieldset = True

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:  # noqa: ARG002
        return render_to_string(template_name, context)


class ChipRadio(Chips, forms.RadioSelect):
    """A few choices side by side, of which one holds."""


class ChipBoxes(Chips, forms.CheckboxSelectMultiple):
    """A few choices side by side, of which several may hold."""


NOT_KNOWN = _("不详")


class LeanSelect(forms.Select):
    """A drop-down of ungrouped options drawn without a template for each of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        chosen = self.format_value(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((code or "", SELECTED if str(code or "") in chosen else "", text) for code, text in self.choices),
        )
        return format_html("<select{}>{}</select>", flatatt({**self.attrs, **(attrs or {}), "name": name}), options)


def with_lean_selects(form: forms.BaseForm) -> None:
    """Let the drop-downs of a form be drawn the cheap way."""
    for field in form.fields.values():
        if type(field.widget) is forms.Select:
            lean = LeanSelect({"class": "form-select", **field.widget.attrs})
            lean.choices, lean.is_required = field.widget.choices, field.widget.is_required
            field.widget = lean


class ChoiceField(forms.TypedChoiceField):
    """One code of a table: chips up to seven, else a drop-down; an optional one begins with `unknown`."""

    def __init__(
        self, *, choices: Any, required: bool = True, unknown: str | Promise = NOT_KNOWN, **kwargs: Any
    ) -> None:
        pairs = list(choices)
        if len(pairs) <= AS_CHIPS:
            kwargs.setdefault("widget", ChipRadio)
        blank = [] if required and len(pairs) <= AS_CHIPS else [("", _("请选择") if required else unknown)]
        super().__init__(choices=[*blank, *pairs], required=required, empty_value="", **kwargs)


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not known (None)."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", NOT_KNOWN), ("True", _("是")), ("False", _("否"))]
        kwargs.setdefault("widget", ChipRadio)
        super().__init__(choices=choices, coerce=lambda value: value == "True", empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else str(value)


class CodesField(forms.MultipleChoiceField):
    """Several codes of one table, kept as core.fields.CodesField keeps them."""

    widget = ChipBoxes

    def prepare_value(self, value: Any) -> Any:
        return split_codes(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return join_codes(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return join_codes(self.prepare_value(initial) or []) != join_codes(data or [])


@dataclass(frozen=True, slots=True)
class Section:
    """Some fields of a form under a heading."""

    slug: str
    title: str | Promise
    fields: list[forms.BoundField]

    @property
    def is_wrong(self) -> bool:
        """Whether any of its fields has an error."""
        return any(field.errors for field in self.fields)


Layout = tuple[tuple[str, str | Promise, tuple[str, ...]], ...]  # slug, title, names of fields


class SectionedForm(forms.BaseForm):
    """A form in sections, as the paper has them; `units` stand behind their fields' controls."""

    layout: ClassVar[Layout]
    units: ClassVar[dict[str, str | Promise]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, unit in self.units.items():
            if name in self.fields:
                self.fields[name].unit = unit  # type: ignore[attr-defined]

    def sections(self) -> list[Section]:
        """The sections with those of their fields that the form has."""
        return [
            Section(slug, title, [self[name] for name in names if name in self.fields])
            for slug, title, names in self.layout
            if any(name in self.fields for name in names)
        ]


def chosen_text(bound: forms.BoundField) -> str:
    """The chosen value of a field as a person reads it."""
    return listed(texts_of(bound, bound.value()))


def stored_texts(form: forms.BaseForm) -> dict[str, list[str]]:
    """What a form was filled with, field by field as a person reads it; nothing of private fields and single boxes."""
    return {
        bound.name: texts_of(bound, bound.field.prepare_value(bound.initial))
        for bound in form.visible_fields()
        if bound.name in form.initial
        and "data-private" not in bound.field.widget.attrs
        and not isinstance(bound.field, forms.BooleanField)
    }


def texts_of(bound: forms.BoundField, value: Any) -> list[str]:
    """A value of a field as a person reads it; of a field of several choices one text each."""
    value = "" if value is None else value
    if isinstance(value, bool):  # a box; one left empty says nothing
        return [str(_("是")) if value else ""]
    values = value if isinstance(value, list | tuple) else [value]
    if isinstance(bound.field, forms.ModelChoiceField):
        chosen = bound.field.queryset.filter(  # type: ignore[union-attr]  # given by the time a form is bound
            pk__in=[item for item in values if item != ""]
        )
        labels = {str(row.pk): bound.field.label_from_instance(row) for row in chosen}
    else:
        labels = {str(key): label for key, label in getattr(bound.field, "choices", ()) or ()}
    return [str(labels.get(str(item), item)) for item in values]


def is_search(field: forms.Field) -> bool:
    """Whether a filter's field takes any words, such as names and numbers, and not only ids and codes."""
    return type(field) is forms.CharField
