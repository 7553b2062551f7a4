"""The old .xls format (BIFF8 in a compound file): what its fast reader loses, found by walking the records.

[MS-CFB] gives the chains of sectors, [MS-XLS] the records.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from scanning import MAX_MARKS, Marks, Refused, scientific

END_OF_CHAIN = 0xFFFFFFFA  # this and everything above is no sector
ENTRY_BYTES = 128
SMALL_STREAM = 4096
BOUNDSHEET, FILEPASS, DATEMODE, MERGED, EOF = 0x85, 0x2F, 0x22, 0xE5, 0x0A
NUMBER, FORMULA, BOOLERR, ROW = 0x203, 0x06, 0x205, 0x208
HIDDEN = 0x20  # among a row's flags
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


@dataclass(slots=True)
class OldBook:
    """Marks by sheet name, and whether day numbers count from 1904."""

    marks: dict[str, Marks] = field(default_factory=dict)
    is_1904: bool = False


def scan(data: bytes) -> OldBook:
    """Walk the workbook's records. Raises Refused for an encrypted or broken file."""
    try:
        stream = workbook_stream(data)
        return walk(stream)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Refused("corrupt") from error


def walk(stream: bytes) -> OldBook:
    """The book's own records, then those of each sheet."""
    book = OldBook()
    sheets: list[tuple[str, int]] = []
    for kind, body in records(stream, 0):
        if kind == FILEPASS:
            raise Refused("password")
        if kind == DATEMODE:
            book.is_1904 = struct.unpack_from("<H", body)[0] == 1
        if kind == BOUNDSHEET:
            sheets.append((sheet_name(body), struct.unpack_from("<I", body)[0]))
    for name, position in sheets:
        book.marks[name] = marks_of(stream, position)
    return book


def sheet_name(body: bytes) -> str:
    """The name in a BOUNDSHEET record: a length, a flag for wide characters, the characters."""
    length, wide = body[6], body[7] & 1
    return body[8 : 8 + length * 2].decode("utf-16-le") if wide else body[8 : 8 + length].decode("latin-1")


def marks_of(stream: bytes, position: int) -> Marks:
    """Error cells, rounded numbers, merges and formulas without results of one sheet."""
    marks = Marks()
    results = 0
    for kind, body in records(stream, position):
        if kind == NUMBER:
            note_number(marks, body, struct.unpack_from("<d", body, 6)[0])
        elif kind == FORMULA:
            results += note_formula(marks, body)
        elif kind == BOOLERR and body[7]:
            note(marks, body, ERRORS.get(body[6], "#N/A"))
        elif kind == ROW and body[12] & HIDDEN:
            marks.hidden.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == MERGED:
            ranges = struct.iter_unpack("<4H", body[2 : 2 + struct.unpack_from("<H", body)[0] * 8])
            marks.merged += [(first + 1, left, last + 1, right) for first, last, left, right in ranges]
        if len(marks.replaced) + len(marks.merged) + len(marks.unknown) > MAX_MARKS:
            raise Refused("too_many_cells", limit=MAX_MARKS)
    if results:  # the program works formulas out, so empty ones are empty
        marks.unknown.clear()
    return marks


def note_formula(marks: Marks, body: bytes) -> bool:
    """Whether the formula has a result; an empty one may never have been worked out."""
    is_number, kind = body[12:14] != b"\xff\xff", body[6]
    if is_number:
        note_number(marks, body, struct.unpack_from("<d", body, 6)[0])
    elif kind == 2:  # noqa: PLR2004 -- an error
        note(marks, body, ERRORS.get(body[8], "#N/A"))
    elif kind == 3:  # noqa: PLR2004 -- an empty text
        marks.unknown.append(place_of(body))
    return is_number or kind != 3  # noqa: PLR2004


def note_number(marks: Marks, body: bytes, value: float) -> None:
    if abs(value) >= 1e15:  # noqa: PLR2004 -- sixteen digits
        note(marks, body, scientific(value))


def note(marks: Marks, body: bytes, shown: str) -> None:
    marks.replaced[place_of(body)] = shown


def place_of(body: bytes) -> tuple[int, int]:
    """The row from 1 and the column from 0 of a record of a cell."""
    row, column = struct.unpack_from("<2H", body)
    return row + 1, column


def records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """The records from a position to the end of their substream; of charts inside, nothing is told."""
    depth = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, position)
        body = stream[position + 4 : position + 4 + length]
        position += 4 + length
        if kind == 0x809:  # noqa: PLR2004 -- BOF
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, body


def workbook_stream(data: bytes) -> bytes:
    """The stream "Workbook" of a compound file. Raises Refused when there is none."""
    shift, small_shift = struct.unpack_from("<2H", data, 30)
    if shift not in {9, 12} or small_shift != 6:  # noqa: PLR2004 -- sectors of 512 or 4096, small ones of 64 bytes
        raise Refused("corrupt")
    size = 1 << shift
    allocation = allocation_table(data, size)
    entries = chain(data, allocation, struct.unpack_from("<I", data, 48)[0], size)
    root = entries[:ENTRY_BYTES]
    for at in range(0, len(entries), ENTRY_BYTES):
        entry = entries[at : at + ENTRY_BYTES]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le")
        if name in {"Workbook", "Book"}:
            first, length = struct.unpack_from("<2I", entry, 116)
            if length >= SMALL_STREAM:
                return chain(data, allocation, first, size)[:length]
            return small_chain(data, allocation, root, first, size)[:length]
    raise Refused("not_a_sheet")


def allocation_table(data: bytes, size: int) -> list[int]:
    """Which sector follows which."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    extra = struct.unpack_from("<I", data, 68)[0]
    seen = 0
    while extra < END_OF_CHAIN and seen <= len(data) // size:
        *more, extra = struct.unpack_from(f"<{size // 4}I", data, (extra + 1) * size)
        sectors += more
        seen += 1
    table: list[int] = []
    for sector in sectors:
        if sector < END_OF_CHAIN:
            table += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return table


def chain(data: bytes, allocation: list[int], sector: int, size: int) -> bytes:
    """The bytes of a chain of sectors."""
    parts: list[bytes] = []
    while sector < END_OF_CHAIN:
        if len(parts) > len(allocation):
            raise Refused("corrupt")  # a ring
        parts.append(data[(sector + 1) * size : (sector + 2) * size])
        sector = allocation[sector]
    return b"".join(parts)


def small_chain(data: bytes, allocation: list[int], root: bytes, sector: int, size: int) -> bytes:
    """The bytes of a chain of small sectors, which lie inside the root entry's stream."""
    container = chain(data, allocation, struct.unpack_from("<I", root, 116)[0], size)
    table_bytes = chain(data, allocation, struct.unpack_from("<I", data, 60)[0], size)
    table = struct.unpack(f"<{len(table_bytes) // 4}I", table_bytes)
    parts: list[bytes] = []
    while sector < END_OF_CHAIN:
        if len(parts) > len(table):
            raise Refused("corrupt")
        parts.append(container[sector * 64 : sector * 64 + 64])
        sector = table[sector]
    return b"".join(parts)
