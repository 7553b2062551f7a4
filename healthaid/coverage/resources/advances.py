"""Agreements and payouts as lists that leave: what the page shows, a row a row."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from healthaid.core.tables import label
from healthaid.coverage.enums import AgreementState, Fund
from healthaid.coverage.models import FundPayment
from healthaid.coverage.resources.summaries import Table, frame
from healthaid.exchange.writing import SheetColumn


def agreement_sheet(rows: Iterable[Any]) -> Table:
    """Agreements `with_position`."""
    columns = [
        SheetColumn(pgettext("agreement", "协议编号"), width=22),
        SheetColumn(_("患者")),
        SheetColumn(_("乡镇")),
        SheetColumn(_("行政村")),
        SheetColumn(_("医院"), width=26),
        SheetColumn(_("入院日期")),
        SheetColumn(_("状态")),
        SheetColumn(_("应收（元）"), "amount"),
        SheetColumn(_("已付（元）"), "amount"),
        SheetColumn(_("未付（元）"), "amount"),
        SheetColumn(_("逾期（元）"), "amount"),
    ]
    return columns, frame(columns, [_agreement(row) for row in rows])


def _agreement(row: Any) -> list[Any]:
    village = row.person.household.village
    return [
        row.number,
        row.person.name,
        village.parent.name,
        village.name,
        row.facility.name,
        str(row.admitted_on),
        label(AgreementState, row.state),
        row.due,
        row.paid,
        row.left,
        row.overdue,
    ]


def payment_sheet(rows: Iterable[FundPayment]) -> Table:
    """Payments of funds, reversals with their sign."""
    columns = [
        SheetColumn(_("结算月份")),
        SheetColumn(_("参保县"), width=18),
        SheetColumn(_("医疗机构"), width=26),
        SheetColumn(_("基金")),
        SheetColumn(_("拨付金额（元）"), "amount"),
        SheetColumn(_("拨付日期")),
        SheetColumn(_("凭证号"), width=18),
        SheetColumn(_("登记人")),
    ]
    return columns, frame(columns, [_payment(row) for row in rows])


def _payment(row: FundPayment) -> list[Any]:
    return [
        f"{row.month:%Y-%m}",
        row.place.name,
        row.facility.name,
        label(Fund, row.fund),
        row.amount,
        str(row.paid_on),
        row.voucher,
        str(row.entered_by),
    ]
