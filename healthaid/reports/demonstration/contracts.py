"""Family-doctor contracts of the made-up people: most signed in winter, the rest through the year."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from random import Random

from facilities.models import CareTeam
from healthaid.accounts.models import User
from healthaid.regions.models import Place
from healthaid.reports.demonstration.sheets import import_rows
from patients.enums import KeyGroup
from patients.synthetic.register import Row
from signing.actions import next_numbers
from signing.enums import Package

SHARE = 0.93  # of people who signed
PACKAGES = {
    KeyGroup.HYPERTENSION: Package.CHRONIC,
    KeyGroup.DIABETES: Package.CHRONIC,
    KeyGroup.PREGNANT: Package.MATERNAL,
    KeyGroup.CHILD: Package.CHILD,
    KeyGroup.ELDERLY: Package.ELDERLY,
    KeyGroup.DISABLED: Package.DISABLED,
}


def import_contracts(
    *, by: User, county: Place, people: Sequence[Row], teams: Mapping[str, CareTeam], today: date, rng: Random
) -> int:
    """Sign most people with the team of their village, by its code; how many."""
    rows = [_row(person, teams[person["village_code"]], today, rng) for person in people if rng.random() < SHARE]
    _number(rows, county)
    return import_rows(by=by, kind="contracts", rows=rows).new_count


def _number(rows: Sequence[Row], county: Place) -> None:
    """Give the contracts the county's next numbers of their year, in the order of signing."""
    by_year = groupby(sorted(rows, key=itemgetter("starts_on")), key=lambda row: row["starts_on"].year)
    for year, signed in by_year:
        contracts = list(signed)
        for row, number in zip(contracts, next_numbers(county, year, len(contracts)), strict=True):
            row["number"] = number


def _row(person: Row, team: CareTeam, today: date, rng: Random) -> Row:
    ago = rng.randint(200, 330) if rng.random() < 0.8 else rng.randint(1, 200)
    starts_on = max(today - timedelta(days=ago), person["identified_on"])
    groups = person["key_groups"].split(",")
    packages = (package for group, package in PACKAGES.items() if group.value in groups)
    return {
        "identity": person["identity"],
        "name": person["name"],
        "facility": team.facility.name,
        "team": team.name,
        "package": next(packages, Package.BASIC),
        "starts_on": starts_on,
    }
