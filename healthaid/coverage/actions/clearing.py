"""Writes: result sets of runs that no longer can count are removed; the runs, their totals and the settlements stay."""

from datetime import datetime, timedelta

from django.db import transaction

from healthaid.audit.actions import record
from healthaid.coverage.models import RunResult, SettlementRun
from healthaid.coverage.selectors.clearing import runs_out_of_use

RESULTS_KEPT = timedelta(days=90)  # after a run was asked for
AT_ONCE = 50_000  # bills in one transaction, so that nobody waits long behind it on SQLite


def clear_run_results(*, now: datetime) -> int:
    """Remove the result sets that have served and are older than `RESULTS_KEPT`; how many rows.

    Settlements and forms hold their own amounts and rules; none of them is touched. Safe to run again after a kill.
    """
    return sum(_clear(pk, now) for pk in runs_out_of_use(now - RESULTS_KEPT))


def _clear(run_id: int, now: datetime) -> int:
    removed = 0
    with transaction.atomic():
        run = SettlementRun.objects.select_for_update().get(pk=run_id)
        if not runs_out_of_use(now - RESULTS_KEPT).filter(pk=run_id).exists():  # taken up again meanwhile
            return 0
        if run.cleared_at is None:
            run.cleared_at = now
            run.version += 1
            run.save(update_fields=["cleared_at", "version"])
            record(by=None, verb="coverage.settlementrun.cleared", subject=run, year=run.year, purpose=run.purpose)
    rows = RunResult.objects.filter(run=run_id)
    while ids := list(rows.order_by("bill_id").values_list("bill_id", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            removed += rows.filter(bill_id__lte=ids[-1]).delete()[0]
    return removed
