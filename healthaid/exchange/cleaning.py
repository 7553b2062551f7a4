"""From text as people type it to values, a column at a time; only rows with problems are touched one by one.

Every function takes a frame of text and the name of one of its columns, and gives the clean column (null where blank or
bad) and what is wrong, each kind of problem with the rows it concerns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl


@dataclass(frozen=True, slots=True)
class Bad:
    """One kind of problem of one column; `rows` is true for the rows that have it."""

    rows: pl.Series  # Boolean, as long as the frame
    reason: str
    suggestion: str = ""
    is_warning: bool = False  # told, but the value is taken


Cleaned = tuple[pl.Series, list[Bad]]


def clean_text(frame: pl.DataFrame, column: str, *, required: bool = False, max_length: int = 200) -> Cleaned:
    """Any text, spaces and invisible characters at the ends and doubled inside taken away."""
    raise NotImplementedError


def clean_code(frame: pl.DataFrame, column: str, *, required: bool = False, max_length: int = 32) -> Cleaned:
    """A number or code kept as text (household, person, agreement): half width, no spaces, no quote in front."""
    raise NotImplementedError


def clean_name(frame: pl.DataFrame, column: str, *, required: bool = True) -> Cleaned:
    """A person's name: one middle dot, no space inside Chinese names, a former name in brackets dropped (warning)."""
    raise NotImplementedError


def clean_identity(frame: pl.DataFrame, column: str, *, today: date, required: bool = False) -> Cleaned:
    """A resident identity number of 18 characters (GB 11643); one of 15 is lengthened, with a warning."""
    raise NotImplementedError


def identity_born_on(identity: pl.Series) -> pl.Series:
    """The birth date inside clean identity numbers (Date)."""
    raise NotImplementedError


def identity_sex(identity: pl.Series) -> pl.Series:
    """The sex inside clean identity numbers: "1" male, "2" female."""
    raise NotImplementedError


def check_agrees(identity: pl.Series, *, born_on: pl.Series | None = None, sex: pl.Series | None = None) -> list[Bad]:
    """Where a stated birth date or sex contradicts a clean identity number; at most one entry each."""
    raise NotImplementedError


def clean_certificate(frame: pl.DataFrame, column: str, *, today: date, required: bool = False) -> Cleaned:
    """A disability certificate of 20 characters (a valid identity number, kind 1-7, grade 1-4); "…B1" forms too."""
    raise NotImplementedError


def clean_date(
    frame: pl.DataFrame,
    column: str,
    *,
    today: date,
    required: bool = False,
    allow_future: bool = False,
    allow_month: bool = False,
) -> Cleaned:
    """A date (Date) in any form of standards 10.2; a month alone is its first day where allowed."""
    raise NotImplementedError


def clean_yes_no(frame: pl.DataFrame, column: str, *, required: bool = False) -> Cleaned:
    """是/否 and its many forms (Boolean); blank is not known, never 否."""
    raise NotImplementedError


def clean_number(
    frame: pl.DataFrame, column: str, *, required: bool = False, minimum: int = 0, maximum: int = 2**31 - 1
) -> Cleaned:
    """A whole number (Int64) within both limits (inclusive), with or without its unit."""
    raise NotImplementedError


def clean_amount(
    frame: pl.DataFrame, column: str, *, required: bool = False, unit: str = "元", allow_negative: bool = False
) -> Cleaned:
    """Money in yuan (Decimal, 2 places); `unit` is that of the column, "元" or "万元", unless the cell names its own."""
    raise NotImplementedError


def clean_ratio(frame: pl.DataFrame, column: str, *, required: bool = False) -> Cleaned:
    """A ratio from 0 to 1 (Float64) written as 0.95, 95 or 95%."""
    raise NotImplementedError


def choice_table(choices: Iterable[tuple[str, object]], synonyms: Mapping[str, str] | None = None) -> dict[str, str]:
    """Accepted spellings -> code: every label (with and without 族, of a table of peoples) and the synonyms given."""
    raise NotImplementedError


def clean_choice(frame: pl.DataFrame, column: str, table: Mapping[str, str], *, required: bool = False) -> Cleaned:
    """One code out of a table, found by name; numbers are not taken for codes, for systems number differently."""
    raise NotImplementedError


def clean_choices(frame: pl.DataFrame, column: str, table: Mapping[str, str], *, required: bool = False) -> Cleaned:
    """Several codes, sorted and joined by commas, from names separated by 、，,;；/ or line breaks."""
    raise NotImplementedError


def clean_sex(frame: pl.DataFrame, column: str, *, required: bool = False) -> Cleaned:
    """男 "1" or 女 "2" in any usual form."""
    raise NotImplementedError


def clean_phone(frame: pl.DataFrame, column: str, *, required: bool = False) -> Cleaned:
    """One phone number; of two the first is kept (warning), 无 is blank."""
    raise NotImplementedError
