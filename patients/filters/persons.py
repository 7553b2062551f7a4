"""Filters of the register's lists."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.core.forms import with_lean_selects
from healthaid.regions.choosing import InPlaceFilter
from patients import enums
from patients.domain.persons import born_by
from patients.models import Household, Person
from patients.selectors.conditions import readable_conditions
from patients.selectors.households import households_without_head

AGES = {  # first and last completed year
    "0-6": (0, 6),
    "7-17": (7, 17),
    "18-59": (18, 59),
    "60-64": (60, 64),
    "65": (65, 150),
}
AGE_LABELS = [
    ("0-6", _("0–6岁")),
    ("7-17", _("7–17岁")),
    ("18-59", _("18–59岁")),
    ("60-64", _("60–64岁")),
    ("65", _("65岁及以上")),
]
ILLNESSES = [*enums.ConditionKind.choices, ("none", _("没有患病记录"))]
ALL = _("全部")


def birthdays(first: int, last: int, today: date) -> tuple[date, date]:
    """The days of birth, both inclusive, of those who today have completed so many years."""
    return born_by(last + 1, today) + date.resolution, born_by(first, today)


class PersonFilter(django_filters.FilterSet):
    """Place, standing, who somebody is; only people present unless asked otherwise."""

    place = InPlaceFilter(empty_label=ALL)
    status = django_filters.ChoiceFilter(
        label=_("脱贫属性"), field_name="poverty_status", choices=enums.PovertyStatus.choices, empty_label=ALL
    )
    age = django_filters.ChoiceFilter(label=_("年龄"), choices=AGE_LABELS, method="of_age", empty_label=ALL)
    sex = django_filters.ChoiceFilter(label=_("性别"), choices=[("1", _("男")), ("2", _("女"))], empty_label=ALL)
    ethnicity = django_filters.ChoiceFilter(label=_("民族"), choices=enums.Ethnicity.choices, empty_label=ALL)
    group = django_filters.ChoiceFilter(
        label=_("重点人群"),
        method="in_group",
        choices=enums.KeyGroup.choices,
        empty_label=ALL,
    )
    health = django_filters.ChoiceFilter(
        label=_("健康状况"), field_name="health", lookup_expr="contains", choices=enums.Health.choices, empty_label=ALL
    )
    illness = django_filters.ChoiceFilter(label=_("患病"), choices=ILLNESSES, method="with_illness", empty_label=ALL)
    away = django_filters.ChoiceFilter(
        label=_("外出"), field_name="is_away", choices=[("True", _("是")), ("False", _("否"))], empty_label=ALL
    )
    state = django_filters.ChoiceFilter(
        label=_("在册状态"), field_name="life_state", choices=enums.LifeState.choices, empty_label=_("在册")
    )

    class Meta:
        model = Person
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_lean_selects(self.form)

    def filter_queryset(self, queryset: QuerySet[Person]) -> QuerySet[Person]:
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.filter(life_state=enums.LifeState.PRESENT)
        return super().filter_queryset(queryset)

    def of_age(self, rows: QuerySet[Person], _name: str, band: str) -> QuerySet[Person]:
        """By completed years today."""
        return rows.filter(born_on__range=birthdays(*AGES[band], timezone.localdate()))

    def in_group(self, rows: QuerySet[Person], _name: str, group: str) -> QuerySet[Person]:
        """By key group; one that tells a sensitive illness only where the user may know of it."""
        if group in enums.SENSITIVE_GROUPS:
            rows = self.request.user.scope(Ability.READ_SENSITIVE).narrow(rows)
        return rows.filter(key_groups__contains=group)

    def with_illness(self, rows: QuerySet[Person], _name: str, kind: str) -> QuerySet[Person]:
        """By the verified illnesses that the user may know of."""
        known = readable_conditions(self.request.user).filter(person=OuterRef("pk"), state="verified")
        if kind == "none":
            return rows.filter(~Exists(known))
        return rows.filter(Exists(known.filter(kind=kind)))


class HouseholdFilter(django_filters.FilterSet):
    """Beginning of the number, place, what kind of household; only those that still exist unless asked otherwise."""

    q = django_filters.CharFilter(label=_("户编号（开头几位）"), field_name="number", lookup_expr="startswith")
    place = InPlaceFilter(empty_label=ALL)
    category = django_filters.ChoiceFilter(
        label=_("贫困户属性"), choices=enums.HouseholdCategory.choices, empty_label=ALL
    )
    kind = django_filters.ChoiceFilter(label=_("户类型"), choices=enums.HouseholdType.choices, empty_label=ALL)
    standard = django_filters.ChoiceFilter(label=_("识别标准"), choices=enums.Standard.choices, empty_label=ALL)
    cause = django_filters.ChoiceFilter(
        label=_("主要致贫原因"), field_name="main_cause", choices=enums.Cause.choices, empty_label=ALL
    )
    head = django_filters.ChoiceFilter(
        label=_("户主"), choices=[("none", _("没有户主"))], method="without_head", empty_label=ALL
    )
    use = django_filters.ChoiceFilter(
        label=_("状态"), choices=[("dissolved", _("已销户"))], method="by_use", empty_label=_("在册")
    )

    class Meta:
        model = Household
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_lean_selects(self.form)

    def filter_queryset(self, queryset: QuerySet[Household]) -> QuerySet[Household]:
        if not self.form.cleaned_data.get("use"):
            queryset = queryset.filter(dissolved_on=None)
        return super().filter_queryset(queryset)

    def without_head(self, rows: QuerySet[Household], _name: str, _value: str) -> QuerySet[Household]:
        """Households that need a head."""
        return households_without_head(rows)

    def by_use(self, rows: QuerySet[Household], _name: str, _value: str) -> QuerySet[Household]:
        """Closed households."""
        return rows.exclude(dissolved_on=None)
