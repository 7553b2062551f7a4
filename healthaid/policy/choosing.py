"""Places by name whose values are statutory codes, by which documents speak of them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.policy.selectors.places import jurisdiction_names, place_names
from healthaid.regions.choosing import searchable


class CodeSelect(forms.Select):
    """A drop-down of the user's own places and of those that issued documents, with a field that searches all others.

    `known` has the names of the user's own places by code.
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.known = dict(known or {})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        asked = str(value or "")
        offered = self.known | {code: place for code, place in jurisdiction_names().items() if code not in self.known}
        if asked and asked not in offered:
            names = place_names([asked]) if asked.isdecimal() else {}
            offered |= {asked: names.get(asked, asked)}
        return searchable(
            {"name": name, **self.attrs, **(attrs or {})},
            reverse("policy:place-choices"),
            empty_label=None if self.is_required and asked else _("请选择"),
            chosen=asked,
            options=offered.items(),
        )


class CodeField(forms.CharField):
    """A place by its code, chosen by its name; an address may name any code."""

    def __init__(self, known: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        given: dict[str, Any] = {"label": _("地方"), "max_length": 12, "widget": CodeSelect(known)}
        super().__init__(**given | kwargs)
