"""Writes: imported bills are settled by a job, and given free again when their batch is taken back."""

from collections.abc import Callable
from typing import Any

import polars as pl
from django.urls import reverse
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.core import bulk
from healthaid.core.decisions import Refused
from healthaid.coverage.actions.settlements import lock_accounts, recount_accounts, settle_bills
from healthaid.coverage.enums import BillState
from healthaid.coverage.models import Bill, OneStopForm, RunResult, Settlement
from healthaid.coverage.selectors.settlements import years_settled
from healthaid.exchange.applying import Moved
from healthaid.exchange.models import ImportBatch
from healthaid.exchange.selectors import rows_written
from healthaid.jobs.actions import enqueue

SETTLE = "settle_imported_bills"
BILL = "coverage.bill"


def order_settling_of(batch: ImportBatch) -> None:
    """Have a batch's bills settled once its transaction is through. Raises Moved where one was settled meanwhile."""
    written = pl.Series("id", rows_written(batch.pk, BILL), pl.Int64)
    states = bulk.find(Bill, "id", written, ["state"])["state"]
    if (states != BillState.WAITING).any():
        raise Moved  # between the plan and the writing; the next plan refuses the row
    enqueue(kind=SETTLE, by=batch.uploaded_by, batch=batch.pk)


def settle_batch(*, by: User, batch_id: int, progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """What the job does: settle the bills that the batch wrote, and lead to those that wait. Safe to run twice."""
    counts = settle_bills(by=by, bill_ids=rows_written(batch_id, BILL), progress=progress)
    query = f"?state={BillState.WAITING}" if counts["waiting"] else ""
    return counts | {"url": reverse("coverage:bill-list") + query}


def release_bills(rows: pl.DataFrame, by: User) -> None:  # noqa: ARG001 -- the record is that of the batch
    """Delete the settlements of bills that a batch added, so that the bills can go, and count their years anew.

    Inside the transaction that takes the batch back. Raises Refused where a form was issued, a re-accounting rests on
    a bill, or a bill that the batch changed was settled since.
    """
    ids = rows.filter(pl.col("model") == BILL)
    columns = ["id", "person_id", "path", "region", "served_on", "state"]
    bills = bulk.find(Bill, "id", ids["row_id"].alias("id"), columns)
    if bills.is_empty():
        return
    lock_accounts(bills)
    new = ids.filter(pl.col("before") == "")["row_id"]
    changed = bills.filter(~pl.col("id").is_in(new.implode()) & (pl.col("state") != BillState.WAITING))
    if changed.height:
        raise Refused(_("有 %(count)s 笔被本批修改的费用已经结算，不能撤回。") % {"count": changed.height})
    settled = bulk.find(Settlement, "bill_id", new.alias("bill_id"), ["id", "bill_id"])
    _refuse_used(settled, new)
    with bulk.staged(Settlement, settled.select("id")) as staging:
        bulk.delete_staged(Settlement, staging)
    years = {(person, on.year) for person, on in bills.select("person_id", "served_on").iter_rows()}
    left = years_settled(years)
    recount_accounts(left, needs_replay=True)
    recount_accounts(years - left, needs_replay=False)


def _refuse_used(settled: pl.DataFrame, bills: pl.Series) -> None:
    forms = bulk.find(OneStopForm, "settlement_id", settled["id"].alias("settlement_id"), ["id"]).height
    if forms:
        raise Refused(_("本批费用已开具 %(count)s 份结算单，不能撤回；请逐笔冲销。") % {"count": forms})
    if bulk.find(RunResult, "bill_id", bills.alias("bill_id"), ["bill_id"]).height:
        raise Refused(_("本批费用已列入年度核算，不能撤回；请逐笔冲销。"))
