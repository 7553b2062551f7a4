"""How agreements are listed, and those that call for a reminder."""

from datetime import date
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from healthaid.core.tables import DASH, Table, Tone, badge, day, link, yuan
from healthaid.coverage.enums import AgreementState
from healthaid.coverage.models import Agreement

TONES: dict[str, Tone] = {
    AgreementState.IN_HOSPITAL: "plain",
    AgreementState.INSTALMENTS: "due",
    AgreementState.PAID: "good",
    AgreementState.DEFAULT: "act",
    AgreementState.CANCELLED: "plain",
}


class AgreementTable(Table):
    headings = (
        pgettext_lazy("agreement", "协议编号"),
        _("患者"),
        _("乡镇、村"),
        _("医院"),
        _("入院日期"),
        _("状态"),
        _("应收（元）"),
        _("已付（元）"),
        _("未付（元）"),
        _("逾期（元）"),
    )
    classes = ("nowrap", "nowrap", "nowrap", "", "nowrap", "", "money", "money", "money", "money")

    def cells(self, row: Any) -> tuple[str, ...]:
        home = row.person.household.village
        return (
            link(row.get_absolute_url(), row.number),
            row.person.name,
            f"{home.parent} {home}",
            row.facility.name,
            day(row.admitted_on),
            state_badge(row, is_overdue=row.overdue > 0),
            yuan(row.due),
            yuan(row.paid),
            yuan(row.left),
            yuan(row.overdue or None),
        )


class PersonAgreementTable(Table):
    """The agreements of one person."""

    headings = (
        pgettext_lazy("agreement", "协议编号"),
        _("医院"),
        _("入院日期"),
        _("状态"),
        _("应收（元）"),
        _("已付（元）"),
        _("未付（元）"),
    )
    classes = ("nowrap", "", "nowrap", "", "money", "money", "money")

    def cells(self, row: Any) -> tuple[str, ...]:
        return (
            link(row.get_absolute_url(), row.number),
            row.facility.name,
            day(row.admitted_on),
            state_badge(row, is_overdue=row.overdue > 0),
            yuan(row.due),
            yuan(row.paid),
            yuan(row.left),
        )


class ReminderTable(Table):
    """What calls for a reminder; the button belongs to the form around the table."""

    headings = (
        _("患者"),
        _("联系电话"),
        _("乡镇、村"),
        _("医院"),
        _("协议"),
        _("未付（元）"),
        _("逾期（元）"),
        _("上次提醒"),
        "",
    )
    classes = ("nowrap", "nowrap", "nowrap", "", "nowrap", "money", "money", "nowrap", "nowrap")

    def __init__(self, *args: Any, may_remind: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_remind = may_remind

    def cells(self, row: Any) -> tuple[str, ...]:
        home = row.person.household.village
        return (
            row.person.name,
            row.person.masked_phone or DASH,
            f"{home.parent} {home}",
            row.facility.name,
            link(row.get_absolute_url(), row.number),
            yuan(row.left),
            yuan(row.overdue) if row.overdue else DASH,
            str(row.reminded_on or DASH),
            format_html(BUTTON, row.pk, _("已电话提醒")) if self.may_remind else "",
        )


BUTTON = '<button class="btn btn-sm btn-outline-primary" type="submit" name="agreement" value="{}">{}</button>'


def state_badge(agreement: Agreement, *, is_overdue: bool) -> SafeString:
    """Where the agreement stands; a plan that is behind says so."""
    if agreement.state == AgreementState.INSTALMENTS and is_overdue:
        return badge(_("已逾期"), "act")
    return badge(agreement.get_state_display(), TONES[agreement.state])


def part_badge(*, is_paid: bool, is_overdue: bool, due_on: date, soon_by: date) -> SafeString:
    """A part of the plan: paid, overdue, due soon, or not yet."""
    if is_paid:
        return badge(_("已还"), "good")
    if is_overdue:
        return badge(_("逾期"), "act")
    return badge(_("即将到期"), "due") if due_on <= soon_by else badge(_("未到期"), "plain")
