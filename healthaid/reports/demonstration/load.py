"""The demonstration county from nothing to its monthly reports, in one transaction."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from django.db import transaction
from django.utils import timezone

from facilities.models import CareTeam
from healthaid.accounts.models import User
from healthaid.regions.actions import load_places
from healthaid.regions.divisions import divisions
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode
from healthaid.regions.selectors import place_by_code
from healthaid.reports.actions import count_month
from healthaid.reports.demonstration.accounts import LOADER, POSTS, Places, close_loader, open_accounts, open_loader
from healthaid.reports.demonstration.advances import load_advances
from healthaid.reports.demonstration.bills import load_bills
from healthaid.reports.demonstration.contracts import import_contracts
from healthaid.reports.demonstration.departures import let_some_leave
from healthaid.reports.demonstration.facilities import Institutions, check_clinics, register_institutions
from healthaid.reports.demonstration.illnesses import import_illnesses, open_cases
from healthaid.reports.demonstration.insurance import import_cards, import_enrolments, set_premiums
from healthaid.reports.demonstration.sheets import import_workbook
from healthaid.reports.domain import previous_month
from patients.models import Person
from patients.synthetic.register import DEMONSTRATION, County, register
from patients.synthetic.workbook import synthetic_county, write_register

COUNTY, TOWNSHIP, VILLAGE = "533103", "533103101", "533103101201"
SEED = 2018
MONTHS = 6  # complete months with a report

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """What the demonstration is made on, and who makes it."""

    places: Places
    users: dict[str, User]
    loader: User
    today: date
    rng: Random


def is_needed() -> bool:
    """Whether the database holds nobody yet: no people, and none of the demonstration's accounts."""
    names = [LOADER, *(post.username for post in POSTS)]
    return not (Person.objects.exists() or User.objects.filter(username__in=names).exists())


@transaction.atomic
def load(*, people: int, password: str, say: Say) -> dict[str, User]:
    """Make everything; the accounts by name. All or nothing, so a broken load can simply be started again."""
    now = timezone.now()
    today = timezone.localdate(now)
    load_places(divisions())
    places = _places()
    stage = Stage(
        places,
        open_accounts(places, password, today),
        open_loader(places, today),
        today,
        Random(SEED),  # noqa: S311 -- made-up data, no secrets
    )
    institutions = register_institutions(
        by=stage.loader, prefecture=places.prefecture, county=places.county, rng=stage.rng
    )
    checks = check_clinics(by=stage.loader, clinics=institutions.clinics, today=today, rng=stage.rng)
    say(f"{len(institutions.clinics)} village clinics, {checks} checks")
    if people:
        _load_people(stage, institutions, people, say)
    close_loader(stage.loader)
    for month in _months(today):
        count_month(by=stage.users["county"], place=places.county, month=month, now=now)
    return stage.users


def _places() -> Places:
    county = place_by_code(COUNTY)
    prefecture = county.parent
    country = Place.objects.get(parent=None, level=Level.COUNTRY)
    return Places(country, prefecture, county, place_by_code(TOWNSHIP), place_by_code(VILLAGE))  # type: ignore[arg-type]


def _load_people(stage: Stage, institutions: Institutions, people: int, say: Say) -> None:
    county = synthetic_county(stage.places.county)
    rows = list(register(county, people=people, seed=SEED, on=stage.today, block=DEMONSTRATION))
    _import_register(stage, county, people)
    say(f"{people} people")
    ill = import_illnesses(by=stage.users["cdc"], people=rows, today=stage.today, rng=stage.rng)
    hospitals = [hospital.pk for hospital in institutions.hospitals]
    cases = open_cases(by=stage.users["cdc"], hospitals=hospitals, today=stage.today, rng=stage.rng)
    say(f"{ill} illnesses, {cases} treatment files")
    contracts = import_contracts(
        by=stage.loader,
        county=stage.places.county,
        people=rows,
        teams=_teams_by_code(institutions),
        today=stage.today,
        rng=stage.rng,
    )
    set_premiums(
        enters=stage.users["insurance"], confirms=stage.users["county"], county=stage.places.county, today=stage.today
    )
    enrolled = import_enrolments(by=stage.users["insurance"], people=rows, today=stage.today)
    cards = import_cards(by=stage.users["insurance"], today=stage.today)
    say(f"{enrolled} enrolments, {cards} special-disease cards")
    bills = load_bills(
        enters=stage.users["insurance"], confirms=stage.users["county"], county=stage.places.county, today=stage.today
    )
    agreements, payouts = load_advances(by=stage.users["insurance"], today=stage.today)
    say(f"{bills} bills, {agreements} agreements to pay later, {payouts} payouts of funds")
    left = let_some_leave(by=stage.loader, today=stage.today, rng=stage.rng)
    say(f"{contracts} contracts, {left} people died or moved away")


def _import_register(stage: Stage, county: County, people: int) -> None:
    workbook = io.BytesIO()
    write_register(county, workbook, people=people, seed=SEED, on=stage.today, block=DEMONSTRATION)
    import_workbook(by=stage.users["poverty"], kind="register", data=workbook.getvalue())


def _teams_by_code(institutions: Institutions) -> dict[str, CareTeam]:
    codes = PlaceCode.objects.filter(place__in=institutions.teams, system=CodeSystem.STATISTICS, valid_to=None)
    return {code: institutions.teams[place] for place, code in codes.values_list("place", "code")}


def _months(today: date) -> list[date]:
    """The first days of the last complete months, oldest first."""
    months = [previous_month(today.replace(day=1))]
    while len(months) < MONTHS:
        months.append(previous_month(months[-1]))
    return months[::-1]
