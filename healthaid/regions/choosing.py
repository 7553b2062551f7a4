"""Places to choose from: on a form, and as a list's filter."""

from collections.abc import Iterable, Mapping
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import ModelChoiceField, Select
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.scoping import under
from healthaid.regions import selectors
from healthaid.regions.enums import Level
from healthaid.regions.models import Place

INDENTS: dict[str, int] = {Level.TOWNSHIP: 1, Level.VILLAGE: 2}


class PlaceChoiceField(ModelChoiceField):
    """Places by name, indented by their level."""

    def label_from_instance(self, obj: Place) -> str:
        return "\u3000" * INDENTS.get(obj.level, 0) + obj.name


class PlaceSelect(Select):
    """A drop-down of the places around the chosen one, with a field that searches all the others."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        choices: Any = self.choices  # Django's iterator over the field's places
        chosen, near = selectors.places_around(choices.queryset, value)
        highest = min((place.path.count("/") for place in near), default=0)
        options = [(place.pk, "\u3000" * (place.path.count("/") - highest) + place.name) for place in near]
        return searchable(
            {"name": name, **self.attrs, **(attrs or {})},
            reverse("regions:place-choices"),
            empty_label=choices.field.empty_label,
            chosen=chosen.pk if chosen else None,
            options=options,
        )


def searchable(
    attrs: Mapping[str, Any], search: str, *, empty_label: Any, chosen: Any, options: Iterable[tuple[Any, str]]
) -> SafeString:
    """A drop-down of values and names with a field that searches others at an address."""
    context = {
        "attrs": {"class": "form-select", **attrs},
        "search": search,
        "empty_label": empty_label,
        "chosen": chosen,
        "options": options,
    }
    return render_to_string("regions/_place_select.html", context)


class InPlaceField(django_filters.fields.ModelChoiceField):
    """A place whose rows are kept; nothing chosen is everything."""

    widget = PlaceSelect


class InPlaceFilter(django_filters.ModelChoiceFilter):
    """Keeps the rows inside a place; `path` is the row's path field."""

    field_class = InPlaceField

    def __init__(self, *, path: str = "path", **kwargs: Any) -> None:
        self.path = path
        super().__init__(**({"label": _("地方"), "queryset": _choices} | kwargs))

    def filter(self, qs: QuerySet, value: Place | None) -> QuerySet:
        return qs.filter(under(self.path, value.path)) if value else qs


def _choices(request: HttpRequest) -> QuerySet[Place]:
    return selectors.places_for_filter(request.user)  # type: ignore[arg-type]
