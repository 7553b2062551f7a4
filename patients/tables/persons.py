"""How people and households are listed."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.models import User
from healthaid.core.fields import split_codes
from healthaid.core.phrases import listed, noted
from healthaid.core.tables import DASH, Table, badge, day, label, link
from patients.badges import standing
from patients.enums import (
    Cause,
    Ethnicity,
    Health,
    HouseholdCategory,
    HouseholdType,
    KeyGroup,
    LifeState,
    PovertyStatus,
    Relation,
    Sex,
)
from patients.models import Household, Person, PovertySpell
from patients.permissions.conditions import known_groups


class PersonTable(Table):
    headings = (
        _("姓名"),
        _("性别"),
        _("年龄"),
        _("民族"),
        _("与户主关系"),
        _("乡镇、村"),
        _("户编号"),
        _("脱贫属性"),
        _("健康、重点人群"),
    )
    classes = ("nowrap", "", "number", "nowrap", "nowrap", "nowrap", "", "", "")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def cells(self, row: Person) -> tuple[str, ...]:
        home = row.household
        name = row.name if row.is_present else noted(row.name, label(LifeState, row.life_state))
        return (
            link(row.get_absolute_url(), name),
            label(Sex, row.sex),
            str(row.age),
            label(Ethnicity, row.ethnicity) or DASH,
            label(Relation, row.relation),
            f"{home.village.parent} {home.village}",
            link(home.get_absolute_url(), home.number),
            standing(row),
            listed(marks(self.user, row)) or DASH,
        )


class HouseholdTable(Table):
    headings = (
        _("户编号"),
        _("户主"),
        _("在册人数"),
        _("乡镇、村"),
        _("贫困户属性"),
        _("户类型"),
        _("主要致贫原因"),
        _("首次识别时间"),
    )
    classes = ("", "nowrap", "number", "nowrap", "", "", "", "nowrap")

    def cells(self, row: Household) -> tuple[str, ...]:
        return (
            link(row.get_absolute_url(), row.number),
            head_of(row),
            str(sum(person.is_present for person in row.members.all())),
            f"{row.village.parent} {row.village}",
            label(HouseholdCategory, row.category) or DASH,
            label(HouseholdType, row.kind) or DASH,
            label(Cause, row.main_cause) or DASH,
            day(row.identified_on),
        )


class MemberTable(Table):
    """The members of a household; the one whose page this is needs no link."""

    headings = (_("姓名"), _("与户主关系"), _("性别"), _("年龄"), _("脱贫属性"), _("健康状况"), _("在册状态"))
    classes = ("nowrap", "nowrap", "", "number", "", "", "")

    def __init__(self, rows: Iterable[Person], *, current: int | None = None) -> None:
        super().__init__(rows)
        self.current = current

    def is_past(self, row: Person) -> bool:
        return not row.is_present

    def cells(self, row: Person) -> tuple[str, ...]:
        is_current = row.pk == self.current
        state = label(LifeState, row.life_state)
        return (
            format_html("<strong>{}</strong>", row.name) if is_current else link(row.get_absolute_url(), row.name),
            label(Relation, row.relation),
            label(Sex, row.sex),
            str(row.age),
            label(PovertyStatus, row.poverty_status) or DASH,
            listed(row.health_names) or DASH,
            f"{state} {row.left_on}" if row.left_on else state,
        )


class SpellTable(Table):
    """A person's dated standings."""

    look = ""

    def __init__(self, rows: Iterable[PovertySpell], *, may_set: bool) -> None:
        super().__init__(rows)
        self.may_set = may_set
        self.headings = (_("起始日期"), _("截止日期"), _("属性"), _("依据"), *((_("操作"),) if may_set else ()))
        self.classes = ("nowrap", "nowrap", "", "", *(("d-print-none",) if may_set else ()))

    def cells(self, row: PovertySpell) -> tuple[str, ...]:
        return (
            day(row.starts_on),
            day(row.ends_on) if row.ends_on else str(_("今")),
            label(PovertyStatus, row.status),
            row.source or DASH,
            *self.steps(row),
        )

    def steps(self, row: PovertySpell) -> list[str]:
        """What may be done with a spell."""
        withdraw = reverse("patients:standing-withdraw", args=[row.person_id, row.pk])
        return [link(withdraw, _("撤销"))] if self.may_set else []


def head_of(household: Household) -> str:
    """Who the head is, or why there is none."""
    if household.dissolved_on:
        return badge(_("已销户"), "plain")
    return str(household.head) if household.head else badge(_("没有户主"), "due")


def marks(user: User, person: Person) -> list[str]:
    """What makes a person somebody to look after first, as far as the user may know; being healthy is no mark."""
    health = [label(Health, code) for code in split_codes(person.health) if code != Health.HEALTHY]
    return health + [label(KeyGroup, code) for code in known_groups(user, person)]
