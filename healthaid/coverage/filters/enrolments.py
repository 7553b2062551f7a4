"""Filters of the lists of enrolments."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from healthaid.coverage.domain.enrolments import years_to_choose
from healthaid.coverage.enums import Absence, Insurance
from healthaid.coverage.models import Enrolment
from healthaid.regions.choosing import InPlaceFilter

ALL = _("全部")
GAPS = [
    ("without", _("未参加基本医保")),
    ("explained", _("未参保，有原因")),
    ("unexplained", _("未参保，无原因")),
    ("critical", _("未参加大病保险")),
    ("assistance", _("未纳入医疗救助")),
]
CONDITIONS = {
    "without": Q(has_basic=False),
    "explained": Q(has_basic=False) & ~Q(absence=""),
    "unexplained": Q(has_basic=False, absence=""),
    "critical": Q(has_critical=False),
    "assistance": Q(has_assistance=False),
}


class EnrolmentFilter(django_filters.FilterSet):
    """By person, year, place, insurance, and what is missing."""

    q = django_filters.CharFilter(label=_("姓名"), field_name="person__name", lookup_expr="startswith")
    year = django_filters.ChoiceFilter(label=_("年度"), choices=(), empty_label=ALL)
    place = InPlaceFilter(empty_label=ALL)
    kind = django_filters.ChoiceFilter(
        label=_("已参加"), choices=Insurance.choices, method="enrolled_in", empty_label=ALL
    )
    gap = django_filters.ChoiceFilter(label=_("未参加"), choices=GAPS, method="lacking", empty_label=ALL)
    absence = django_filters.ChoiceFilter(label=_("未参保原因"), choices=Absence.choices, empty_label=ALL)

    class Meta:
        model = Enrolment
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = years_to_choose(timezone.localdate())
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]

    def enrolled_in(self, rows: QuerySet, _name: str, kind: str) -> QuerySet:
        """Rows with this insurance."""
        return rows.filter(**{f"has_{kind}": True})

    def lacking(self, rows: QuerySet, _name: str, gap: str) -> QuerySet:
        """Rows without an insurance, explained or not."""
        return rows.filter(CONDITIONS[gap])
