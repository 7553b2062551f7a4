import secrets

import pytest

from healthaid.core.vault import Unsealable
from healthaid.exchange import files
from healthaid.exchange.files import PIECE_BYTES, FileWriter
from healthaid.exchange.models import FilePiece, StoredFile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_file_comes_back_as_it_was_stored(size):
    data = secrets.token_bytes(size)

    file = files.store("花名册.xlsx", files.XLSX, data)

    assert files.read(file) == data
    assert file.size == size
    assert file.pieces.count() == -(-size // PIECE_BYTES)


def test_file_lies_sealed_in_the_database():
    files.store("a.csv", files.CSV, b"533103199003070015" * 1000)

    assert all(b"533103199003070015" not in bytes(piece.sealed) for piece in FilePiece.objects.all())


def test_piece_does_not_open_in_another_place():
    one = files.store("a.csv", files.CSV, secrets.token_bytes(2 * PIECE_BYTES))
    two = files.store("b.csv", files.CSV, b"x")
    first, second = FilePiece.objects.filter(file=one)
    stolen = first.sealed

    FilePiece.objects.filter(pk=second.pk).update(sealed=stolen)
    FilePiece.objects.filter(file=two).update(sealed=stolen)

    for file in (one, two):
        with pytest.raises(Unsealable):
            files.read(file)


def test_writer_keeps_what_is_written_in_small_parts():
    with FileWriter("a.bin", "application/octet-stream") as out:
        for _ in range(300):
            out.write(b"x" * 10_000)

    assert files.read(out.file) == b"x" * 3_000_000
    assert [len(piece) for piece in files.pieces(out.file)] == [PIECE_BYTES, PIECE_BYTES, 3_000_000 - 2 * PIECE_BYTES]


def test_writer_leaves_nothing_behind_after_an_error():
    def breaks_off():
        with FileWriter("a.bin", "application/octet-stream") as out:
            out.write(b"x" * 2 * PIECE_BYTES)
            raise KeyError

    with pytest.raises(KeyError):
        breaks_off()

    assert not StoredFile.objects.exists()
    assert not FilePiece.objects.exists()


def test_erased_file_takes_its_pieces_along():
    files.erase(files.store("a.csv", files.CSV, b"x"))

    assert not FilePiece.objects.exists()


def test_resealed_file_opens_and_looks_different():
    file = files.store("a.csv", files.CSV, b"x")
    before = bytes(file.pieces.get().sealed)

    files.reseal(file)

    assert bytes(file.pieces.get().sealed) != before
    assert files.read(file) == b"x"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("花名册.xlsx", "花名册.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\文档\\花名册.xls", "花名册.xls"),
        ("a\0b\nc.csv", "abc.csv"),
        ("a\u202exslx.exe", "axslx.exe"),
        ("", "file"),
        ("名" * 300 + ".xlsx", "名" * 195 + ".xlsx"),
    ],
)
def test_names_are_only_names(name, kept):
    assert files.safe_name(name) == kept
