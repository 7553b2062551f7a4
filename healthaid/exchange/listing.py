"""What becomes of every row of a file, kept small and masked, so that each count of a batch opens exactly its rows."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import polars as pl

from healthaid.exchange.checking import Sheet
from healthaid.exchange.enums import ColumnKind, RowState
from healthaid.exchange.merging import Merge, Plan
from healthaid.exchange.recording import masked_number, recorded_changes

KEY_KINDS = (ColumnKind.CODE, ColumnKind.NAME, ColumnKind.IDENTITY)
KEYS = 4  # that many columns say what a row is about
CHANGES_KEPT = 20_000  # cells; the record of what was written has them all


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of the file: its number, what it is about, its state, and the cells that change."""

    number: int
    keys: Sequence[str]
    state: RowState
    changes: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RowPage:
    """A page of rows, with the keys of its neighbours, empty where there are none."""

    rows: list[ListedRow]
    before: str
    after: str


@dataclass(slots=True)
class Listing:
    """Every row of a sheet: "row", "state", "told_at" (where its change is told), and its key columns, masked."""

    frame: pl.DataFrame
    headers: list[str]
    changes: list[dict[str, Any]]

    @classmethod
    def of(cls, sheet: Sheet, plan: Plan) -> Self:
        """The listing of a checked sheet; a row with an error is that, whatever else it would have been."""
        keys = [column for column in sheet.columns.values() if column.kind in KEY_KINDS][:KEYS]
        told_at = pl.col("told_at") if "told_at" in plan.states.columns else pl.col("row")
        states = plan.states.select("row", "state", told_at.cast(pl.Int64).alias("told_at"))
        bad = pl.Series(sorted(sheet.bad_rows), dtype=pl.Int64)
        shown = (
            masked_number(pl.col(column.name)) if column.is_confidential else pl.col(column.name) for column in keys
        )
        rows = sheet.frame.unique("row", keep="first", maintain_order=True)  # one may hold several illnesses
        frame = rows.select("row", *(each.fill_null("").alias(f"k{at}") for at, each in enumerate(shown)))
        frame = frame.join(states, on="row", how="left", maintain_order="left").with_columns(
            pl.when(pl.col("row").is_in(bad.implode()))
            .then(pl.lit(RowState.ERROR.value))
            .otherwise(pl.col("state").fill_null(RowState.UNCHANGED.value))
            .alias("state")
        )
        return cls(frame, [column.header for column in keys], changed_cells(plan, CHANGES_KEPT))

    def count(self, state: RowState) -> int:
        """How many rows have this state."""
        return int((self.frame["state"] == state.value).sum())

    def says(self, plan: Plan) -> bool:
        """Whether the plan would do to each row what is listed here."""
        columns = ("row", "state")
        return self.frame.select(columns).sort("row").equals(plan.states.select(columns).sort("row"))

    def page(self, state: RowState | None, size: int, *, after: int = 0, before: int = 0) -> RowPage:
        """The rows of a state (None: all) behind the row number `after`, or the last ones ahead of `before`."""
        rows = self.frame if state is None else self.frame.filter(pl.col("state") == state.value)
        ahead, behind = rows.filter(pl.col("row") < before), rows.filter(pl.col("row") > after)
        found = ahead.tail(size) if before else behind.head(size)
        if found.is_empty():
            return RowPage([], "", "")
        first, last = int(found["row"][0]), int(found["row"][-1])
        numbers = rows["row"]
        return RowPage(
            self._listed(found),
            before=str(first) if numbers[0] < first else "",
            after=str(last) if numbers[-1] > last else "",
        )

    def _listed(self, found: pl.DataFrame) -> list[ListedRow]:
        wanted = set(found["row"]) | set(found["told_at"].drop_nulls())
        cells: dict[int, list[dict[str, Any]]] = {}
        for cell in self.changes:
            if cell["row"] in wanted:
                cells.setdefault(cell["row"], []).append(cell)
        names = [f"k{at}" for at in range(len(self.headers))]
        return [
            ListedRow(
                number=row["row"],
                keys=[row[name] for name in names],
                state=RowState(row["state"]),
                changes=[
                    *(
                        cell
                        for cell in cells.get(row["told_at"], ())
                        if cell["is_shared"] and row["told_at"] != row["row"]
                    ),
                    *cells.get(row["row"], ()),
                ],
            )
            for row in found.iter_rows(named=True)
        ]

    def to_bytes(self) -> bytes:
        """For keeping."""
        buffer = io.BytesIO()
        self.frame.write_ipc(buffer, compression="zstd")
        head = {"headers": self.headers, "changes": self.changes}
        return json.dumps(head).encode() + b"\n" + buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What to_bytes kept."""
        head, _newline, body = data.partition(b"\n")
        kept = json.loads(head)
        return cls(pl.read_ipc(io.BytesIO(body)), kept["headers"], kept["changes"])


def changed_cells(plan: Plan, limit: int) -> list[dict[str, Any]]:
    """The cells that would change, as people read them, with personal numbers masked; at most so many."""
    found: list[dict[str, Any]] = []
    for merge in plan.merges:
        if merge.columns and len(found) < limit:
            is_shared = merge.rows["row"].count() < plan.states.height  # by the rows of a group, told at its first
            found += [cell | {"is_shared": is_shared} for cell in _cells_of(merge, limit - len(found))]
    return sorted(found, key=lambda cell: cell["row"])


def _cells_of(merge: Merge, limit: int) -> list[dict[str, Any]]:
    rows = merge.changed.head(limit)
    cells = []
    for row, text in zip(rows["row"], recorded_changes(merge, rows), strict=True):
        for name, (old, new) in json.loads(text).items():
            if name in merge.columns and row is not None:
                column = merge.columns[name]
                cells.append({"row": row, "column": column.header, "old": column.read(old), "new": column.read(new)})
    return cells[:limit]
