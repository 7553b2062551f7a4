"""A writer of big plain .xlsx files: whole columns become sheet XML at once, piece by piece into the archive.

Memory stays at some thousand rows whatever the length, and nothing is put on disk on the way, which the usual writers
do to save memory. Every text is an inline string, so nothing in it can run (ECMA-376 18.3.1.53).
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import TracebackType
from typing import IO, Any, Protocol, Self
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from healthaid.exchange.parsing.layout import column_name

SLICE = 2_000  # rows turned into XML at a time
LEVEL = 1  # of compression: nearly three times as fast as the usual 6, a quarter bigger
MAX_TEXT = 32_767  # characters a cell may hold
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ROW = "\0row"  # the row numbers beside a frame; no column of a frame is called so
EPOCH = date(1899, 12, 30)
FIRST_DAY = date(1900, 3, 1)  # earlier days are counted differently by different programs; they are written as text
_UNSHOWABLE = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"


class Sink(Protocol):
    """What a workbook is written to: an open binary file, or a FileWriter."""

    def write(self, data: bytes, /) -> int: ...


class Style:
    """Numbers of the cell formats in the style sheet below."""

    PLAIN, TEXT, DATE, HEADER, REQUIRED, BAD, WARNED, TITLE = range(8)


_FILLS = ("D9E8E6", "F8D7DA", "FFF3CD")
_FORMATS = (  # number format, font, fill
    (0, 0, 0),
    (49, 0, 0),
    (14, 0, 0),
    (49, 1, 2),
    (49, 2, 2),
    (49, 0, 3),
    (49, 0, 4),
    (0, 1, 0),
)
STYLES = (
    f'{HEAD}<styleSheet xmlns="{SPREADSHEET}">'
    '<fonts count="3"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font>'
    '<font><b/><sz val="11"/><color rgb="FFC00000"/><name val="等线"/></font></fonts>'
    '<fills count="5"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    + "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/></patternFill></fill>' for colour in _FILLS
    )
    + '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    f'<cellXfs count="{len(_FORMATS)}">'
    + "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1" '
        'applyFont="1" applyFill="1"/>'
        for number, font, fill in _FORMATS
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True, slots=True)
class Note:
    """A comment at a cell; row from 1, column from 0."""

    row: int
    column: int
    text: str


@dataclass(slots=True)
class SheetEntry:
    """A sheet already written, for the workbook's directory."""

    name: str
    notes: list[Note] = field(default_factory=list)


