"""From text as people type it to values, a column at a time.

Every function takes a frame of text and the name of one of its columns, and gives the clean column (null where blank or
bad) and what is wrong, each kind of problem with the rows it concerns. What is written as it should be is taken by
expressions over the whole column; only the remaining distinct texts are read one by one, in `texts`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from healthaid.core import identity as identities
from healthaid.core.texts import INVISIBLE
from healthaid.exchange import choices, dates, figures, texts
from healthaid.exchange.texts import Read
from healthaid.regions.divisions import county_codes

_ODD = rf"[\s{INVISIBLE}]{{2,}}|[^\S ]|[{INVISIBLE}]|^#"
MAX_REASONS = 1_000  # of one column; a file with more than this gets one general reason for the rest


@dataclass(frozen=True, slots=True)
class Bad:
    """One kind of problem of one column; `rows` is true for the rows that have it."""

    rows: pl.Series  # Boolean, as long as the frame
    reason: str
    suggestion: str = ""
    is_warning: bool = False  # told, but the value is taken


Cleaned = tuple[pl.Series, list[Bad]]


def texts_of(frame: pl.DataFrame, column: str) -> pl.Series:
    """The column with outer spaces taken off and blanks as null."""
    stripped = frame[column].str.strip_chars()
    return stripped.set(stripped == "", None)


def finish(
    raw: pl.Series, fast: pl.Series, parse: Callable[[str], Read], dtype: Any, *, required: bool = False
) -> Cleaned:
    """Join the fast path's values with those of the texts it did not take, and gather the problems by reason."""
    problems = [Bad(raw.is_null(), _("必填项为空。"), _("请填写。"))] if required and raw.null_count() else []
    rest = raw.filter(fast.is_null() & raw.is_not_null()).unique()
    if not rest.len():
        return fast, problems
    reads = {
        text: Read(None, *texts.formula_error(text)) if texts.ERROR_CELL.fullmatch(text) else parse(text)
        for text in rest
    }
    groups: dict[tuple[str, str, bool], int] = {}
    numbers = [_group_of(read, groups) for read in reads.values()]
    known = pl.DataFrame(
        {
            "text": pl.Series(list(reads), dtype=pl.String),
            "value": pl.Series([read.value for read in reads.values()], dtype=dtype, strict=False),
            "group": pl.Series(numbers, dtype=pl.Int32),
        }
    )
    rows = pl.DataFrame({"text": raw.set(fast.is_not_null(), None)})
    joined = rows.join(known, on="text", how="left", maintain_order="left")
    values = fast.zip_with(fast.is_not_null(), joined["value"]).alias(fast.name)
    problems += [
        Bad((joined["group"] == number).fill_null(value=False), reason, suggestion, is_warning)
        for (reason, suggestion, is_warning), number in groups.items()
    ]
    return values, problems


def _group_of(read: Read, groups: dict[tuple[str, str, bool], int]) -> int | None:
    if not read.reason:
        return None
    key = (read.reason, read.suggestion, read.is_warning)
    if key not in groups and len(groups) >= MAX_REASONS:
        key = (_("内容不符合要求。"), _("对照原件核对。"), read.is_warning)
    return groups.setdefault(key, len(groups))


def take(raw: pl.Series, condition: pl.Expr, value: pl.Expr | None = None) -> pl.Series:
    """The fast path: the value (the text itself when none is given) where the condition holds, else null."""
    text = pl.col("text")
    frame = pl.DataFrame({"text": raw})
    return frame.select(pl.when(condition).then(text if value is None else value).alias("text"))["text"]


TEXT = pl.col("text")


def clean_text(frame: pl.DataFrame, column: str, *, required: bool = False, max_length: int = 200) -> Cleaned:
    """Any text, spaces and invisible characters at the ends and doubled inside taken away."""
    raw = texts_of(frame, column)
    fast = take(raw, ~TEXT.str.contains(_ODD) & (TEXT.str.len_chars() <= max_length))
    return finish(raw, fast, partial(texts.read_text, max_length=max_length), pl.String, required=required)


def clean_code(frame: pl.DataFrame, column: str, *, required: bool = False, max_length: int = 32) -> Cleaned:
    """A number or code kept as text (household, person, agreement): half width, no spaces, no quote in front."""
    raw = texts_of(frame, column)
    fast = take(raw, TEXT.str.contains(rf"^[0-9A-Za-z\-]{{1,{max_length}}}$"))
    return finish(raw, fast, partial(texts.read_code, max_length=max_length), pl.String, required=required)


