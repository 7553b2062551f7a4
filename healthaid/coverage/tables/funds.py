"""How payouts are listed, and the bills behind a number."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import Table, badge, label, link, yuan
from healthaid.coverage.enums import Fund
from healthaid.coverage.models import FundPayment
from healthaid.coverage.tables.bills import state_badge


class FundPaymentTable(Table):
    headings = (
        _("结算月份"),
        _("参保县"),
        _("医疗机构"),
        _("基金"),
        _("拨付金额（元）"),
        _("拨付日期"),
        _("凭证号"),
        _("登记人"),
        _("状态"),
    )
    classes = ("nowrap", "nowrap", "", "nowrap", "money", "nowrap", "nowrap", "nowrap", "nowrap")

    def cells(self, row: FundPayment) -> tuple[str, ...]:
        page = reverse("coverage:fund-payment", args=[row.pk])
        return (
            link(page, f"{row.month:%Y-%m}"),
            row.place.name,
            row.facility.name,
            label(Fund, row.fund),
            yuan(row.amount),
            str(row.paid_on),
            row.voucher or "—",
            str(row.entered_by),
            payment_badge(row),
        )


def payment_badge(payment: FundPayment) -> str:
    """Whether the payment was taken back, or takes one back."""
    if payment.reverses_id is not None:
        return badge(_("冲销"), "plain")
    return badge(_("已冲销"), "plain") if hasattr(payment, "reversal") else ""


class MovedTable(Table):
    """Bills with what they move in the month."""

    headings = (
        _("结算单号"),
        _("出院（就诊）"),
        _("患者"),
        _("行政村"),
        _("医疗机构"),
        _("总费用（元）"),
        _("本月计入（元）"),
        _("状态"),
    )
    classes = ("nowrap", "nowrap", "nowrap", "nowrap", "", "money", "money", "")

    def cells(self, row: Any) -> tuple[str, ...]:
        return (
            link(row.get_absolute_url(), row.number),
            str(row.served_on),
            row.person.name,
            row.person.household.village.name,
            row.facility.name,
            yuan(row.total),
            yuan(row.moved),
            state_badge(row),
        )
