"""Guards between an uploaded workbook and the reader: what may be opened at all, and what the reader would lose.

The fast reader reserves memory for the rectangle that the cells span, gives error cells as blanks and rounds long
numbers; so every part is first looked through as a stream of bytes, in bounded memory.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

MAX_ENTRIES = 5_000
MAX_UNPACKED = 1024 * 1024 * 1024  # bytes, all parts together
MAX_RATIO = 100
SMALL_PART = 1024 * 1024  # below this size a part may compress as well as it likes
MAX_SMALL_PART = 8 * 1024 * 1024  # parts that are read whole: the workbook's directory
MAX_COLUMNS = 256
MAX_ROWS = 200_000
MAX_CELLS = 8_000_000
MAX_STRING = 32_767  # characters, the limit of the format itself
MAX_MARKS = 200_000  # error cells, long numbers and merges worth remembering
CHUNK = 1024 * 1024

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
FORBIDDEN_PARTS = (
    ("vbaproject.bin", "macros"),
    ("xl/externallinks/", "external"),
    ("xl/embeddings/", "embedded"),
    ("xl/activex/", "embedded"),
    ("xl/macrosheets/", "macros"),
    ("xl/dialogsheets/", "macros"),
)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT_MAIN = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"


class Refused(Exception):  # noqa: N818 -- says what happens to the file
    """The file is not taken; `code` names the reason, which the parent process puts into words."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(slots=True)
class Marks:
    """What the reader loses, cells by row from 1 and column from 0."""

    replaced: dict[tuple[int, int], str] = field(default_factory=dict)  # cell -> the text to put there
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row, first column, last row, last
    unknown: list[tuple[int, int]] = field(default_factory=list)  # formulas whose results the file does not hold
    hidden: set[int] = field(default_factory=set)  # rows from 1


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet of the workbook: its name, where it stands among all sheets, and its part in the archive."""

    name: str
    position: int
    part: str


def kind_of(data: bytes) -> str:
    """What the bytes are, whatever the file is called: xlsx, xls or csv. Raises Refused for anything known as bad."""
    if not data.strip():
        raise Refused("empty")
    if EICAR in data:
        raise Refused("virus")
    if data.startswith(ZIP):
        return "xlsx"
    if data.startswith(OLE):
        check_old_workbook(data)
        return "xls"
    opening = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doctype", b"<html", b"<table", b"<head", b"<meta", b"<?xml", b"mime-version")):
        raise Refused("web_page")
    if data.startswith((b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf")):
        raise Refused("not_a_sheet")
    return "csv"


def check_old_workbook(data: bytes) -> None:
    """Refuse encrypted files, macros and embedded objects in the compound format, by the names of its streams."""
    if _wide("EncryptedPackage") in data:
        raise Refused("password")
    if _wide("_VBA_PROJECT") in data:
        raise Refused("macros")
    if _wide("Ole10Native") in data:
        raise Refused("embedded")


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The archive of an .xlsx, once its directory has been found harmless. Raises Refused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused("corrupt") from error
    check_directory(archive.infolist())
    if "xl/workbook.xml" not in archive.namelist():
        raise Refused("not_a_sheet")
    return archive


def check_directory(entries: list[zipfile.ZipInfo]) -> None:
    """Limits and forbidden parts, from the archive's directory alone."""
    if len(entries) > MAX_ENTRIES:
        raise Refused("too_many_parts", count=len(entries))
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refused("bomb")
    end, names = 0, set()
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        name = entry.filename.lower()
        if name in names or entry.header_offset < end:
            raise Refused("bomb")
        names.add(name)
        end = entry.header_offset + entry.compress_size
        check_entry(entry, name)


def check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    """One part of the archive: its name, packing and kind."""
    if name.startswith("/") or ".." in name.split("/") or "\\" in entry.orig_filename or "\0" in entry.orig_filename:
        raise Refused("bad_path")
    if entry.flag_bits & 1:
        raise Refused("password")
    if entry.file_size > SMALL_PART and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise Refused("bomb")
    for part, code in FORBIDDEN_PARTS:
        if part in name:
            raise Refused(code)


