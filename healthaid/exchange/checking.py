"""A sheet on its way in: its clean columns, and every problem with the cell it concerns."""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from healthaid.core import identity
from healthaid.exchange import cleaning
from healthaid.exchange.cleaning import Bad, Cleaned
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.parsing.layout import column_name, plain
from healthaid.exchange.reading import RawSheet
from healthaid.exchange.writing import own_headers

NAMED_ROWS = 5  # that many of a duplicate's rows are named
_LONG_NUMBER = re.compile(r"\d{11,20}[Xx]?")
EMPTY_TYPES: dict[ColumnKind, Any] = {
    ColumnKind.DATE: pl.Date(),
    ColumnKind.YES_NO: pl.Boolean(),
    ColumnKind.NUMBER: pl.Int64(),
    ColumnKind.AMOUNT: pl.Decimal(38, 2),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One problem: the spreadsheet's row, the column (as declared, "" for the row as a whole), why, and what to do."""

    row: int
    name: str
    reason: str
    suggestion: str = ""
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem as people read it: the header as in the file, the value with personal numbers masked."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str
    suggestion: str
    is_warning: bool
    position: int | None  # of the column in the file


@dataclass(frozen=True, slots=True)
class Free:
    """Under which codes of another column a column of identity numbers takes any text.

    Under `unless_like` only what has not the length of an identity number.
    """

    by: str
    codes: frozenset[str]
    unless_like: frozenset[str] = frozenset()

    def of(self, cleaned: pl.DataFrame, cells: pl.Series) -> pl.Series:
        """Whether each row's text is free."""
        kind = cleaned[self.by]
        half = kind.is_in(list(self.unless_like)).fill_null(value=False)
        unlike = [
            text for text in cells.filter(half).drop_nulls().unique() if not identity.is_like(identity.normalise(text))
        ]
        return (kind.is_in(list(self.codes)) | (half & cells.is_in(unlike))).fill_null(value=False)


class Sheet:
    """The clean columns of one file under their declared names, with "row", and what was found wrong.

    A column that the file does not have is there and blank.
    """

    def __init__(self, title: str, frame: pl.DataFrame, columns: Sequence[Any], *, raw: RawSheet | None = None) -> None:
        self.title = title
        self.frame = frame
        self.columns = {column.name: column for column in columns}
        self.raw = raw
        self.found: list[Found] = []
        self.derived: list[str] = []  # columns that the sheet's own rules added

    @classmethod
    def clean(cls, raw: RawSheet, columns: Sequence[Any], today: date) -> "Sheet":
        """The sheet of a file that was just read, each column cleaned as its kind says."""
        sheet = cls(raw.sheet, raw.frame.select("row"), columns, raw=raw)
        for column in sorted(columns, key=lambda each: each.free_when is not None):
            place = sheet.positions.get(column.name)
            if place is None:
                blank = pl.Series(column.name, [None], dtype=EMPTY_TYPES.get(column.kind, pl.String()))
                sheet.frame = sheet.frame.with_columns(blank.new_from_index(0, sheet.frame.height))
                continue
            values, problems = _clean(column, raw.frame, f"c{place}", today, sheet.frame)
            sheet.frame = sheet.frame.with_columns(values.alias(column.name))
            for bad in problems:
                sheet.note(bad, column.name)
        sheet.frame = sheet.frame.select("row", *(column.name for column in columns))
        if raw.hidden:
            reason = _("有 %(count)s 行是隐藏的或被筛选掉的，同样会导入。") % {"count": len(raw.hidden)}
            sheet.refuse_rows(raw.hidden[:1], "", reason, _("不要导入的，请删去后再上传。"), is_warning=True)
        return sheet

    @property
    def positions(self) -> dict[str, int]:
        """Where each declared column stands in the file."""
        if self.raw is None:
            return {}
        names = list(self.columns)
        return {names[asked]: place for asked, place in self.raw.columns.items()}

    @property
    def unused(self) -> list[str]:
        """The headers of the file that mean no column of the sheet, in their order; with its letters if one is used."""
        if self.raw is None:
            return []
        used, own = set(self.raw.columns.values()), own_headers()
        known = {self.raw.header[place] for place in used}
        headers = [(place, text) for place, text in sorted(self.raw.header.items()) if place not in used]
        return [
            _("%(header)s（%(letters)s列）") % {"header": text, "letters": column_name(place)}
            if text in known
            else text
            for place, text in headers
            if plain(text) not in own
        ]

    def note(self, bad: Bad, name: str) -> None:
        """Take up what a cleaning function found."""
        if bad.rows.any():
            for row in self.frame["row"].filter(bad.rows.fill_null(value=False)):
                self.found.append(Found(row, name, bad.reason, bad.suggestion, bad.is_warning))

    def refuse(
        self, where: pl.Expr, name: str, reason: str | pl.Expr, suggestion: str = "", *, is_warning: bool = False
    ) -> None:
        """Note a problem of this column for every row where the expression over the frame is true."""
        text = reason if isinstance(reason, pl.Expr) else pl.lit(str(reason))
        for row, why in self.frame.filter(where.fill_null(value=False)).select("row", text.alias("why")).iter_rows():
            self.found.append(Found(row, name, why, suggestion, is_warning))

    def refuse_rows(
        self, rows: Iterable[int], name: str, reason: str, suggestion: str = "", *, is_warning: bool = False
    ) -> None:
        """Note a problem of this column for the rows of these numbers."""
        self.found.extend(Found(row, name, reason, suggestion, is_warning) for row in rows)

    def warn(self, where: pl.Expr, name: str, reason: str | pl.Expr, suggestion: str = "") -> None:
        """The same, but the row is taken."""
        self.refuse(where, name, reason, suggestion, is_warning=True)

    def refuse_duplicates(self, name: str, reason: str) -> None:
        """Every row whose value stands in another row too; the reason names the rows in its %(rows)s."""
        repeated = (
            self.frame.filter(pl.col(name).is_not_null() & pl.col(name).is_duplicated())
            .group_by(name, maintain_order=True)
            .agg("row")
        )
        for rows in repeated["row"]:
            named = rows_named(rows.to_list())
            self.refuse_rows(rows, name, reason % {"rows": named}, _("保留一行，删去或更正其余各行。"))

    @property
    def bad_rows(self) -> set[int]:
        """The rows with at least one error."""
        return {found.row for found in self.found if not found.is_warning}

    def rows_refused_at(self, *names: str) -> set[int]:
        """The rows with an error in one of these columns."""
        return {found.row for found in self.found if found.name in names and not found.is_warning}

    def good(self) -> pl.DataFrame:
        """The rows without an error so far."""
        bad = pl.Series(list(self.bad_rows), dtype=pl.Int64)
        return self.frame.filter(~pl.col("row").is_in(bad.implode())) if bad.len() else self.frame

    def problems(self) -> Iterator[ShownProblem]:
        """The problems in the order of the rows, then of the columns, as people read them."""
        order = {name: number for number, name in enumerate(self.columns)}
        for found in sorted(dict.fromkeys(self.found), key=lambda each: (each.row, order.get(each.name, -1))):
            yield ShownProblem(
                self.title,
                found.row,
                self._header(found.name),
                self._value(found),
                found.reason,
                found.suggestion,
                found.is_warning,
                self.positions.get(found.name),
            )

    def _header(self, name: str) -> str:
        place = self.positions.get(name)
        if self.raw is not None and place is not None:
            return self.raw.header.get(place, "")
        return self.columns[name].header if name in self.columns else ""

    def _value(self, found: Found) -> str:
        column = self.columns.get(found.name)
        if column is None:
            return ""
        source, place = (self.frame, found.name), self.positions.get(found.name)
        if self.raw is not None:
            if place is None:
                return ""
            source = (self.raw.frame, f"c{place}")
        frame, label = source
        value = frame[label][int(frame["row"].search_sorted(found.row))]
        return masked(str(value), confidential=column.is_confidential) if value is not None else ""

    def to_bytes(self) -> bytes:
        """The clean columns for keeping between check and writing; the problems are not kept."""
        buffer = io.BytesIO()
        self.frame.select("row", *self.columns, *self.derived).write_ipc(buffer, compression="zstd")
        return json.dumps({"title": self.title, "derived": self.derived}).encode() + b"\n" + buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, columns: Sequence[Any]) -> "Sheet":
        """The sheet that to_bytes kept."""
        head, _newline, body = data.partition(b"\n")
        kept = json.loads(head)
        sheet = cls(kept["title"], pl.read_ipc(io.BytesIO(body)), columns)
        sheet.derived = kept["derived"]
        return sheet


