"""Amounts as people type them."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LARGEST = 99_999_999  # yuan


class YuanField(forms.DecimalField):
    """Yuan with at most two decimals, not negative: 1234.5, 1,234.50元, full width too."""

    unit = _("元")

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "money", "size": "12"})
        options: dict[str, Any] = {"min_value": 0, "max_value": LARGEST, "decimal_places": 2, "widget": widget}
        super().__init__(**options | kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip().removesuffix("元").replace(",", "").replace(" ", "")
        return super().to_python(value)
