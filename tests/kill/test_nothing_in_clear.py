"""A thousand known numbers of identity, phones and cards go through the whole portal; none lies in clear on a disk."""

import io
import re
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import xlsxwriter
from django.core.files.base import ContentFile

from tests.exchange.sheets import csv_file, register_row
from tests.factories.patients import identity_number
from tests.installations import Installation
from tests.kill.conftest import PASSWORD
from tests.kill.visiting import Visitor
from tests.portal import running_portal

pytestmark = pytest.mark.kill

PEOPLE = 1_000
EXPORT = """
from healthaid.accounts.models import User
from healthaid.jobs.actions import enqueue
enqueue(kind="export_sheet", by=User.objects.get(username="poverty"), sheet="register", filters={}, fmt="csv")
"""
SECONDS = 60  # for a step of the worker
RUN = re.compile(rb"[0-9X]{11,}")
# Parts of an identity number as texts hold them, whether masked, dated or alone.
AREA = re.compile(r"(?<![0-9A-Za-z])\d{6}(?![0-9A-Za-z])")
BIRTH = re.compile(r"(?<!\d)((?:19|20)\d\d)\D?(\d\d)\D?(\d\d)(?!\d)")
END = re.compile(r"(?<![0-9A-Za-z])\d{3}[\dX](?![0-9A-Za-z])")  # digests and sealed values hold any digits
ZIP = b"PK\x03\x04"  # how a workbook begins: numbers in one are not plain bytes