def clean_name(frame: pl.DataFrame, column: str, *, required: bool = True) -> Cleaned:
    """A person's name: one middle dot, no space inside Chinese names, a former name in brackets dropped (warning)."""
    raw = texts_of(frame, column)
    is_name = TEXT.str.contains(r"^[\p{Han}〇]+(·[\p{Han}〇]+)*$") & ~TEXT.is_in(sorted(texts.NOTHING))
    fast = take(raw, is_name & (TEXT.str.len_chars() <= texts.NAME_LENGTH))
    return finish(raw, fast, texts.read_name, pl.String, required=required)


def clean_identity(frame: pl.DataFrame, column: str, *, today: date, required: bool = False) -> Cleaned:
    """A resident identity number of 18 characters (GB 11643); one of 15 is lengthened, with a warning."""
    raw = texts_of(frame, column)
    fast = take(raw, good_identity(today))
    return finish(raw, fast, partial(texts.read_identity, today=today), pl.String, required=required)


def good_identity(today: date) -> pl.Expr:
    """Whether a text is an identity number without any fault: the rules of core.identity, over a whole column."""
    number = TEXT.str.slice(0, 18)
    digits = number.str.slice(0, 17).cast(pl.Int64, strict=False)
    weighted = sum(((digits // 10 ** (16 - place)) % 10) * weight for place, weight in enumerate(identities.WEIGHTS))
    wanted = pl.lit(pl.Series([list(identities.CHECK_DIGITS)])).first().list.get((weighted % 11).cast(pl.Int64))
    born_on = number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    return (
        TEXT.str.contains(r"^[0-9]{17}[0-9X]$")
        & number.str.slice(0, 6).is_in(sorted(county_codes()))  # others are looked at one by one, and warned of
        & born_on.is_between(date(today.year - identities.OLDEST, 1, 1), today)
        & (number.str.slice(14, 3) != "000")
        & ~number.str.ends_with("000")
        & (number.str.slice(17, 1) == wanted)
    )


def identity_born_on(identity: pl.Series) -> pl.Series:
    """The birth date inside clean identity numbers (Date)."""
    return identity.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)


def identity_sex(identity: pl.Series) -> pl.Series:
    """The sex inside clean identity numbers: "1" male, "2" female."""
    odd = identity.str.slice(16, 1).cast(pl.Int8, strict=False) % 2
    return odd.replace_strict({1: identities.MALE, 0: identities.FEMALE}, default=None, return_dtype=pl.String)


def check_agrees(identity: pl.Series, *, born_on: pl.Series | None = None, sex: pl.Series | None = None) -> list[Bad]:
    """Where a stated birth date or sex contradicts a clean identity number; at most one entry each."""
    problems = []
    if born_on is not None:
        differs = (identity_born_on(identity) != born_on).fill_null(value=False)
        problems.append(Bad(differs, _("出生日期与身份证号第7至14位不符。"), _("对照身份证核对出生日期和号码。")))
    if sex is not None:
        differs = (identity_sex(identity) != sex).fill_null(value=False)
        problems.append(Bad(differs, _("性别与身份证号第17位不符。"), _("对照身份证核对性别和号码。")))
    return [bad for bad in problems if bad.rows.any()]


def clean_certificate(frame: pl.DataFrame, column: str, *, today: date, required: bool = False) -> Cleaned:
    """A disability certificate of 20 characters: a valid identity number, kind 1-7, grade 1-4; B1 and such are cut."""
    raw = texts_of(frame, column)
    return finish(
        raw, take(raw, pl.lit(value=False)), partial(texts.read_certificate, today=today), pl.String, required=required
    )


def clean_phone(frame: pl.DataFrame, column: str, *, required: bool = False) -> Cleaned:
    """One phone number; of two the first is kept (warning), 无 is blank."""
    raw = texts_of(frame, column)
    return finish(
        raw, take(raw, TEXT.str.contains(r"^1[3-9][0-9]{9}$")), texts.read_phone, pl.String, required=required
    )


def clean_card(frame: pl.DataFrame, column: str, *, required: bool = False) -> Cleaned:
    """The number of a social security or health card, in capitals."""
    raw = texts_of(frame, column)
    fast = take(raw, TEXT.str.contains(rf"^{texts.CARD.pattern}$"))
    return finish(raw, fast, texts.read_card, pl.String, required=required)


def clean_date(
    frame: pl.DataFrame,
    column: str,
    *,
    today: date,
    required: bool = False,
    allow_future: bool = False,
    allow_month: bool = False,
) -> Cleaned:
    """A date (Date) in any form that `core.dates` reads; a month alone is its first day where allowed."""
    raw = texts_of(frame, column)
    day = TEXT.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    latest = date(9999, 12, 31) if allow_future else today
    usual = TEXT.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00:00)?$") & day.is_between(date(1900, 1, 1), latest)
    parse = partial(dates.read_date, latest=latest, allow_month=allow_month)
    return finish(raw, take(raw, usual, day), parse, pl.Date, required=required)


def clean_yes_no(frame: pl.DataFrame, column: str, *, required: bool = False) -> Cleaned:
    """是/否 and its many forms (Boolean); blank is not known, never 否."""
    raw = texts_of(frame, column)
    fast = take(raw, TEXT.is_in(["是", "否"]), TEXT == "是")
    return finish(raw, fast, choices.read_yes_no, pl.Boolean, required=required)


def clean_number(
    frame: pl.DataFrame, column: str, *, required: bool = False, minimum: int = 0, maximum: int = 2**31 - 1
) -> Cleaned:
    """A whole number (Int64) within both limits (inclusive), with or without its unit."""
    raw = texts_of(frame, column)
    number = TEXT.cast(pl.Int64, strict=False)
    fast = take(raw, TEXT.str.contains(r"^[0-9]{1,9}$") & number.is_between(minimum, maximum), number)
    parse = partial(figures.read_number, minimum=minimum, maximum=maximum)
    return finish(raw, fast, parse, pl.Int64, required=required)


MONEY = pl.Decimal(38, 2)


def clean_amount(
    frame: pl.DataFrame, column: str, *, required: bool = False, unit: str = "元", allow_negative: bool = False
) -> Cleaned:
    """Money in yuan (Decimal, 2 places); a cell may name 元 or 万, else the column's `unit` counts ("元" or "万元")."""
    raw = texts_of(frame, column)
    usual = TEXT.str.contains(r"^[0-9]{1,9}(\.[0-9]{1,2})?$") if unit == "元" else pl.lit(value=False)
    fast = take(raw, usual, TEXT.cast(MONEY, strict=False))
    parse = partial(figures.read_amount, unit=unit, allow_negative=allow_negative)
    return finish(raw, fast, parse, MONEY, required=required)


def clean_ratio(frame: pl.DataFrame, column: str, *, required: bool = False) -> Cleaned:
    """A ratio from 0 to 1 (Float64) written as 0.95, 95 or 95%."""
    raw = texts_of(frame, column)
    return finish(raw, take(raw, pl.lit(value=False), pl.lit(0.0)), figures.read_ratio, pl.Float64, required=required)


def clean_choice(
    frame: pl.DataFrame,
    column: str,
    table: Mapping[str, str],
    *,
    required: bool = False,
    doubtful: Mapping[str, tuple[str, str]] | None = None,
) -> Cleaned:
    """One code out of a table, found by name; numbers are not taken for codes, for systems number differently."""
    raw = texts_of(frame, column)
    fast = raw.replace_strict(dict(table), default=None, return_dtype=pl.String)
    return finish(raw, fast, partial(choices.read_choice, table=table, doubtful=doubtful), pl.String, required=required)


def clean_choices(frame: pl.DataFrame, column: str, table: Mapping[str, str], *, required: bool = False) -> Cleaned:
    """Several codes, sorted and joined by commas, from names separated by 、，,;；/ or line breaks."""
    raw = texts_of(frame, column)
    fast = raw.replace_strict(dict(table), default=None, return_dtype=pl.String)
    return finish(raw, fast, partial(choices.read_choices, table=table), pl.String, required=required)


def clean_sex(frame: pl.DataFrame, column: str, *, required: bool = False) -> Cleaned:
    """男 "1" or 女 "2" in any usual form."""
    return clean_choice(frame, column, choices.SEXES, required=required)
