"""kill -9 while a year is computed anew or confirmed: the run counts as a whole or not at all, and is done again."""

import json
import signal

import pytest

pytestmark = pytest.mark.kill

SEED = """
from datetime import date
from decimal import Decimal
from healthaid.accounts.actions import create_account
from healthaid.accounts.models import User
from healthaid.regions.models import Place
from tests.factories.coverage import entered_bill, local_value
from tests.factories.facilities import HospitalFactory
from tests.factories.patients import HouseholdFactory, PersonFactory, PovertySpellFactory
county = Place.objects.get(level="county")
for name, duty in (("clerk", "insurance"), ("official", "county_official")):
    create_account(by=None, username=name, full_name=name, unit="", duty=duty, place=county, password="Ferry-Across-71")
clerk = User.objects.get(username="clerk")
local_value(county, "critical.deductible.ordinary", 10000)
local_value(county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
hospital = HospitalFactory(parent=county)
for _ in range(3):
    person = PersonFactory(household=HouseholdFactory(village=Place.objects.get(level="village")))
    PovertySpellFactory(person=person)
    for month in (8, 7):
        entered_bill(clerk, person, hospital, served_on=date(2018, month, 1))
"""
COMPUTE = ("reaccount", "--place", "533103", "--year", "2018", "--as", "clerk")
CORRECTIONS = "SELECT count(*) FROM coverage_settlement WHERE run_id IS NOT NULL"
CURRENT = "SELECT count(*) FROM coverage_settlement WHERE is_current"
DUE = "SELECT count(*) FROM coverage_yearaccount WHERE needs_replay"


@pytest.fixture(scope="module")
def owed(prepared, forks, tmp_path_factory):
    """An installation with three people whose year calls for a replay."""
    made = prepared.copy(tmp_path_factory.mktemp("owed") / "data")
    forks.shell(made, SEED)
    return made


@pytest.fixture
def year(owed, tmp_path):
    """A copy of it whose processes may be killed."""
    return owed.copy(tmp_path / "data")


def counted(installation):
    return installation.numbers(CORRECTIONS, CURRENT, DUE)


def test_confirming_killed_in_the_midst_leaves_nothing_half_and_goes_through_again(year, forks):
    assert forks.run(year, *COMPUTE) == 0, year.log.read_text()
    run = json.loads(year.log.read_text().splitlines()[-1])["run"]
    confirm = ("reaccount", "--confirm", str(run), "--as", "official")

    assert forks.run(year, *confirm, KILL_AT="run-partly-confirmed") == -signal.SIGKILL, year.log.read_text()

    assert counted(year) == (0, 6, 3)
    assert forks.run(year, *confirm) == 0, year.log.read_text()
    assert counted(year) == (3, 6, 0)
    assert forks.run(year, "verify_audit") == 0


def test_computing_killed_in_the_midst_proposes_nothing(year, forks):
    assert forks.run(year, *COMPUTE, KILL_AT="run-partly-computed") == -signal.SIGKILL, year.log.read_text()

    assert year.query("SELECT state FROM coverage_settlementrun") == [("computing",)]
    assert forks.run(year, *COMPUTE) == 0, year.log.read_text()
    assert counted(year) == (0, 6, 3)
