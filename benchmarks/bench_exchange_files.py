"""Reading a county's sheet and writing it out, beside the usual libraries; the reader's memory is printed too."""

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from xml.parsers import expat

import openpyxl
from django.conf import settings
from django.core.management import call_command
from import_export.resources import modelresource_factory
from measuring import Bench, Goal, Way

from healthaid.accounts.models import Posting, User
from healthaid.exchange import actions, registry
from healthaid.exchange.reading import CHILD, CPU_SECONDS, MEMORY_BYTES, read_workbook
from healthaid.regions.models import PlaceCode
from patients.models import Person

DATABASES = ("sqlite",)
PEOPLE, PART = 60_000, 2_000
COUNTY = "533103"
MEBIBYTE = 1024 * 1024


def benches() -> Iterator[Bench]:
    """The reader first, for it needs no rows; then the same people in the database, written out."""
    call_command("load_places", verbosity=0)
    whole, part = workbook(PEOPLE), workbook(PART)
    yield reading(whole, part)
    print(f"  the parsing child took {peak_of_child(whole):.0f} MB, its limit is {MEMORY_BYTES // MEBIBYTE} MB")
    yield writing(whole)
    print(f"  an export of its own process took {peak_of_export():.0f} MB above an idle process")


def workbook(people: int) -> bytes:
    """A register as a county sends it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.xlsx"
        call_command("generate_register", str(file), county=COUNTY, people=people, seed=7, verbosity=0)
        return file.read_bytes()


def reading(whole: bytes, part: bytes) -> Bench:
    """All rows by our reader, guards and child process included; a part by openpyxl, which import-export calls."""
    labels = registry.sheet("register").labels()
    return Bench(
        f"reading a register of {PEOPLE:,} people, guarded, in a child process",
        [
            Way("XML scanned by expat, nothing kept", lambda: scan(whole), PEOPLE),
            Way("read_workbook", lambda: read_workbook(whole, "register.xlsx", labels), PEOPLE),
            Way("openpyxl, read only", lambda: by_openpyxl(part), PART),
        ],
        [Goal("read_workbook", of="openpyxl, read only", at_most=1 / 4)],
        unit="rows",
    )


def scan(data: bytes) -> None:
    """The floor: every byte of the sheet seen once by a parser in C."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        expat.ParserCreate().Parse(archive.read("xl/worksheets/sheet1.xml"), True)


def by_openpyxl(data: bytes) -> int:
    """Every cell as a value."""
    rows = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets[0].iter_rows(values_only=True)
    return sum(1 for _row in rows)


def writing(whole: bytes) -> Bench:
    """The register with its sealed numbers opened and codes named; django-import-export on a part, nothing opened."""
    user = clerk()
    batch = actions.receive(by=user, kind="register", name="register.xlsx", data=whole)
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    actions.apply(batch_id=actions.approve(by=user, batch=batch).pk)
    sheet, usual = registry.sheet("register"), modelresource_factory(Person)()
    some = Person.objects.filter(pk__in=list(Person.objects.values_list("pk", flat=True)[:PART]))

    def ours(form: str) -> None:
        actions.export_to(by=user, resource=sheet, filters={}, fmt=form, out=Away())

    return Bench(
        f"exporting {PEOPLE:,} people",
        [
            Way("export_sheet, xlsx", lambda: ours("xlsx"), PEOPLE),
            Way("export_sheet, csv", lambda: ours("csv"), PEOPLE),
            Way("django-import-export, xlsx", lambda: usual.export(some.select_related("household")).xlsx, PART),
        ],
        [Goal("export_sheet, xlsx", of="django-import-export, xlsx", at_most=1 / 10)],
        unit="rows",
    )


def clerk() -> User:
    """An account of the county's poverty office."""
    user = User.objects.create(username="clerk", full_name="王芳", unit="扶贫办")
    place = PlaceCode.objects.filter(code=COUNTY).first().place
    Posting.objects.create(user=user, duty="poverty_office", place=place, starts_on=date(2018, 1, 1))
    return user


class Away:
    """A file that keeps nothing."""

    def write(self, data: bytes) -> int:
        return len(data)

    def flush(self) -> None:
        """Nothing to do."""


# A process counts the memory of the one that started it, so a small one stands between.
BETWEEN = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdin=sys.stdin, stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def peak_of(command: Sequence[str], given: bytes = b"") -> float:
    """The most memory that a command holds, in MB."""
    between = (sys.executable, "-c", BETWEEN, *command)
    return float(subprocess.run(between, input=given, capture_output=True, check=True).stdout)


def peak_of_child(data: bytes) -> float:
    """The most memory of the parsing child, in MB."""
    labels = registry.sheet("register").labels()
    request = {"labels": labels, "fill_down": [], "keys": [], "memory": MEMORY_BYTES, "seconds": CPU_SECONDS}
    return peak_of((sys.executable, "-I", str(CHILD)), json.dumps(request).encode() + b"\n" + data)


def peak_of_export() -> float:
    """What exporting adds to the memory of a process with everything loaded, in MB."""
    manage = (sys.executable, str(settings.BASE_DIR / "manage.py"))
    with tempfile.TemporaryDirectory() as folder:
        exporting = peak_of((*manage, "export_sheet", "register", f"{folder}/out.xlsx", "--as", "clerk"))
    return exporting - peak_of((*manage, "check"))
