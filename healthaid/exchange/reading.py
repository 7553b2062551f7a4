"""An uploaded sheet as columns of text; scanned and parsed in a limited child process, never in this one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl


class Unreadable(Exception):  # noqa: N818 -- says what the file is
    """The file cannot be taken; the text says why and what to do, for the person who uploaded it."""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """The rows of data of one sheet, every cell as text, under a header whose labels were recognised.

    `frame` has "row" (Int64, as the spreadsheet numbers it) and "c0", "c1", … (String, null where blank), one for each
    column of the file in its order. A number of more than 15 digits, which a spreadsheet has already rounded, reads as
    "5.33103199001011E+17"; an error cell as its code ("#REF!").
    """

    sheet: str
    header: dict[int, str]  # column index -> the header's text
    columns: dict[int, int]  # index of the label asked for -> column index; labels not in the file are absent
    frame: pl.DataFrame
    head: tuple[tuple[str | None, ...], ...] = ()  # the rows from the first down to the header, for the error file


def read_workbook(
    data: bytes, file_name: str, labels: Sequence[Sequence[str]], fill_down: Collection[int] = ()
) -> RawSheet:
    """Read the first visible sheet in which at least three of the labels stand in the first ten rows.

    Each entry of `labels` is a column's label and its synonyms; a label asked for twice takes the first and the second
    column of that name. `fill_down` names the entries whose merged cells count for every row they span.
    Raises Unreadable.
    """
    raise NotImplementedError
