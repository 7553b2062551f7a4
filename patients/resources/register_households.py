"""The households of a register beside the stored ones."""

import polars as pl
from django.utils.translation import gettext as _

from healthaid.exchange.checking import Sheet
from healthaid.exchange.merging import Merge, Run, read, with_ids
from patients.models import Household
from patients.resources.register_rules import HOUSEHOLD_COLUMNS

PLACE_COLUMNS = ("county", "township", "village", "village_code")


def near_numbers(sheet: Sheet, rows: pl.Expr) -> set[str]:
    """The household numbers of these rows; one without may be of the household above it or of the one below."""
    number = pl.col("household_number")
    near = sheet.frame.select(rows.alias("is_meant"), number.backward_fill(), number.forward_fill().alias("above"))
    near = near.filter("is_meant")
    return {*near["household_number"].drop_nulls(), *near["above"].drop_nulls()}


class Households:
    """The households that the sheet names, beside the stored ones."""

    def __init__(self, sheet: Sheet, run: Run) -> None:
        self.sheet = sheet
        columns = {**HOUSEHOLD_COLUMNS, "village_id": "village_id", "path": "path"}
        named = sheet.good().filter(pl.col("household_number").is_not_null())
        wanted = (
            named.group_by("household_number", maintain_order=True)
            .agg(
                *(pl.col(source).drop_nulls().first().alias(f"h:{name}") for name, source in columns.items()),
                pl.col("row").min().alias("row"),
            )
            .rename({"household_number": "number", **{f"h:{name}": name for name in columns}})
        )
        stored = read(Household, "number", wanted["number"], [*columns])
        self._refuse_outside(stored, run)
        wanted = wanted.join(stored.select("id", "number"), on="number", how="left", maintain_order="left")
        wanted = with_ids(wanted, Household, run)
        self._refuse_nowhere(wanted)
        self.merge = Merge(
            Household,
            wanted,
            stored,
            recorded=["number", "path", *HOUSEHOLD_COLUMNS],
            verb="patients.household.imported",
            columns={name: sheet.columns[source] for name, source in HOUSEHOLD_COLUMNS.items()},
        )

    def _refuse_outside(self, stored: pl.DataFrame, run: Run) -> None:
        outside = stored.filter(~run.covered("path"))["number"]
        self.sheet.refuse(
            pl.col("household_number").is_in(outside.implode()),
            "household_number",
            _("该户编号已在您任职范围以外登记，不能在此导入。"),
            _("核对户编号；确属本地的，请由上级单位导入。"),
        )

    def _refuse_nowhere(self, wanted: pl.DataFrame) -> None:
        told = pl.col("village_id").is_not_null() | pl.col("row").is_in(
            sorted(self.sheet.rows_refused_at(*PLACE_COLUMNS))
        )
        nowhere = wanted.filter(
            pl.col("is_new") & pl.col("village_id").is_null(), ~pl.col("number").is_in(near_numbers(self.sheet, told))
        )["number"]
        self.sheet.refuse(
            pl.col("household_number").is_in(nowhere.implode()),
            "village",
            _("新登记的户须填写行政村。"),
            _("填写县、乡（镇）、行政村，或行政村编码。"),
        )
