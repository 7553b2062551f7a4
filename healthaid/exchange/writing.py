"""Sheets that leave: blank templates, exports, and the error file that can be corrected and uploaded again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import polars as pl

from healthaid.exchange.reading import RawSheet


class Sink(Protocol):
    """What a sheet is written to: an open binary file, or a FileWriter."""

    def write(self, data: bytes, /) -> int: ...


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet as it is shown: its header, hint, and what may be chosen."""

    label: str
    kind: str = "text"  # text, number, amount, ratio, date
    hint: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()  # the names that may be picked
    width: int = 14  # characters


@dataclass(frozen=True, slots=True)
class Watermark:
    """Who took what out, when; printed on a sheet of its own."""

    title: str
    taken_by: str
    unit: str
    taken_at: datetime
    filters: str = ""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A problem for the error file; `column` is an index of RawSheet.header, or None for the row as a whole."""

    row: int
    column: int | None
    reason: str
    suggestion: str = ""
    is_warning: bool = False


def write_template(title: str, columns: Sequence[SheetColumn], instructions: Sequence[str]) -> bytes:
    """A blank workbook: header with hints and drop-downs, text columns, and the sheet 填表说明."""
    raise NotImplementedError


def write_rows(
    columns: Sequence[SheetColumn], chunks: Iterable[pl.DataFrame], watermark: Watermark, fmt: str, out: Sink
) -> int:
    """Write frames of the same columns, in order, as "xlsx", "csv" (UTF-8 with BOM) or "csv-gb18030"; how many rows.

    Text goes out as text whatever it begins with; Date columns as dates, numbers as numbers.
    """
    raise NotImplementedError


def write_error_file(sheet: RawSheet, problems: Iterable[CellProblem], out: Sink) -> None:
    """The original rows in their order and places, bad cells coloured, with 错误原因 and 建议 behind the last column."""
    raise NotImplementedError