def person(number):
    """A household of its own with a number and a phone that nobody else has; no phone ends as a number does."""
    identity = identity_number(number % 400, date(1960, 5, 6 + number // 400))
    return register_row(
        number, number, 证件号码=identity, 户联系电话=f"198{number:04}8765", 社保卡号=f"62179988{number:04}0008765"
    )


def workbook(rows):
    """The rows as an .xlsx file."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, rows[0])
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row.values())
    return out.getvalue()


def secrets_of(rows):
    """What must not be found: the numbers of identity, phones and cards."""
    return {row[header].encode() for row in rows for header in ("证件号码", "户联系电话", "社保卡号")}


def seen(data: bytes, known: set[bytes]) -> set[bytes]:
    """Which of the known numbers stand in the bytes as UTF-8, GB18030 (which write digits alike) or UTF-16."""
    lengths = {len(number) for number in known}
    return {
        run[at : at + length]
        for text in (data, data[::2], data[1::2])  # of UTF-16, digits stand in every other byte
        for run in RUN.findall(text)
        for length in lengths
        for at in range(len(run) - length + 1)
        if run[at : at + length] in known
    }


def found(folder: Path, known: set[bytes]) -> dict[str, set[bytes]]:
    """Known numbers and unsealed workbooks in each file of a folder and below."""
    marks: dict[str, set[bytes]] = {}
    for file in folder.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            marks[str(file.relative_to(folder))] = seen(data, known) | ({ZIP} if ZIP in data else set())
    return {name: numbers for name, numbers in marks.items() if numbers}


def wait_for(installation, query, wanted):
    """Until the query's only value is the wanted one."""
    deadline = time.monotonic() + SECONDS
    while (value := installation.query(query)[0][0]) != wanted:
        assert time.monotonic() < deadline, value
        time.sleep(0.1)


def send(visitor, installation, name, data, state):
    """Upload a file and wait until the worker has judged it; the address of its batch."""
    answer = visitor.upload("/data/sheets/register/upload/", file=ContentFile(data, name=name))
    assert answer.status == 302, answer.body.decode()
    wait_for(installation, "SELECT state FROM exchange_importbatch ORDER BY id DESC LIMIT 1", state)
    return answer.location


def bring_in(visitor, installation, name, data):
    batch = send(visitor, installation, name, data, "checked")
    assert visitor.post(f"{batch}confirm/").status == 302
    wait_for(installation, "SELECT state FROM exchange_importbatch ORDER BY id DESC LIMIT 1", "applied")


def rebuilt(texts: Iterable[str], known: set[str]) -> set[str]:
    """Known numbers that area, birth date and last four, found anywhere in these texts, put together."""
    said = "\n".join(texts)
    areas, dates = set(AREA.findall(said)), {"".join(parts) for parts in BIRTH.findall(said)}
    return {area + born + end for area in areas for born in dates for end in END.findall(said)} & known


def rows_of(installation: Installation) -> Iterator[tuple[str, list[str]]]:
    """Every row of the database with its table: whatever it keeps as text."""
    for (table,) in installation.query("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in installation.query(f'SELECT * FROM "{table}"'):  # noqa: S608 -- the database's own names
            yield table, [value for value in row if isinstance(value, str)]


@pytest.fixture
def peopled(prepared_on_files, forks_on_files, tmp_path, tmp_path_factory):
    """One person is in the register already: an empty portal would fill itself with the demonstration."""
    file = tmp_path_factory.mktemp("first") / "register.csv"
    file.write_bytes(csv_file([register_row(450, 5_000)]))
    installation = prepared_on_files.copy(tmp_path / "data")
    assert forks_on_files.run(installation, "import_sheet", "register", str(file), "--as", "poverty") == 0
    return installation


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", "7", "号码"])
def test_search_for_numbers_would_find_one(tmp_path, encoding, before):
    known = secrets_of([person(1)])
    text = before + "".join(number.decode() + "。" for number in sorted(known))
    (tmp_path / "planted").write_bytes(b"\x00\xff\x01" + text.encode(encoding))

    assert found(tmp_path, known) == {"planted": known}


@pytest.mark.parametrize("born", ["1960-05-07", "19600507", "1960年05月07日"])
def test_search_for_parts_of_numbers_would_find_one(born):
    number = person(400)["证件号码"]

    assert rebuilt([f'{{"identity":[null,"{number[:6]}********{number[-4:]}"]}}', born], {number}) == {number}


def test_imported_numbers_are_nowhere_in_clear(peopled, forks_on_files, tmp_path):
    temporary = tmp_path / "temp"
    temporary.mkdir()
    first = [person(number) for number in range(1, PEOPLE + 1)]
    second = [row | {"户联系电话": f"197{number + 1:04}8765"} for number, row in enumerate(first)]
    faulty = [first[0] | {"行政村": "遮天村"}, *(row | {"出生日期": "1961-01-01"} for row in first[1:50]), *first[50:]]
    known = secrets_of(first) | secrets_of(second)
    assert len(known) == 4 * PEOPLE

    with running_portal(
        tmp_path, peopled.environment | {"TMPDIR": str(temporary)}, "--web", "1", "--workers", "1"
    ) as portal:
        visitor = Visitor(urlsplit(portal.url).port)
        assert visitor.post("/accounts/sign-in/", username="poverty", password=PASSWORD).status == 302
        bring_in(visitor, peopled, "register.csv", csv_file(first))
        bring_in(visitor, peopled, "register.xlsx", workbook(second))
        send(visitor, peopled, "faulty.csv", csv_file(faulty), "faulty")
        forks_on_files.shell(peopled, EXPORT)
        wait_for(peopled, "SELECT state FROM jobs_job WHERE kind = 'export_sheet'", "done")
        person_page = visitor.post("/people/find/", q=first[0]["证件号码"]).location
        assert visitor.get(person_page).status == 200
        ((people, files),) = peopled.query(
            "SELECT (SELECT count(*) FROM patients_person), (SELECT count(*) FROM exchange_storedfile)"
        )
        found_while_running = found(tmp_path, known)

    assert (people, files) == (PEOPLE + 1, 10), (
        "uploads, the lists of their rows, the error file and the export are kept"
    )
    numbers = {row["证件号码"] for row in first}
    assert {table for table, texts in rows_of(peopled) if rebuilt(texts, numbers)} == set()
    # What is no secret is found, where it is.
    assert "data/healthaid.sqlite3" in found(tmp_path, {first[0]["户编号"].encode()})
    assert found_while_running == {}
    assert found(tmp_path, known) == {}
