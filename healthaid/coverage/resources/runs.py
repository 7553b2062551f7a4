"""The differences of a run as a table of a workbook."""

from collections.abc import Iterator

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from healthaid.core import bulk
from healthaid.coverage.models import RunResult
from healthaid.coverage.phrases import LAYERS, SUMS
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.exchange.writing import SheetColumn

AT_ONCE = 20_000
FACTS = ("bill__number", "bill__served_on", "bill__person__name", "bill__facility__name")
NEW = (*PAYERS, *(f"before_{name}" for name in SUMS))
OLD = tuple(f"settlement__{name}" for name in NEW)


def difference_sheet(rows: QuerySet[RunResult]) -> tuple[list[SheetColumn], Iterator[pl.DataFrame]]:
    """A row a bill: every payer's part and the sums of the year, now and anew; empty now for a bill that waits."""
    columns = [
        SheetColumn(_("结算单号"), width=20),
        SheetColumn(_("出院（就诊）日期"), "date"),
        SheetColumn(_("患者")),
        SheetColumn(_("医疗机构"), width=24),
    ]
    for words in (*(LAYERS[name] for name in PAYERS), *SUMS.values()):
        columns += [
            SheetColumn(_("%(payer)s：原（元）") % {"payer": words}, "amount", width=20),
            SheetColumn(_("%(payer)s：新（元）") % {"payer": words}, "amount", width=20),
        ]
    return columns, _chunks(rows)


def _chunks(rows: QuerySet[RunResult]) -> Iterator[pl.DataFrame]:
    pairs = [column for pair in zip(OLD, NEW, strict=True) for column in pair]
    parts = bulk.read_parts(rows.order_by("bill_id"), ("bill_id", *FACTS, *pairs), "bill_id", AT_ONCE)
    for part in parts:
        yield part.select(*FACTS, *((pl.col(name) / 100).round(2) for name in pairs))
