"""Form fields that every room uses."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from healthaid.core.dates import UnreadableDate, parse_date


class DayInput(forms.DateInput):
    """A day as text, so that it can be typed the way people write it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        shown = {"placeholder": "2018-06-10", "autocomplete": "off", "class": "day"}
        super().__init__(attrs=shown | (attrs or {}), format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day typed as 2018-06-10, 2018.6.10, 20180610 or 2018年6月10日."""

    widget = DayInput
    default_error_messages = {"invalid": _("请填写日期，例如2018-06-10。")}

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except UnreadableDate as problem:
            raise ValidationError(str(problem), code="invalid") from problem
