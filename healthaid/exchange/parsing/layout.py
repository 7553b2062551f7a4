"""Where the header of a sheet is, which columns it names, and which rows below it are data."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

HEADER_ROWS = 10  # the header stands within so many rows that hold anything
LEAST_LABELS = 3
INVISIBLE = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad*＊]+")
BRACKETED = re.compile(r"[(\[【〔].*?[)\]】〕]")
BRACKETS = re.compile(r"[()\[\]【】〔〕]")
TOTAL = re.compile(r"^(本页)?(合计|总计|小计|共计)")
TAIL = re.compile(
    r"^(填表说明|说明|备注|注[:0-9]|填表人|填报人|填报单位|填报日期|填表日期|审核人|审核|复核人|制表|负责人|单位负责人|"
    r"分管领导|主要领导|经办人|联系电话|签字|签名|盖章|(单位)?\(?盖章)"
)
NUMBER_ROW_WORDS = frozenset({"栏次", "行次", "序号", "甲", "乙", "丙", "丁"})
DAYS = re.compile("日期|时间|年月|出生|日$")  # headers of columns that hold days
DAY_NUMBER = re.compile(r"^[0-9]{5}$")
SHIFT_1904 = 1462  # days between the two calendars of spreadsheets
TAIL_ROWS = 80  # notes under the table stand within so many last rows
NUMBER = re.compile(r"[a-z0-9.+*-]*[0-9][a-z0-9.+*-]*")  # what numbers a person, a household or an institution


@dataclass(frozen=True, slots=True)
class Header:
    """The header found: its last row (index from 0), its texts by column, and label index -> column index."""

    row: int
    texts: dict[int, str]
    columns: dict[int, int]


def plain(text: str | None) -> str:
    """A header's text for comparison: half width, without spaces, line breaks and asterisks."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text or "")).lower()


def keys_of(text: str | None) -> tuple[str, str]:
    """The two forms under which headers are compared: with what stands in brackets, and without (units, hints)."""
    base = plain(text).replace(":", "")
    return BRACKETS.sub("", base), BRACKETS.sub("", BRACKETED.sub("", base))


def find_header(rows: Sequence[Sequence[str | None]], labels: Sequence[Sequence[str]]) -> Header | None:
    """The header among the first rows of a sheet, in one level or two; None when too few labels are known."""
    wanted = [[keys_of(name) for name in names] for names in labels]
    least = min(LEAST_LABELS, len(labels))
    best: Header | None = None
    filled = [number for number, row in enumerate(rows) if any(plain(cell) for cell in row)][:HEADER_ROWS]
    for number in filled:
        above = rows[number - 1] if number - 1 in filled else None
        for texts in header_texts(rows[number], above):
            columns = match(texts, wanted)
            if len(columns) >= least and (best is None or len(columns) > len(best.columns)):
                best = Header(number, {at: shown for at, (shown, _, _) in texts.items()}, columns)
    return best


Texts = dict[int, tuple[str, str, str]]  # column -> as shown, the field alone, group and field joined


def header_texts(row: Sequence[str | None], above: Sequence[str | None] | None) -> Iterator[Texts]:
    """The header as this row alone, and as this row under a row of groups whose cells are merged."""
    yield {at: (flat(cell), cell, cell) for at, cell in enumerate(row) if cell and plain(cell)}
    if above is None:
        return
    joined: Texts = {}
    group = ""
    for at, (upper, lower) in enumerate(zip(above, row, strict=True)):
        if upper and plain(upper):
            group = upper
        if lower and plain(lower):
            shown = f"{flat(group)}/{flat(lower)}" if group else flat(lower)
            joined[at] = (shown, lower, group + lower)
        elif upper and plain(upper):  # merged downwards: a header of one level
            joined[at] = (flat(upper), upper, upper)
            group = ""
    yield joined


def flat(text: str) -> str:
    """A header's text on one line."""
    return " ".join(text.split())


def match(texts: Texts, wanted: Sequence[Sequence[tuple[str, str]]]) -> dict[int, int]:
    """Label index -> column; the strictest comparison goes first, and every column serves one label."""
    forms = {at: (keys_of(joined), keys_of(field)) for at, (_, field, joined) in texts.items()}
    found: dict[int, int] = {}
    taken: set[int] = set()
    for level, form in ((0, 0), (1, 0), (0, 1), (1, 1)):  # joined, then the field alone; each whole, then bare
        for label, names in enumerate(wanted):
            if label in found:
                continue
            for name in names:
                at = next(
                    (at for at, keys in forms.items() if at not in taken and keys[level][form] == name[form]), None
                )
                if at is not None and name[form]:
                    found[label] = at
                    taken.add(at)
                    break
    return found


def data_rows(frame: pl.DataFrame, header: Header, keys: Collection[int] = ()) -> pl.DataFrame:
    """The rows of data below a header: without blanks, number rows, repeated headers, totals and closing notes.

    A row with a number in one of the columns `keys` is no closing note.
    """
    cells = [name for name in frame.columns if name != "row"]
    body = frame.slice(header.row + 1)
    body = body.filter(pl.any_horizontal(pl.col(name).str.strip_chars().str.len_bytes() > 0 for name in cells))
    repeated = repeated_headers(body, header)
    dropped = (
        repeated | beside_headers(body, repeated, frame.head(header.row).drop("row").rows()) | totals(body, header)
    )
    dropped |= closing(body, header, keys)
    return body.filter(~pl.col("row").is_in(list(dropped))) if dropped else body


