"""Filters of the list of bills."""

import calendar
import re
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from healthaid.coverage.enums import BillState, Desk, Obstacle, Referral, Setting
from healthaid.coverage.models import Bill
from healthaid.coverage.phrases import PROMISES, WARNINGS
from healthaid.coverage.selectors.bills import calling_for_replay, facilities_for_bills, with_older_forms
from healthaid.coverage.selectors.promises import names
from healthaid.coverage.selectors.rulings import settled_otherwise
from healthaid.policy import catalogue
from healthaid.policy.models import LocalValue
from healthaid.policy.selectors.values import values_readable
from healthaid.regions.choosing import InPlaceFilter

ALL = _("全部")
ANY = "any"
DISEASES = [(code, disease.name) for code, disease in catalogue.diseases().items()]
PERIOD = re.compile(r"(?P<year>[0-9]{4})(?:[-年/.](?P<month>0?[1-9]|1[0-2])月?|年)?")


class PeriodField(forms.CharField):
    """A month or a year: 2018-06, 2018年6月, 2018. Becomes its first and last day, both inclusive."""

    def clean(self, value: Any) -> tuple[date, date] | None:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        found = PERIOD.fullmatch(text)
        if found is None or int(found["year"]) < date.min.year:
            raise forms.ValidationError(_("请写成2018-06或2018。"))
        year, month = int(found["year"]), found["month"] and int(found["month"])
        if not month:
            return date(year, 1, 1), date(year, 12, 31)
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


class PeriodFilter(django_filters.Filter):
    field_class = PeriodField

    def filter(self, qs: QuerySet, value: tuple[date, date] | None) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__range": value}) if value else qs


def _facilities(request: Any) -> QuerySet:
    return facilities_for_bills(request.user)


def _rulings(request: Any) -> QuerySet:
    return values_readable(request.user)


class ChosenSelect(forms.Select):
    """A drop-down of the chosen row alone: which one is asked for comes with the address."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        rows: Any = self.choices  # Django's iterator over the field's rows
        rows.queryset = rows.queryset.filter(pk__in=[item for item in value if item.isdecimal()])
        return super().optgroups(name, value, attrs)


class BillFilter(django_filters.FilterSet):
    """By words, place, hospital, time, kind, state, and everything that calls for a look."""

    q = django_filters.CharFilter(label=_("姓名或单号"), method="by_words")
    place = InPlaceFilter(empty_label=ALL)
    facility = django_filters.ModelChoiceFilter(label=_("医疗机构"), queryset=_facilities, empty_label=ALL)
    period = PeriodFilter(
        label=_("出院月份"), field_name="served_on", widget=forms.TextInput(attrs={"placeholder": "2018-06"})
    )
    setting = django_filters.ChoiceFilter(label=_("就医类别"), choices=Setting.choices, empty_label=ALL)
    state = django_filters.ChoiceFilter(label=_("状态"), choices=BillState.choices, empty_label=ALL)
    obstacle = django_filters.ChoiceFilter(
        label=_("待补正原因"), field_name="obstacle__code", choices=Obstacle.choices, empty_label=ALL
    )
    referral = django_filters.ChoiceFilter(label=_("转诊情况"), choices=Referral.choices, empty_label=ALL)
    disease = django_filters.ChoiceFilter(label=_("病种"), choices=DISEASES, empty_label=ALL)
    desk = django_filters.ChoiceFilter(label=_("结算方式"), choices=Desk.choices, empty_label=ALL)
    missed = django_filters.ChoiceFilter(
        label=_("未达承诺"), choices=[(ANY, _("任意一项")), *PROMISES.items()], method="by_missed", empty_label=ALL
    )
    warning = django_filters.ChoiceFilter(
        label=_("提示"), choices=list(WARNINGS.items()), method="by_warning", empty_label=ALL
    )
    replay = django_filters.ChoiceFilter(
        label=_("重算"), choices=[("due", _("年度待重算"))], method="by_replay", empty_label=ALL
    )
    ruling = django_filters.ModelChoiceFilter(
        label=_("不是按此数值结算"), queryset=_rulings, method="by_ruling", widget=ChosenSelect, empty_label=ALL
    )
    form = django_filters.ChoiceFilter(
        label=_("结算单"),
        choices=[("none", _("未开具")), ("issued", _("已开具")), ("outdated", _("须开具更正单"))],
        method="by_form",
        empty_label=ALL,
    )

    class Meta:
        model = Bill
        fields = ()

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if not (data or {}).get("ruling"):  # asked for by the message about a confirmed value, never by choosing
            del self.filters["ruling"]

    def by_words(self, rows: QuerySet, _name: str, words: str) -> QuerySet:
        """The beginning of the person's name or of the bill's number."""
        return rows.filter(Q(person__name__startswith=words) | Q(number__startswith=words))

    def by_missed(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Settled bills that missed a promise."""
        told = Q(settlements__missed__gt="") if value == ANY else names(value, "settlements__missed")
        return rows.filter(told, settlements__is_current=True)

    def by_warning(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Settled bills with a warning."""
        return rows.filter(settlements__is_current=True, settlements__warnings__contains=value)

    def by_replay(self, rows: QuerySet, _name: str, _value: str) -> QuerySet:
        """Settled bills of years whose sums call for a replay."""
        return calling_for_replay(rows)

    def by_ruling(self, rows: QuerySet, _name: str, value: LocalValue) -> QuerySet:
        """Settled bills that a region's confirmed value would settle otherwise."""
        return rows.filter(pk__in=settled_otherwise(value).values("pk"))

    def by_form(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Settled bills without or with the form of their current settlement; outdated is an older form alone."""
        if value == "outdated":
            rows = with_older_forms(rows)
        return rows.filter(settlements__is_current=True, settlements__form__isnull=value != "issued")
