"""What a run comes to, added up while its bills go by."""

import json
from collections import Counter
from typing import Any

import polars as pl

from healthaid.core.money import yuan_text
from healthaid.coverage.settlement.bill import Running
from healthaid.coverage.settlement.layers import PAYERS

REASON = ("code", "parameter", "place")  # of an obstacle, without the day


class Totals:
    """Counts and sums, in fen; `before` is what is settled now, `after` what would be."""

    def __init__(self) -> None:
        self.counts = Counter(dict.fromkeys(("bills", "changed", "new", "sums_only", "unresolved", "stuck"), 0))
        self.before, self.after = Counter(dict.fromkeys(PAYERS, 0)), Counter(dict.fromkeys(PAYERS, 0))
        self.reasons: Counter[tuple[str, ...]] = Counter()

    def add(self, frame: pl.DataFrame) -> None:
        """Take in some people's year, as `years.Year` gives it."""
        settled, open_ones = pl.col("obstacle").is_null(), pl.col("obstacle").is_not_null()
        was_settled = pl.col("now__id").is_not_null()
        same_amounts = pl.all_horizontal(pl.col(name) == pl.col(f"now__{name}") for name in PAYERS)
        counted = frame.select(
            pl.len().alias("bills"),
            pl.col("is_changed").sum().alias("changed"),
            (settled & ~was_settled).sum().alias("new"),
            (pl.col("is_changed") & was_settled & same_amounts).sum().alias("sums_only"),
            open_ones.sum().alias("unresolved"),
            (open_ones & was_settled).sum().alias("stuck"),
        )
        self.counts.update(counted.row(0, named=True))
        self.before.update(frame.select(pl.col(f"now__{name}").sum().alias(name) for name in PAYERS).row(0, named=True))
        stays = pl.when(settled)
        after = frame.select(
            stays.then(pl.col(name)).otherwise(pl.col(f"now__{name}")).sum().alias(name) for name in PAYERS
        )
        self.after.update(after.row(0, named=True))
        for text, number in frame.filter(open_ones)["obstacle"].value_counts().iter_rows():
            told = json.loads(text)
            self.reasons[tuple(told.get(name, "") for name in REASON)] += number

    def as_json(self) -> dict[str, Any]:
        """As a run keeps them; the reasons with the most bills first."""
        reasons = [dict(zip(REASON, reason, strict=True)) | {"bills": n} for reason, n in self.reasons.most_common()]
        return dict(self.counts) | {"before": dict(self.before), "after": dict(self.after), "reasons": reasons}


def sums_told(totals: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The sums before and after in yuan, by payer."""
    return {when: {name: yuan_text(totals[when][name]) for name in PAYERS} for when in ("before", "after")}


SUMS_BEFORE = tuple(f"before_{name}" for name in Running._fields)