def rows_named(rows: Sequence[int]) -> str:
    """Row numbers for a message: 5、9、12 等."""
    named = "、".join(map(str, rows[:NAMED_ROWS]))
    return named + (_(" 等") if len(rows) > NAMED_ROWS else "")


def masked(value: str, *, confidential: bool) -> str:
    """A cell as problems show it: personal numbers lose their middle, wherever they stand."""
    value = value[:200]
    if confidential:
        hidden = identity.mask_phone(value) if len(value) < identity.OLD_LENGTH else identity.mask(value)
        return hidden if any(character.isdigit() for character in value) else value
    return _LONG_NUMBER.sub(lambda found: _masked_number(found[0]), value)


def _masked_number(number: str) -> str:
    """Agreement and household numbers stay; identity and phone numbers do not."""
    if len(number) == identity.MOBILE_LENGTH and number[0] == "1":
        return identity.mask_phone(number)
    if len(number) in {identity.OLD_LENGTH, identity.LENGTH, identity.CERTIFICATE_LENGTH}:
        return identity.mask(number)
    return number


def _clean(column: Any, frame: pl.DataFrame, cells: str, today: date, cleaned: pl.DataFrame) -> Cleaned:
    if column.free_when is None:
        return _CLEANERS[column.kind](frame, cells, column, today)
    free = column.free_when.of(cleaned, frame[cells])
    strict, problems = _CLEANERS[column.kind](
        frame.with_columns(pl.when(~free).then(pl.col(cells)).alias(cells)), cells, column, today
    )
    loose, loose_problems = cleaning.clean_code(
        frame.with_columns(pl.when(free).then(pl.col(cells)).alias(cells)), cells
    )
    return strict.zip_with(~free, loose.str.to_uppercase()), [*problems, *loose_problems]


