"""How enrolments are listed, and the people of the 100 % check."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import DASH, Table, Tone, badge, day, label, link
from healthaid.coverage.enums import Absence, Insurance
from healthaid.coverage.models import Enrolment
from patients.badges import standing
from patients.models import Person

TONES: dict[bool, Tone] = {True: "good", False: "due"}


class EnrolmentTable(Table):
    headings = (
        _("姓名"),
        _("乡镇、村"),
        _("年度"),
        _("基本医保"),
        _("大病保险"),
        _("医疗救助"),
        _("补充保险"),
        _("个人缴费标准"),
        _("未参保原因"),
    )
    classes = ("nowrap", "nowrap", "number", "", "", "", "", "money", "")

    def cells(self, row: Enrolment) -> tuple[str, ...]:
        home = row.person.household.village
        return (
            link(row.get_absolute_url(), row.person.name),
            f"{home.parent} {home}",
            str(row.year),
            *(insured(kind, is_in=getattr(row, f"has_{kind}")) for kind in Insurance),
            f"{row.premium:,}" if row.premium is not None else DASH,
            label(Absence, row.absence) or (DASH if row.has_basic else badge(_("未说明"), "act")),
        )


class PersonEnrolmentTable(Table):
    """The years of one person, on top this year by the register's marks as long as it is not entered."""

    headings = (
        _("年度"),
        _("基本医保"),
        _("大病保险"),
        _("医疗救助"),
        _("补充保险"),
        _("参保日期"),
        _("未参保原因"),
    )
    classes = ("nowrap", "", "", "", "", "nowrap", "")

    def __init__(self, person: Person, years: Sequence[Enrolment], year: int) -> None:
        super().__init__(years if any(each.year == year for each in years) else [None, *years])
        self.person, self.year = person, year

    def cells(self, row: Enrolment | None) -> tuple[str, ...]:
        if row is None:
            return self.by_register()
        return (
            link(row.get_absolute_url(), row.year),
            *(insured(kind, is_in=getattr(row, f"has_{kind}")) for kind in Insurance),
            day(row.enrolled_on),
            label(Absence, row.absence) or DASH,
        )

    def by_register(self) -> tuple[str, ...]:
        """The year as the register tells it."""
        words = '{}<br><span class="text-secondary small">{}</span>'
        return (
            format_html(words, self.year, _("按花名册")),
            marked(self.person.has_basic_insurance),
            marked(self.person.has_critical_insurance),
            *(DASH,) * 3,
            str(_("还没有当年参保记录")),
        )


def marked(flag: bool | None) -> str:  # noqa: FBT001 -- a mark of the register
    """What the register says of an insurance; it may not know."""
    return badge(_("不详"), "plain") if flag is None else mark(is_in=flag)


def insured(kind: Insurance, *, is_in: bool) -> str:
    """Whether somebody has an insurance; nobody has to have an optional one."""
    return mark(is_in=is_in) if is_in or not kind.is_optional else DASH


def mark(*, is_in: bool) -> str:
    """Whether somebody is insured, in a word and an icon."""
    return badge(_("已参保") if is_in else _("未参保"), TONES[is_in])


class PeopleTable(Table):
    """People of the target group with what the check found; each leads to the person's insurance."""

    headings = (
        _("姓名"),
        _("乡镇、村"),
        _("脱贫属性"),
        _("基本医保"),
        _("大病保险"),
        _("医疗救助"),
        _("未参保原因"),
    )
    classes = ("nowrap", "nowrap", "", "", "", "", "")

    def cells(self, row: Any) -> tuple[str, ...]:
        home = row.household.village
        return (
            link(reverse("patients:person-tab", args=[row.pk, "insurance"]), row.name),
            f"{home.parent} {home}",
            standing(row),
            mark(is_in=row.is_basic),
            mark(is_in=row.is_critical),
            mark(is_in=row.is_assistance),
            reason_told(row),
        )


def reason_told(row: Any) -> str:
    """Why the person is not enrolled, and whether the place's policy knows the reason."""
    if not row.absence:
        return DASH
    words = label(Absence, row.absence)
    return badge(words, "plain") if row.is_accepted else badge(_("%(reason)s（当地不认可）") % {"reason": words}, "due")