class Workbook:
    """An .xlsx being written: `with Workbook(out) as book: with book.sheet("…") as sheet: …`."""

    def __init__(self, out: Sink, *, title: str = "", creator: str = "", made_at: datetime | None = None) -> None:
        self.archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)  # type: ignore[call-overload]
        self.entries: list[SheetEntry] = []
        self.title, self.creator, self.made_at = title, creator, made_at

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self._finish()
        self.archive.close()

    def sheet(
        self, name: str, widths: Sequence[int], *, frozen: int = 0, footer: str = "", filter_to: str = ""
    ) -> "SheetWriter":
        """Begin the next sheet; `frozen` rows stay on screen, `filter_to` is the range with filter buttons."""
        self.entries.append(SheetEntry(name[:31]))
        part = self.archive.open(f"xl/worksheets/sheet{len(self.entries)}.xml", "w", force_zip64=True)
        return SheetWriter(part, self.entries[-1], widths, frozen=frozen, footer=footer, filter_to=filter_to)

    def _finish(self) -> None:
        for number, entry in enumerate(self.entries, 1):
            if entry.notes:
                self._write_notes(number, entry.notes)
        for name, text in self._directory().items():
            self.archive.writestr(name, HEAD + text)
        self.archive.writestr("xl/styles.xml", STYLES)

    def _write_notes(self, number: int, notes: Sequence[Note]) -> None:
        self.archive.writestr(f"xl/comments{number}.xml", HEAD + _comments(notes))
        self.archive.writestr(f"xl/drawings/vmlDrawing{number}.vml", _shapes(notes))
        self.archive.writestr(
            f"xl/worksheets/_rels/sheet{number}.xml.rels",
            f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{RELATIONS}/vmlDrawing" Target="../drawings/vmlDrawing{number}.vml"/>'
            f'<Relationship Id="rId2" Type="{RELATIONS}/comments" Target="../comments{number}.xml"/></Relationships>',
        )

    def _directory(self) -> dict[str, str]:
        """The small parts that say what the archive holds."""
        numbered = list(enumerate(self.entries, 1))
        sheets = "".join(
            f'<sheet name={quoteattr(entry.name)} sheetId="{number}" r:id="rId{number}"/>' for number, entry in numbered
        )
        relations = "".join(
            f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            for number, _entry in numbered
        )
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{OFFICE}.worksheet+xml"/>'
            + (
                f'<Override PartName="/xl/comments{number}.xml" ContentType="{OFFICE}.comments+xml"/>'
                if entry.notes
                else ""
            )
            for number, entry in numbered
        )
        stamp = f"{self.made_at:%Y-%m-%dT%H:%M:%SZ}" if self.made_at else ""
        made_at = f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created>' if stamp else ""
        return {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{OFFICE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{OFFICE}.styles+xml"/>'
            '<Override PartName="/docProps/core.xml" '
            f'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{overrides}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
            f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" '
            'Target="docProps/core.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}">'
            f"<sheets>{sheets}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}'
            f'<Relationship Id="rId{len(numbered) + 1}" Type="{RELATIONS}/styles" Target="styles.xml"/>'
            "</Relationships>",
            "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{escape(self.title)}</dc:title><dc:creator>{escape(self.creator)}</dc:creator>"
            f"{made_at}</cp:coreProperties>",
        }


class SheetWriter:
    """One sheet, written from the top down."""

    def __init__(
        self, part: IO[bytes], entry: SheetEntry, widths: Sequence[int], *, frozen: int, footer: str, filter_to: str
    ) -> None:
        self.part, self.entry, self.footer, self.filter_to = part, entry, footer, filter_to
        pane = f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
        columns = "".join(
            f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1)
        )
        self._write(
            f'{HEAD}<worksheet xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}"><sheetViews>'
            f'<sheetView workbookViewId="0">{pane if frozen else ""}</sheetView></sheetViews>'
            f"<cols>{columns}</cols><sheetData>"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            filters = f'<autoFilter ref="{self.filter_to}"/>' if self.filter_to else ""
            printed = escape(f"&C{self.footer.replace('&', '&&')}  &P/&N")  # centred, with page x of y
            footer = f"<headerFooter><oddFooter>{printed}</oddFooter></headerFooter>"
            notes = '<legacyDrawing r:id="rId1"/>' if self.entry.notes else ""
            self._write(f"</sheetData>{filters}{footer if self.footer else ''}{notes}</worksheet>")
        self.part.close()

    def write_row(self, row: int, cells: Sequence[object], styles: Sequence[int] | int = Style.TEXT) -> None:
        """One row (numbered from 1) of texts, blanks left out."""
        chosen = [styles] * len(cells) if isinstance(styles, int) else styles
        made = "".join(
            f'<c r="{column_name(at)}{row}" s="{style}" t="inlineStr">{_inline(str(cell))}</c>'
            for at, (cell, style) in enumerate(zip(cells, chosen, strict=True))
            if cell not in {None, ""}
        )
        self._write(f'<row r="{row}">{made}</row>')

    def write_frame(self, frame: pl.DataFrame, rows: pl.Series, styles: Mapping[str, pl.Expr] | None = None) -> None:
        """Many rows at once, at the row numbers given; `styles` are expressions over the frame with its "row"."""
        numbered = frame.with_columns(rows.cast(pl.String).alias(ROW))
        for part in numbered.iter_slices(SLICE):
            cells = [
                cell(part[name], at, (styles or {}).get(name))
                for at, name in enumerate(frame.columns)
                if _any(part[name])
            ]
            made = part.select(pl.concat_str(pl.lit('<row r="'), ROW, pl.lit('">'), *cells, pl.lit("</row>")))
            self._write("".join(made.to_series()))

    def note(self, note: Note) -> None:
        """Put a comment at a cell."""
        self.entry.notes.append(note)

    def _write(self, text: str) -> None:
        self.part.write(text.encode())


def _any(column: pl.Series) -> bool:
    return column.null_count() < column.len()


def cell(column: pl.Series, at: int, style: pl.Expr | None) -> pl.Expr:
    """The XML of a column's cells, blank where it is null."""
    name = column_name(at)
    value = pl.col(column.name)
    if column.dtype == pl.String:
        return _text_cell(escaped(column), name, style)
    if column.dtype == pl.Date:
        days = (value - pl.lit(EPOCH)).dt.total_days().cast(pl.String)
        old = _text_cell(value.dt.strftime("%Y-%m-%d"), name, style)
        return pl.when(value >= FIRST_DAY).then(_number_cell(days, name, Style.DATE)).otherwise(old)
    return _number_cell(value.cast(pl.String), name, Style.PLAIN)


def _text_cell(text: pl.Expr, name: str, style: pl.Expr | None) -> pl.Expr:
    chosen = pl.lit(f'" s="{Style.TEXT}') if style is None else pl.concat_str(pl.lit('" s="'), style)
    opening = pl.lit('" t="inlineStr"><is><t xml:space="preserve">')
    made = pl.concat_str(pl.lit(f'<c r="{name}'), ROW, chosen, opening, text, pl.lit("</t></is></c>"))
    return made.fill_null("")


def _number_cell(number: pl.Expr, name: str, style: int) -> pl.Expr:
    made = pl.concat_str(pl.lit(f'<c r="{name}'), ROW, pl.lit(f'" s="{style}"><v>'), number, pl.lit("</v></c>"))
    return made.fill_null("")


def escaped(column: pl.Series) -> pl.Expr:
    """The texts of a column as XML; the work is done only where a column needs it."""
    text = pl.col(column.name)
    if (column.str.len_chars() > MAX_TEXT).any():
        text = text.str.head(MAX_TEXT)
    if column.str.contains(_UNSHOWABLE).any():
        text = text.str.replace_all(_UNSHOWABLE, "")
    if column.str.contains_any(["&", "<", ">", "\r"]).any():
        text = text.str.replace_many(["&", "<", ">", "\r"], ["&amp;", "&lt;", "&gt;", "&#13;"])
    return text


def _inline(text: str) -> str:
    return f"<is>{_run(text)}</is>"


def _run(text: str) -> str:
    shown = escape(re.sub(_UNSHOWABLE, "", text)[:MAX_TEXT], {"\r": "&#13;"})
    return f'<t xml:space="preserve">{shown}</t>'


def _comments(notes: Sequence[Note]) -> str:
    entries = "".join(
        f'<comment ref="{column_name(note.column)}{note.row}" authorId="0"><text>{_run(note.text)}</text></comment>'
        for note in notes
    )
    authors = "<authors><author></author></authors>"
    return f'<comments xmlns="{SPREADSHEET}">{authors}<commentList>{entries}</commentList></comments>'


def _shapes(notes: Sequence[Note]) -> str:
    """The boxes that comments are shown in; spreadsheets do not show a comment without its box."""
    boxes = "".join(
        f'<v:shape id="_x0000_s{1025 + number}" type="#_x0000_t202" fillcolor="#ffffe1" o:insetmode="auto" '
        'style="position:absolute;width:200pt;height:70pt;visibility:hidden">'
        '<v:fill color2="#ffffe1"/><v:textbox/><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{_anchor(note)}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{note.row - 1}</x:Row><x:Column>{note.column}</x:Column></x:ClientData></v:shape>"
        for number, note in enumerate(notes)
    )
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
        '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
        'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
        f'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>{boxes}</xml>'
    )


def _anchor(note: Note) -> str:
    """Left column, offset, top row, offset, right column, offset, bottom row, offset."""
    parts: list[Any] = [note.column + 1, 15, max(note.row - 2, 0), 10, note.column + 4, 15, note.row + 3, 4]
    return ", ".join(map(str, parts))