def _dated(frame: pl.DataFrame, cells: str, column: Any, today: date) -> Cleaned:
    return cleaning.clean_date(
        frame, cells, today=today, allow_future=column.allow_future, allow_month=column.allow_month
    )


_CLEANERS: dict[ColumnKind, Callable[[pl.DataFrame, str, Any, date], Cleaned]] = {
    ColumnKind.TEXT: lambda frame, cells, column, _: cleaning.clean_text(frame, cells, max_length=column.max_length),
    ColumnKind.CODE: lambda frame, cells, column, _: cleaning.clean_code(frame, cells, max_length=column.max_length),
    ColumnKind.NAME: lambda frame, cells, *_: cleaning.clean_name(frame, cells, required=False),
    ColumnKind.IDENTITY: lambda frame, cells, _, today: cleaning.clean_identity(frame, cells, today=today),
    ColumnKind.PHONE: lambda frame, cells, *_: cleaning.clean_phone(frame, cells),
    ColumnKind.DISABILITY: lambda frame, cells, _, today: cleaning.clean_certificate(frame, cells, today=today),
    ColumnKind.CARD: lambda frame, cells, *_: cleaning.clean_card(frame, cells),
    ColumnKind.DATE: _dated,
    ColumnKind.YES_NO: lambda frame, cells, *_: cleaning.clean_yes_no(frame, cells),
    ColumnKind.NUMBER: lambda frame, cells, column, _: cleaning.clean_number(frame, cells, maximum=column.maximum),
    ColumnKind.AMOUNT: lambda frame, cells, column, _: cleaning.clean_amount(
        frame, cells, allow_negative=column.allow_negative
    ),
    ColumnKind.SEX: lambda frame, cells, *_: cleaning.clean_sex(frame, cells),
    ColumnKind.CHOICE: lambda frame, cells, column, _: cleaning.clean_choice(
        frame, cells, column.meanings, doubtful=column.doubtful_meanings
    ),
    ColumnKind.CHOICES: lambda frame, cells, column, _: cleaning.clean_choices(frame, cells, column.meanings),
}