def chunks_of(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part of the archive a chunk at a time, checked to be plain UTF-8 XML without a document type."""
    tail = b""
    for number, chunk in enumerate(raw_chunks(archive, part)):
        if not number:
            check_encoding(chunk[:400])
        text = tail + chunk
        # One letter is found much faster than two words.
        if b"!" in text and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
            raise Refused("dtd")
        tail = chunk[-16:]
        yield chunk


def raw_chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part of the archive a chunk at a time; any way in which it is broken is one refusal."""
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except (KeyError, OSError, EOFError, ValueError, NotImplementedError, zlib.error, zipfile.BadZipFile) as error:
        raise Refused("corrupt") from error


def check_encoding(opening: bytes) -> None:
    """Only UTF-8, in which a document type declaration cannot hide."""
    declared = re.search(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']+)""", opening)
    if b"\0" in opening or opening.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("dtd")
    if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii"}:
        raise Refused("dtd")


def small_part(archive: zipfile.ZipFile, part: str) -> ET.Element:
    """A small part as a tree."""
    text = bytearray()
    for chunk in chunks_of(archive, part):
        text += chunk
        if len(text) > MAX_SMALL_PART:
            raise Refused("bomb")
    try:
        return ET.fromstring(bytes(text))  # noqa: S314 -- no document type gets this far
    except ET.ParseError as error:
        raise Refused("corrupt") from error


@dataclass(frozen=True, slots=True)
class Directory:
    """The visible worksheets of a workbook in order, and whether its day numbers count from 1904."""

    sheets: list[SheetPart]
    is_1904: bool


def directory_of(archive: zipfile.ZipFile) -> Directory:
    """Read xl/workbook.xml and its relations. Raises Refused."""
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in small_part(archive, "xl/_rels/workbook.xml.rels")
        if relation.get("Type", "").endswith("/worksheet")
    }
    workbook = small_part(archive, "xl/workbook.xml")
    sheets, is_1904 = [], False
    for main in (MAIN, STRICT_MAIN):
        for properties in workbook.iter(f"{main}workbookPr"):
            is_1904 = is_1904 or properties.get("date1904") in {"1", "true"}
        for position, sheet in enumerate(workbook.iter(f"{main}sheet")):
            target = next((relations[value] for name, value in sheet.items() if value in relations), None)
            if target is not None and sheet.get("state", "visible") == "visible":
                part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                sheets.append(SheetPart(sheet.get("name", ""), position, part))
    return Directory(sheets, is_1904)


def scan_strings(archive: zipfile.ZipFile) -> None:
    """Look through the shared strings: their length, and planted signatures."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return
    rest = b""
    for chunk in chunks_of(archive, "xl/sharedStrings.xml"):
        *whole, rest = (rest + chunk).split(b"</si>")
        if len(rest) > CHUNK or max(map(len, whole), default=0) > CHUNK:
            raise Refused("long_text", limit=MAX_STRING)
        if EICAR in chunk:
            raise Refused("virus")


CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(/?)>")
CELL_KIND = re.compile(rb"""\bt=["'](\w+)["']""")
REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
LONG_NUMBER = re.compile(rb"v>(-?[\d.]{16,}|-?[\d.]+[Ee][+-]?\d+)</")
ERROR_CELL = re.compile(rb"""t="e"|t='e'""")
VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b(?=[^>]*\bhidden=["'](?:1|true)["'])[^>]*?\br=["'](\d{1,7})["']""")
FORMULA_ALONE = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*\bref=["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']""")
ROW_END = re.compile(rb"</row>")
ANY_ROW_END = re.compile(rb"</(?:\w+:)?row>|</(?:\w+:)?sheetData>")


class SheetScan:
    """Looks through one worksheet: its size, and the cells that the reader would not give as they are."""

    def __init__(self) -> None:
        self.marks = Marks()
        self.cells = 0

    def run(self, archive: zipfile.ZipFile, part: str) -> Marks:
        """Scan the part whole. Raises Refused."""
        rest = b""
        for chunk in chunks_of(archive, part):
            text = rest + chunk
            cut = text.rfind(b"</row>")
            cut = cut + len(b"</row>") if cut >= 0 else self.cut_inside(text)
            self.look(text[:cut])
            rest = text[cut:]
            if len(rest) > 64 * CHUNK:
                raise Refused("long_text", limit=MAX_STRING)
        self.look(rest)
        return self.marks

    def cut_inside(self, text: bytes) -> int:
        """Where to cut when no row ends here: a wide row, other prefixes, or what follows the rows."""
        ends = [match.end() for match in ANY_ROW_END.finditer(text)]
        if ends:
            return ends[-1]
        self.check_width(text)
        return 0

    def look(self, text: bytes) -> None:
        """Check whole rows."""
        if EICAR in text:
            raise Refused("virus")
        self.cells += text.count(b"<c ") + (text.count(b":c ") if b":" in text else 0)  # one letter is found faster
        if self.cells > MAX_CELLS:
            raise Refused("too_many_cells", limit=MAX_CELLS)
        self.check_rows(text)
        self.note(text)

    def check_rows(self, text: bytes) -> None:
        """The last cell of each row tells how wide it is; only rows that seem too wide are read cell by cell."""
        start = 0
        for match in (ROW_END if b"</row>" in text else ANY_ROW_END).finditer(text):
            end = match.start()
            at = last_cell(text, start, end)
            found = REFERENCE.search(text, at, min(at + 200, end)) if at >= 0 else None
            narrow = found and number_of(found[1]) < MAX_COLUMNS and int(found[2]) <= MAX_ROWS
            if (at >= 0 and not narrow) or end - start > CHUNK:
                self.check_width(text[start:end])
            start = match.end()

    def check_width(self, row: bytes) -> None:
        """Refuse cells with content beyond the limits; formatted blanks out there do no harm."""
        widest, column, previous = 0, -1, None
        for match in CELL.finditer(row):
            if previous is not None and match.start() - previous > CHUNK:
                raise Refused("long_text", limit=MAX_STRING)
            previous = match.start()
            found = REFERENCE.search(match[1])
            column = number_of(found[1]) if found else column + 1
            if match[2]:
                continue
            widest = max(widest, column + 1)
            if found and int(found[2]) > MAX_ROWS:
                raise Refused("too_many_rows", limit=MAX_ROWS)
        if previous is not None and len(row) - previous > CHUNK:
            raise Refused("long_text", limit=MAX_STRING)
        if widest > MAX_COLUMNS:
            raise Refused("too_wide", count=widest, limit=MAX_COLUMNS)

    def note(self, text: bytes) -> None:
        """Remember error cells, rounded numbers, merges, and formulas without a result."""
        for match in ERROR_CELL.finditer(text) if has_error_cell(text) else ():
            if text.rfind(b"<", 0, match.start()) > text.rfind(b">", 0, match.start()):  # inside a tag, not in a text
                value = VALUE.search(text, match.end(), match.end() + 2_000)
                self.mark(text, match.start(), value[1].decode("utf-8", "replace") if value else "#N/A")
        for match in LONG_NUMBER.finditer(text):
            self.mark_number(text, match)
        for match in MERGE.finditer(text) if b"mergeCell" in text else ():
            self.marks.merged.append((int(match[2]), number_of(match[1]), int(match[4]), number_of(match[3])))
        if b"hidden=" in text:
            self.marks.hidden.update(int(match[1]) for match in HIDDEN_ROW.finditer(text))
        for match in FORMULA_ALONE.finditer(text) if b"<f" in text or b":f" in text else ():
            kind, found = CELL_KIND.search(match[1]), REFERENCE.search(match[1])
            if (
                found and not (kind and kind[1] == b"str") and len(self.marks.unknown) < MAX_MARKS
            ):  # an empty text is one
                self.marks.unknown.append((int(found[2]), number_of(found[1])))
        if len(self.marks.replaced) + len(self.marks.merged) > MAX_MARKS:
            raise Refused("too_many_cells", limit=MAX_MARKS)

    def mark_number(self, text: bytes, match: re.Match[bytes]) -> None:
        """A number of more than 15 digits before the point has lost the rest; show it as a spreadsheet does."""
        kind = CELL_KIND.search(text[last_cell(text, 0, match.start()) : match.start()])
        if kind and kind[1] != b"n":
            return
        value = float(match[1])
        if abs(value) >= 1e15:  # noqa: PLR2004 -- sixteen digits
            self.mark(text, match.start(), scientific(value))

    def mark(self, text: bytes, at: int, shown: str) -> None:
        """Remember what to show in the cell around a position."""
        found = REFERENCE.search(text, max(last_cell(text, 0, at), 0), at + 1)
        if not found:
            raise Refused("corrupt")  # a cell without an address could not be told to the person
        self.marks.replaced[int(found[2]), number_of(found[1])] = shown


def has_error_cell(text: bytes) -> bool:
    """Whether the mark of an error cell stands anywhere; the rare single quote is looked for first, as it is faster."""
    return b't="e"' in text or (b"'" in text and b"t='e'" in text)


def last_cell(text: bytes, start: int, end: int) -> int:
    """Where the last cell before `end` begins, or -1."""
    at = text.rfind(b"<c ", start, end)
    return at if at >= 0 else max(text.rfind(opening, start, end) for opening in (b"<c>", b":c ", b":c>"))


def scientific(value: float) -> str:
    """A rounded number the way a spreadsheet shows it: 5.33103199001011E+17."""
    digits, exponent = f"{value:.14E}".split("E")
    return f"{digits.rstrip('0').rstrip('.')}E{int(exponent):+d}"


def number_of(letters: bytes) -> int:
    """The number of a column from 0: A is 0, IV is 255."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
