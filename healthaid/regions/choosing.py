"""Places to choose from: on a form, and as a list's filter."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
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


class FilterChoiceField(django_filters.fields.ModelChoiceField):
    """The same in a filter, where nothing chosen is everything."""

    label_from_instance = PlaceChoiceField.label_from_instance


class InPlaceFilter(django_filters.ModelChoiceFilter):
    """Keeps the rows inside a place; `path` is the row's path field."""

    field_class = FilterChoiceField

    def __init__(self, *, path: str = "path", **kwargs: Any) -> None:
        self.path = path
        super().__init__(**({"label": _("地方"), "queryset": _choices} | kwargs))

    def filter(self, qs: QuerySet, value: Place | None) -> QuerySet:
        return qs.filter(under(self.path, value.path)) if value else qs


def _choices(request: HttpRequest) -> QuerySet[Place]:
    return selectors.places_for_filter(request.user)  # type: ignore[arg-type]
