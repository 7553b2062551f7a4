"""Files in the database: cut into pieces, each sealed before it is written, so that nothing lies in clear on a disk."""

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from django.db import transaction

from healthaid.core.vault import vault
from healthaid.exchange.models import FilePiece, StoredFile

PIECE_BYTES = 1024 * 1024  # in clear
NAME_LENGTH = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
ARROW = "application/vnd.apache.arrow.file"


def store(name: str, content_type: str, data: bytes) -> StoredFile:
    """Keep the bytes sealed; the name is only what a person sees and never a path."""
    with transaction.atomic(), FileWriter(name, content_type) as out:
        out.write(data)
    return out.file


def read(file: StoredFile) -> bytes:
    """The whole file in clear. Raises Unsealable when a piece was changed or moved."""
    return b"".join(pieces(file))


def pieces(file: StoredFile) -> Iterator[bytes]:
    """The file in clear, a piece of at most one mebibyte at a time."""
    for piece in FilePiece.objects.filter(file=file).order_by("number").iterator(chunk_size=4):
        yield _open(piece, file)


def erase(file: StoredFile) -> None:
    """Delete a file with its pieces; nothing may point at it any more."""
    file.delete()


class FileWriter:
    """Seals and keeps what is written to it, so that a big export never stands whole in memory.

    `with FileWriter(name, content_type) as out: out.write(...)`; afterwards `out.file` is the stored file. Leaving with
    an error deletes what was kept so far.
    """

    def __init__(self, name: str, content_type: str) -> None:
        self.file = StoredFile.objects.create(name=safe_name(name), content_type=content_type)
        self._waiting = bytearray()
        self._count = 0
        self._position = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            self.file.delete()
            return
        self._keep(PIECE_BYTES, all_of_it=True)
        self.file.size = self._position
        self.file.save(update_fields=("size",))

    def write(self, data: bytes) -> int:
        """Append bytes; as of any binary file, the answer is how many."""
        self._waiting += data
        self._position += len(data)
        self._keep(PIECE_BYTES)
        return len(data)

    def tell(self) -> int:
        """How many bytes were written."""
        return self._position

    def flush(self) -> None:
        """Nothing to do: pieces are kept as they fill."""

    def _keep(self, size: int, *, all_of_it: bool = False) -> None:
        while len(self._waiting) >= size or (all_of_it and self._waiting):
            clear = bytes(self._waiting[:size])
            del self._waiting[:size]
            sealed = _seal(clear, self.file, self._count)
            FilePiece.objects.create(file=self.file, number=self._count, sealed=sealed)
            self._count += 1


def reseal(file: StoredFile) -> None:
    """Seal every piece anew under the current key, for key rotation."""
    for piece in FilePiece.objects.filter(file=file).order_by("number").iterator(chunk_size=4):
        piece.sealed = _seal(_open(piece, file), file, piece.number)
        piece.save(update_fields=("sealed",))


def safe_name(name: str) -> str:
    """A file name without path, control or direction-changing characters, its ending kept when it must be cut."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(character for character in base if character.isprintable()).strip() or "file"
    stem, dot, ending = base.rpartition(".")
    if not dot or len(ending) > 10:  # noqa: PLR2004 -- longer than any ending we read or write
        return base[:NAME_LENGTH]
    return f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}"


def _context(file: StoredFile, number: int) -> str:
    return f"exchange_filepiece.sealed:{file.seal_id}:{number}"


def _seal(clear: bytes, file: StoredFile, number: int) -> bytes:
    key = vault().current
    return f"{key}:".encode() + vault().seal_bytes(clear, _context(file, number))


def _open(piece: FilePiece, file: StoredFile) -> bytes:
    key, _, sealed = bytes(piece.sealed).partition(b":")
    return vault().open_bytes(sealed, _context(file, piece.number), key.decode())
