"""How special-disease cards are listed, and the illnesses that have none yet."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import DASH, Table, badge, day, link
from healthaid.coverage.domain.cards import expiring_by
from healthaid.coverage.enums import CardState
from healthaid.coverage.models import SpecialCard
from healthaid.policy import catalogue


class CardTable(Table):
    headings = (
        _("病种"),
        _("持卡人"),
        _("乡镇、村"),
        _("状态"),
        _("卡号"),
        _("申请日期"),
        _("鉴定医院"),
        _("生效日期"),
        _("截止日期"),
    )
    classes = ("", "nowrap", "nowrap", "", "nowrap", "nowrap", "", "nowrap", "nowrap")

    def cells(self, row: SpecialCard) -> tuple[str, ...]:
        home = row.person.household.village
        return (
            link(row.get_absolute_url(), row.disease_name),
            row.person.name,
            f"{home.parent} {home}",
            state_badge(row, timezone.localdate()),
            row.number or DASH,
            str(row.applied_on),
            str(row.diagnosed_by or DASH),
            str(row.valid_from or DASH),
            str(row.valid_to or (_("长期") if row.state == CardState.VALID else DASH)),
        )


class PersonCardTable(Table):
    """The cards of one person."""

    headings = (_("病种"), _("状态"), _("卡号"), _("鉴定"), _("有效期"))
    classes = ("", "", "nowrap", "", "nowrap")

    def cells(self, row: SpecialCard) -> tuple[str, ...]:
        ends = day(row.valid_to) if row.valid_to else ""
        return (
            link(row.get_absolute_url(), row.disease_name),
            state_badge(row, timezone.localdate()),
            row.number or DASH,
            row.diagnosed_by.name + _("，") + day(row.diagnosed_on) if row.diagnosed_by else DASH,
            f"{day(row.valid_from)} — {ends}" if row.valid_from else DASH,
        )


class WithoutCardTable(Table):
    """Verified illnesses that qualify for a card; the boxes and buttons belong to the form around the table."""

    headings = (
        lazy(format_html, SafeString)('<input type="checkbox" data-choose-all aria-label="{}">', _("全选本页")),
        _("姓名"),
        _("乡镇、村"),
        _("核实病种"),
        _("可办卡病种"),
        _("确诊时间"),
        _("确诊医院"),
        "",
    )
    classes = ("", "nowrap", "nowrap", "", "", "nowrap", "", "nowrap")

    def __init__(self, *args: Any, may_apply: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_apply = may_apply

    def cells(self, row: Any) -> tuple[str, ...]:
        home = row.person.household.village
        return (
            format_html(BOX, row.pk, _("选择%(name)s") % {"name": row.person.name}) if self.may_apply else "",
            link(row.person.get_absolute_url(), row.person.name),
            f"{home.parent} {home}",
            link(row.get_absolute_url(), row.disease_name),
            catalogue.diseases()[row.card_disease].name,
            str(row.diagnosed_on or DASH),
            row.diagnosed_at or DASH,
            format_html(BUTTON, row.pk, _("申请")) if self.may_apply else "",
        )


BOX = '<input type="checkbox" name="condition" value="{}" aria-label="{}">'
BUTTON = '<button class="btn btn-sm btn-outline-primary" type="submit" name="only" value="{}">{}</button>'


def state_badge(card: SpecialCard, today: date) -> SafeString:
    """Where the card stands, and whether it is about to end."""
    if card.state in {CardState.APPLIED, CardState.DIAGNOSED}:
        return badge(card.get_state_display(), "due")
    if card.state != CardState.VALID:
        return badge(card.get_state_display(), "plain")
    if card.valid_from and card.valid_from > today:
        return badge(_("未生效"), "due")
    if card.valid_to and card.valid_to < today:
        return badge(_("已过期"), "act")
    if card.valid_to and card.valid_to <= expiring_by(today):
        return badge(_("即将到期"), "due")
    return badge(card.get_state_display(), "good")
