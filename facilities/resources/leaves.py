"""The leaves of the place tree on which imported facilities stand."""

import polars as pl

from healthaid.core import bulk
from healthaid.exchange.merging import Merge, Run, with_ids
from healthaid.regions.enums import Level
from healthaid.regions.models import Place

LEAF = ["id", "parent_id", "level", "name", "path"]


def with_leaves(rows: pl.DataFrame, run: Run) -> tuple[Merge, pl.DataFrame]:
    """New leaves for the rows that are new, and the rows with "place_id" and the leaf's own "path", null elsewhere.

    The rows have "code", "name", "is_new", and in "parent_id" and "path" the place below which they stand.
    """
    leaves = with_ids(
        rows.filter("is_new").select(
            pl.lit(None, pl.Int64).alias("id"), "code", "name", "parent_id", pl.col("path").alias("parent_path")
        ),
        Place,
        run,
    ).with_columns(
        pl.lit(Level.FACILITY.value).alias("level"),
        pl.format("{}{}/", pl.col("parent_path"), pl.col("id")).alias("path"),
    )
    standing = leaves.select("code", pl.col("id").alias("place_id"), "path")
    known = bulk.find(Place, "id", pl.Series("id", [], pl.Int64), LEAF)
    return (
        Merge(Place, leaves.select("is_new", *LEAF), known, recorded=()),
        rows.drop("path", "place_id").join(standing, on="code", how="left", maintain_order="left"),
    )
