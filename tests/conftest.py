"""The named people, around one village."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from xdist.scheduler import LoadFileScheduling

from healthaid.accounts.enums import Duty
from healthaid.accounts.models import User
from healthaid.exchange import reading
from healthaid.regions.models import Place
from tests.factories.accounts import appointed
from tests.factories.regions import PlaceFactory, line_of_places
from tests.warm_child import WarmChild

# Each file is run whole by one process: the longest start first, so that no core is idle at the end. The journeys go
# together, for they share a portal, and so do the kills, for they share an installation.
JOURNEYS = (
    "browser/test_bill_journeys.py",
    "browser/test_coverage_journeys.py",
    "browser/test_lists.py",
    "browser/test_county_journey.py",
)
LONG_FILES = (
    *JOURNEYS,
    "access/test_foreign_rows.py",
    "access/test_matrix.py",
    "access/test_crawl.py",
    "access/test_markup.py",
    "kill/test_import_worker_kill.py",
    "kill/test_import_kill.py",
    "kill/test_run_kill.py",
    "kill/test_web_kill.py",
    "kill/test_worker_kill.py",
    "access/test_bodies.py",
    "core/test_serve.py",
    "core/test_backups.py",
    "reports/test_load_demo.py",
    "kill/test_nothing_in_clear.py",
    "exchange/test_reading.py",
    "patients/test_register_sheet.py",
)
TODAY = date(2018, 6, 10)  # a Sunday in the month that most tests are about; every posting is held that day


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, the others as they were found."""
    here = Path(__file__).parent
    turns = {here / file: turn for turn, file in enumerate(LONG_FILES)}
    items.sort(key=lambda item: turns.get(item.path, len(turns)))


def pytest_collection_finish() -> None:
    """Looking again and again through all that was loaded for rubbish took a tenth of the suite's time."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


class WholeFiles(LoadFileScheduling):
    """Files are shared out among the processes of a parallel run."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if file.endswith(JOURNEYS):
            return "journeys"
        if file.endswith("races.py"):
            return "races"  # one after the other: each takes half of a server's connections
        return "kills" if "/kill/" in file else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles:
    """In the place of `--dist loadfile`."""
    return WholeFiles(config, log)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit are cleaned up by emptying the tables, which PostgreSQL refuses for the audit record."""
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(import_module("healthaid.audit.migrations.0003_no_truncate").BACK)


@pytest.fixture(scope="module")
def standing_rows(django_db_setup, django_db_blocker):
    """What a file's fixtures write behind this one stands for all its tests, and goes with the last of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session", autouse=True)
def warm_child():
    """Sheets are read by a child that need not load its readers; tests about the child itself start a cold one."""
    child = WarmChild(reading.CHILD)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "run_child", child)
        yield
    child.stop()


@dataclass(slots=True)
class People:
    """Places around the village `here`, and who works where."""

    country: Place
    province: Place
    prefecture: Place
    county: Place
    township: Place
    here: Place  # the village
    next_door: Place  # another village of the same township
    other_township: Place  # of the same county
    elsewhere: Place  # its village
    other_county: Place
    far_township: Place
    far_away: Place  # a village of the other county

    signer: User  # village doctor here
    reader: User  # only reads, here
    neighbour: User  # reads here, signs next door
    outsider: User  # village doctor elsewhere, with every right there that the signer has here
    worker: User  # the township's health worker
    other_worker: User  # the other township's
    poverty: User  # the county's poverty office
    official: User  # the county's official
    hospital: User  # case manager for the county
    cdc: User
    insurance: User
    civil: User
    prefecture_reader: User  # reads the whole prefecture
    far_poverty: User  # the other county's poverty office
    auditor: User  # the county's
    admin: User  # the county's
    nobody: User  # an account without a posting


@pytest.fixture
def people(db) -> People:
    """The named people of this test."""
    return named_people()


def named_people() -> People:
    """One county with two townships, its neighbour county, and a person for every duty."""
    country, province, prefecture, county, township, here = line_of_places(
        "中国", "试点省", "试点州", "芒坝市", "芒坝镇", "芒坝村"
    )
    next_door = PlaceFactory(parent=township, name="弄坎村")
    other_township, elsewhere = line_of_places("遮冒乡", "遮冒村", parent=county)
    other_county, far_township, far_away = line_of_places("瑞坝市", "姐坝镇", "姐坝村", parent=prefecture)
    return People(
        country=country,
        province=province,
        prefecture=prefecture,
        county=county,
        township=township,
        here=here,
        next_door=next_door,
        other_township=other_township,
        elsewhere=elsewhere,
        other_county=other_county,
        far_township=far_township,
        far_away=far_away,
        signer=appointed("signer", (Duty.VILLAGE_DOCTOR, here), full_name="岩医生"),
        reader=appointed("reader", (Duty.READER, here), full_name="查阅员"),
        neighbour=appointed("neighbour", (Duty.READER, here), (Duty.VILLAGE_DOCTOR, next_door), full_name="邻村医生"),
        outsider=appointed("outsider", (Duty.VILLAGE_DOCTOR, elsewhere), full_name="外乡医生"),
        worker=appointed("worker", (Duty.TOWNSHIP_WORKER, township), full_name="乡镇专干"),
        other_worker=appointed("other_worker", (Duty.TOWNSHIP_WORKER, other_township), full_name="外乡专干"),
        poverty=appointed("poverty", (Duty.POVERTY_OFFICE, county), full_name="扶贫办"),
        official=appointed("official", (Duty.COUNTY_OFFICIAL, county), full_name="县级主管"),
        hospital=appointed("hospital", (Duty.CASE_MANAGER, county), full_name="个案管理员"),
        cdc=appointed("cdc", (Duty.CDC, county), full_name="疾控员"),
        insurance=appointed("insurance", (Duty.INSURANCE, county), full_name="医保员"),
        civil=appointed("civil", (Duty.CIVIL_AFFAIRS, county), full_name="民政员"),
        prefecture_reader=appointed("prefecture_reader", (Duty.READER, prefecture), full_name="州级查阅员"),
        far_poverty=appointed("far_poverty", (Duty.POVERTY_OFFICE, other_county), full_name="邻县扶贫办"),
        auditor=appointed("auditor", (Duty.AUDITOR, county), full_name="审计员"),
        admin=appointed("admin", (Duty.ADMINISTRATOR, county), full_name="管理员"),
        nobody=appointed("nobody", full_name="无岗位"),
    )


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser window in which somebody is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
