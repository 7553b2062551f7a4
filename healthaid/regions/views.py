from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import View

from healthaid.core.views import AbilityMixin, ScopedDetailView, ScopedListView
from healthaid.regions import selectors
from healthaid.regions.filters import PlaceFilter
from healthaid.regions.models import Place
from healthaid.regions.tables import ChildTable, CodeTable, NameTable, PlaceTable


class PlaceList(ScopedListView):
    title = pgettext_lazy("list", "地方")
    ability = Place.read_ability
    rows = staticmethod(selectors.places_for_list)
    table_class = PlaceTable
    filterset_class = PlaceFilter
    empty_text = _("您还没有任职的地方。请联系系统管理员为您登记任职。")


class PlaceDetail(ScopedDetailView):
    """A place with its codes, dated names and what is right below it."""

    template_name = "regions/place_detail.html"
    ability = Place.read_ability
    row = staticmethod(selectors.place_for_page)
    context_name = "place"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user = self.request.user
        below = selectors.places_below(user, self.object)  # type: ignore[arg-type]
        return context | {
            "title": self.object.name,  # type: ignore[attr-defined]
            "trail": selectors.trail(user, self.object),  # type: ignore[arg-type]
            "codes": CodeTable(self.object.codes.all()),  # type: ignore[attr-defined]
            "names": NameTable(self.object.names.all()),  # type: ignore[attr-defined]
            "below": ChildTable(below),
        }


class PlaceChoices(AbilityMixin, View):
    """Options of a searchable choice of places."""

    ability = Place.read_ability

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "").replace("\0", "")  # which PostgreSQL does not take
        places = selectors.place_choices(request.user, words, request.GET.get("level", ""))  # type: ignore[arg-type]
        options = [(place.pk, place.name_within) for place in places]
        return render(request, "regions/_place_options.html", {"options": options})
