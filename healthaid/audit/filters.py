from datetime import date, datetime, time, timedelta

import django_filters
from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from healthaid.audit.models import Entry
from healthaid.audit.words import DEEDS
from healthaid.core.forms import DateField

# All models of the rooms; this module is read when the apps are loaded.
KINDS = sorted(
    (model._meta.label_lower, model._meta.verbose_name)  # noqa: SLF001
    for model in apps.get_models()
    if hasattr(model, "scope_paths") or hasattr(model, "scope_exempt")
)


class DayFilter(django_filters.DateFilter):
    field_class = DateField


class EntryFilter(django_filters.FilterSet):
    """Who, what, to which row, and on which days (both inclusive)."""

    actor = django_filters.CharFilter(method="acted", label=_("操作人姓名或账号"))
    deed = django_filters.ChoiceFilter(
        method="done", choices=list(DEEDS.items()), label=_("动作"), empty_label=_("全部动作")
    )
    subject_kind = django_filters.ChoiceFilter(
        choices=KINDS,
        label=_("对象类型"),
        empty_label=_("全部对象"),
    )
    subject_id = django_filters.NumberFilter(label=_("对象编号"))
    since = DayFilter(method="from_day", label=_("从"))
    until = DayFilter(method="to_day", label=_("到"))

    class Meta:
        model = Entry
        fields = ("actor", "deed", "subject_kind", "subject_id", "since", "until")

    def acted(self, rows: QuerySet, _name: str, words: str) -> QuerySet:
        return rows.filter(Q(actor_name=words.strip()) | Q(actor__username=words.strip()))

    def done(self, rows: QuerySet, _name: str, deed: str) -> QuerySet:
        return rows.filter(verb__endswith=f".{deed}")

    def from_day(self, rows: QuerySet, _name: str, day: date) -> QuerySet:
        return rows.filter(at__gte=_midnight(day))

    def to_day(self, rows: QuerySet, _name: str, day: date) -> QuerySet:
        return rows.filter(at__lt=_midnight(day + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    """The first instant of a day in the installation's time."""
    return timezone.make_aware(datetime.combine(day, time.min))
