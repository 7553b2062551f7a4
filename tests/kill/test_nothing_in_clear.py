"""A thousand known identity numbers and phones go through the whole portal; none of them lies in clear on a disk."""

import io
import re
import time
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import xlsxwriter
from django.core.files.base import ContentFile

from tests.exchange.sheets import csv_file, register_row
from tests.factories.patients import identity_number
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
ZIP = b"PK\x03\x04"  # how a workbook begins: numbers in one are not plain bytes


def person(number):
    """A household of its own with a number and a phone that nobody else has."""
    identity = identity_number(number % 400, date(1960, 5, 6 + number // 400))
    return register_row(number, number, 证件号码=identity, 户联系电话=f"1988765{number:04}")


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
    """What must not be found: the identity numbers and phones."""
    return {row[header].encode() for row in rows for header in ("证件号码", "户联系电话")}


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


@pytest.fixture
def peopled(installation, forks, tmp_path_factory):
    """One person is in the register already: an empty portal would fill itself with the demonstration."""
    file = tmp_path_factory.mktemp("first") / "register.csv"
    file.write_bytes(csv_file([register_row(450, 5_000)]))
    done = forks.run(installation, "import_sheet", "register", str(file), "--as", "poverty")
    assert done == 0, installation.log.read_text()
    return installation


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", "7", "号码"])
def test_search_for_numbers_would_find_one(tmp_path, encoding, before):
    known = secrets_of([person(1)])
    text = before + "".join(number.decode() + "。" for number in sorted(known))
    (tmp_path / "planted").write_bytes(b"\x00\xff\x01" + text.encode(encoding))

    assert found(tmp_path, known) == {"planted": known}


def test_imported_numbers_are_nowhere_in_clear(peopled, tmp_path):
    temporary = tmp_path / "temp"
    temporary.mkdir()
    first = [person(number) for number in range(1, PEOPLE + 1)]
    second = [row | {"户联系电话": f"1978765{number:04}"} for number, row in enumerate(first)]
    faulty = [first[0] | {"行政村": "遮天村"}, *first[1:]]
    known = secrets_of(first) | secrets_of(second)
    assert len(known) == 3 * PEOPLE

    with running_portal(tmp_path, peopled.environment | {"TMPDIR": str(temporary)}) as portal:
        visitor = Visitor(urlsplit(portal.url).port)
        assert visitor.post("/accounts/sign-in/", username="poverty", password=PASSWORD).status == 302
        bring_in(visitor, peopled, "register.csv", csv_file(first))
        bring_in(visitor, peopled, "register.xlsx", workbook(second))
        send(visitor, peopled, "faulty.csv", csv_file(faulty), "faulty")
        peopled.shell(EXPORT)
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
    # What is no secret is found, where it is.
    assert "data/healthaid.sqlite3" in found(tmp_path, {first[0]["户编号"].encode()})
    assert found_while_running == {}
    assert found(tmp_path, known) == {}
