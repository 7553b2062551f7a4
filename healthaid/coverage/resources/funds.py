"""The payout ledger as a table of a workbook: a row a county, hospital, month and fund, and the sums."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from healthaid.coverage.domain.funds import Cell, whole
from healthaid.coverage.enums import Fund
from healthaid.coverage.selectors.funds import Account
from healthaid.exchange.workbook import Content, frame
from healthaid.exchange.writing import SheetColumn


def ledger_sheet(accounts: Sequence[Account]) -> Content:
    """Every cell of the ledger in the order of the page, each county's sum below it, last the whole."""
    columns = [
        SheetColumn(_("参保县"), width=18),
        SheetColumn(_("医疗机构"), width=26),
        SheetColumn(_("结算月份"), width=12),
        SheetColumn(_("基金"), width=14),
        SheetColumn(_("应付（元）"), "amount"),
        SheetColumn(_("已拨（元）"), "amount"),
        SheetColumn(_("未拨（元）"), "amount"),
    ]
    rows: list[list[Any]] = []
    for account in accounts:
        for row in account.rows:
            for (month, fund), cell in sorted(
                row.cells.items(), key=lambda item: (item[0][0], Fund.values.index(item[0][1]))
            ):
                rows.append(
                    [account.county.name, row.facility.name, f"{month:%Y-%m}", str(Fund(fund).label), *_amounts(cell)]
                )
        rows.append([account.county.name, _("小计"), None, None, *_amounts(account.all)])
        if account.manual:
            rows.append([account.county.name, _("手工报账应付群众"), None, None, account.manual, None, None])
    rows.append([_("合计"), None, None, None, *_amounts(whole(account.all for account in accounts))])
    return columns, frame(columns, rows)


def _amounts(cell: Cell) -> list[Decimal]:
    return [cell.due, cell.paid, cell.left]
