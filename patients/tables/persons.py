"""How people and households are listed."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.models import User
from healthaid.core.fields import split_codes
from healthaid.core.phrases import listed, noted
from healthaid.core.tables import LeanTable, Tone, badge, label
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
from patients.models import Household, Person
from patients.permissions.conditions import known_groups

TONES: dict[str, Tone] = {
    PovertyStatus.NOT_LIFTED: "due",
    PovertyStatus.RETURNED: "act",
    PovertyStatus.AT_RISK: "act",
    PovertyStatus.SUDDEN_HARDSHIP: "act",
    PovertyStatus.LIFTED: "good",
    PovertyStatus.LIFTED_POLICY_KEPT: "good",
}
LINK = '<a href="{}">{}</a>'


class PersonTable(LeanTable):
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
            format_html(LINK, row.get_absolute_url(), name),
            label(Sex, row.sex),
            str(row.age),
            label(Ethnicity, row.ethnicity) or "—",
            label(Relation, row.relation),
            f"{home.village.parent} {home.village}",
            format_html(LINK, home.get_absolute_url(), home.number),
            standing(row),
            listed(marks(self.user, row)) or "—",
        )


class HouseholdTable(LeanTable):
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
            format_html(LINK, row.get_absolute_url(), row.number),
            head_of(row),
            str(sum(person.is_present for person in row.members.all())),
            f"{row.village.parent} {row.village}",
            label(HouseholdCategory, row.category) or "—",
            label(HouseholdType, row.kind) or "—",
            label(Cause, row.main_cause) or "—",
            str(row.identified_on or "—"),
        )


def head_of(household: Household) -> str:
    """Who the head is, or why there is none."""
    if household.dissolved_on:
        return badge(_("已销户"), "plain")
    return str(household.head) if household.head else badge(_("没有户主"), "due")


def standing(person: Person) -> str:
    """The standing as a badge; a dash without one."""
    if not person.poverty_status:
        return "—"
    return badge(label(PovertyStatus, person.poverty_status), TONES.get(person.poverty_status, "plain"))


def marks(user: User, person: Person) -> list[str]:
    """What makes a person somebody to look after first, as far as the user may know; being healthy is no mark."""
    health = [label(Health, code) for code in split_codes(person.health) if code != Health.HEALTHY]
    return health + [label(KeyGroup, code) for code in known_groups(user, person)]