def beside_headers(body: pl.DataFrame, repeated: Collection[int], head: Sequence[tuple[str | None, ...]]) -> set[int]:
    """The number row under the header and under each repeated one, and what is repeated of the rows above it."""
    rows = [(number, tuple(map(plain, cells))) for number, *cells in body.iter_rows()] if repeated else []
    titles = {tuple(map(plain, cells)) for cells in head}
    found = {number for number, *cells in body.head(1).iter_rows() if is_number_row(cells)}
    for at, (number, _cells) in enumerate(rows):
        if number not in repeated:
            continue
        found.update(below for below, cells in rows[at + 1 : at + 2] if is_number_row(cells))
        for above, cells in reversed(rows[:at]):
            if cells not in titles:
                break
            found.add(above)
    return found


def is_number_row(cells: Sequence[str | None]) -> bool:
    """Whether this is the row 1, 2, 3, … that some forms print under the header."""
    texts = [plain(cell).strip("()").removesuffix(".0") for cell in cells]
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 4]  # noqa: PLR2004
    given = [text for text in texts if text]
    ascending = all(later == earlier + 1 for earlier, later in pairwise(numbers))
    rest = len(given) - len(numbers) - sum(text in NUMBER_ROW_WORDS for text in given)
    return len(numbers) >= LEAST_LABELS and not rest and ascending


def repeated_headers(body: pl.DataFrame, header: Header) -> set[int]:
    """Rows that repeat the header in the middle of the data."""
    columns = list(header.columns.values())
    own = {at: {plain(part) for part in (header.texts[at], header.texts[at].rsplit("/", 1)[-1])} for at in columns}
    first = columns[: LEAST_LABELS * 2]
    suspects = body.filter(
        pl.any_horizontal(
            pl.col(f"c{at}").str.replace_all(r"[\s*]", "").str.to_lowercase().is_in(list(own[at])) for at in first
        )
    )
    return {
        row["row"]
        for row in suspects.iter_rows(named=True)
        if sum(plain(row[f"c{at}"]) in own[at] for at in columns) >= min(LEAST_LABELS, len(columns))
    }


def totals(body: pl.DataFrame, header: Header) -> set[int]:
    """合计 rows: they begin with the word and are mostly blank where data has values."""
    columns = sorted(header.columns.values())
    leading = [f"c{at}" for at in range(min(columns[-1] + 1, 6))]
    suspects = body.filter(pl.any_horizontal(pl.col(name).str.contains("计", literal=True) for name in leading))
    return {
        row["row"]
        for row in suspects.iter_rows(named=True)
        if TOTAL.match(next((plain(row[name]) for name in leading if plain(row[name])), "")) and is_sparse(row, columns)
    }


def closing(body: pl.DataFrame, header: Header, keys: Collection[int]) -> set[int]:
    """Explanations, names and stamps: the thin rows at the very end, from the first that begins like one of them."""
    columns = sorted(header.columns.values())
    cells = [name for name in body.columns if name != "row"]
    found: set[int] = set()
    thin: list[int] = []  # belong to the note above them, if there is one
    for row in reversed(body.tail(TAIL_ROWS).rows(named=True)):
        texts = [plain(row[name]) for name in cells if plain(row[name])]
        is_note = bool(TAIL.match(texts[0]))
        numbered = any(NUMBER.fullmatch(plain(row[f"c{at}"])) for at in keys)
        if numbered or not is_sparse(row, columns) or not (is_note or len(texts) <= LEAST_LABELS):
            break
        thin.append(row["row"])
        if is_note:
            found.update(thin)
            thin.clear()
    return found


def is_sparse(row: dict[str, object], columns: Sequence[int]) -> bool:
    """Whether at most half of the known columns hold something."""
    return sum(bool(plain(str(row[f"c{at}"] or ""))) for at in columns) * 2 <= len(columns)


def fill_merged(
    frame: pl.DataFrame, merged: Sequence[tuple[int, int, int, int]], columns: Collection[int], below: int
) -> pl.DataFrame:
    """Give every row of a merged cell the cell's text, in the columns named; rows at or above `below` stay."""
    for at in columns:
        source = {
            row: first
            for first, left, last, right in merged
            if left <= at <= right and first > below
            for row in range(first + 1, last + 1)
        }
        if source:
            texts = dict(zip(frame["row"], frame[f"c{at}"], strict=True))
            values = {row: texts.get(first) for row, first in source.items()}
            frame = put(frame, at, {row: value for row, value in values.items() if value and not texts.get(row)})
    return frame


def from_1904(body: pl.DataFrame, header: Header, texts: Collection[tuple[int, int]]) -> pl.DataFrame:
    """Bare day numbers of a workbook that counts from 1904, as other workbooks count them; typed texts stay."""
    moved = []
    for at in (at for at, text in header.texts.items() if DAYS.search(plain(text))):
        cell, typed = pl.col(f"c{at}"), [row for row, column in texts if column == at]
        is_number = cell.str.contains(DAY_NUMBER.pattern) & ~pl.col("row").is_in(typed)
        shifted = (cell.cast(pl.Int64, strict=False) + SHIFT_1904).cast(pl.String)
        moved.append(pl.when(is_number).then(shifted).otherwise(cell).alias(f"c{at}"))
    return body.with_columns(moved)


def put(frame: pl.DataFrame, at: int, texts: dict[int, str]) -> pl.DataFrame:
    """Write texts into one column, by row number."""
    if not texts:
        return frame
    given = pl.DataFrame(
        {"row": list(texts), "text": list(texts.values())}, schema={"row": pl.Int64, "text": pl.String}
    )
    joined = frame.select("row").join(given, on="row", how="left", maintain_order="left")
    return frame.with_columns(pl.coalesce(joined["text"], frame[f"c{at}"]).alias(f"c{at}"))


def column_name(at: int) -> str:
    """The letters of a column numbered from 0."""
    name = ""
    while at >= 0:
        at, rest = at // 26 - 1, at % 26
        name = chr(65 + rest) + name
    return name
