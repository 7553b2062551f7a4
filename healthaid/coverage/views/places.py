"""What pages about a place and a year have in common."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils import timezone

from healthaid.accounts.enums import Ability
from healthaid.core.views import AbilityMixin
from healthaid.coverage.domain.enrolments import FIRST_YEAR, Moment, moment_of, years_to_choose
from healthaid.coverage.selectors.places import covered_place, top_place
from healthaid.regions.models import Place
from healthaid.regions.selectors import trail


class PlaceYearMixin(AbilityMixin):
    """A page about a place that the user may read, the highest one unless the address names another, and a year."""

    ability = Ability.READ_COVERAGE
    kwargs: dict[str, Any]

    @cached_property
    def place(self) -> Place:
        """The place; others are 404, and so is a page of somebody without any."""
        if "pk" in self.kwargs:
            return covered_place(self.request.user, self.kwargs["pk"])
        place = top_place(self.request.user)
        if place is None:
            raise Http404
        return place

    @cached_property
    def moment(self) -> Moment:
        """The year of the address, this year unless it names another."""
        today = timezone.localdate()
        text = self.request.GET.get("year") or str(today.year)
        if not text.isdecimal() or not FIRST_YEAR <= int(text) <= today.year + 1:
            raise Http404
        return moment_of(int(text), today)

    def frame(self) -> dict[str, Any]:
        """What the head of such a page shows."""
        return {
            "place": self.place,
            "moment": self.moment,
            "years": years_to_choose(timezone.localdate()),
            "trail": [step for step in trail(self.request.user, self.place) if step.is_open],
        }
