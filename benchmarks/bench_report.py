"""The month of a county: 60,000 people in 120 villages, beside a bare scan of the same tables."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from measuring import Bench, Goal, Way

from facilities.models import CareTeam, ClinicCheck, Facility
from healthaid.accounts.models import User
from healthaid.coverage.models import Enrolment, YearAccount
from healthaid.coverage.selectors.income_line import INCOME
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.regions.actions import add_place
from healthaid.regions.models import Place, PlaceCode
from healthaid.reports.actions import count_month
from healthaid.reports.counting import count_places
from healthaid.reports.indicators import INDICATORS, Fact
from healthaid.reports.models import MonthlyReport
from healthaid.reports.selectors.figures import branch
from healthaid.reports.selectors.targets import measures_at
from patients.models import Condition, CriticalCase, Household, Person, PovertySpell
from signing.models import Contract

DATABASES = ("sqlite", "postgresql")
PEOPLE, VILLAGES, TOWNSHIPS, FAMILY = 60_000, 120, 12, 4
MONTH, END = date(2018, 6, 1), date(2018, 6, 30)
SIGNED, INSURED, NOT_LIFTED, SICK, ILL = 0.95, 0.99, 0.5, 0.012, 0.2  # shares of the people
BATCH = 2_000
SCANS = (  # columns without an index, so that the rows themselves are read
    (Household, "main_cause"),
    (Person, "born_on"),
    (PovertySpell, "starts_on"),
    (Contract, "ends_on"),
    (Condition, "state"),
    (Enrolment, "enrolled_on"),
    (YearAccount, "updated_at"),
)
ONE_BY_ONE = 2  # villages counted the naive way


def benches() -> Iterator[Bench]:
    county = make_county()
    small = make_county(people=2_000, villages=10, mark="S")
    for place, villages in ((small, 10), (county, VILLAGES)):
        with CaptureQueriesContext(connection) as queries:
            count_places(place.path, END, measures_at(place, END))
        print(f"  {len(queries)} queries to count {villages} villages")
    villages = list(Place.objects.filter(path__startswith=county.path, level="village")[:ONE_BY_ONE])
    yield Bench(
        f"a county's month, {PEOPLE:,} people in {VILLAGES} villages",
        [
            Way("bare scan of seven tables", scan),
            Way("count every place", lambda: count_places(county.path, END, measures_at(county, END))),
            Way("count, keep and record", lambda: keep(county)),
        ],
        [
            Goal("count every place", "bare scan of seven tables", 25),
            Goal("count, keep and record", "count every place", 1.5),
        ],
    )
    places = 1 + TOWNSHIPS + VILLAGES
    yield Bench(
        "a place's figures",
        [
            Way("all places in one pass", lambda: count_places(county.path, END, measures_at(county, END)), places),
            Way("a query an indicator and village", lambda: one_by_one(villages), ONE_BY_ONE),
            Way("read from the kept month", lambda: branch(None, county, MONTH), places),
        ],
        [
            Goal("all places in one pass", "a query an indicator and village", 1 / 5),
            Goal("read from the kept month", "all places in one pass", 1 / 5),
        ],
        unit="place",
    )


def scan() -> None:
    with connection.cursor() as cursor:
        for model, column in SCANS:
            cursor.execute(f"SELECT MAX({column}) FROM {model._meta.db_table}")  # noqa: S608, SLF001 -- our own names
            cursor.fetchone()


def keep(county: Place) -> MonthlyReport:
    return count_month(by=None, place=county, month=MONTH, now=timezone.now())


def one_by_one(villages: list[Place]) -> None:
    """What a count() for each indicator costs: one query a numerator, one a denominator."""
    from healthaid.reports.counting import passes  # noqa: PLC0415

    tables = passes(END, measures_at(villages[0], END))
    for village in villages:
        for indicator in INDICATORS:
            if indicator.fact == Fact.VILLAGES:
                continue
            table = tables[indicator.fact]
            rows = table.rows.filter(**{table.path: village.path})
            rows.filter(indicator.met).values(table.counted).distinct().count()
            if indicator.is_rate:
                rows.filter(indicator.among).values(table.counted).distinct().count()


def make_county(people: int = PEOPLE, villages: int = VILLAGES, mark: str = "L") -> Place:
    """A county of its own with plain rows; names and numbers carry no meaning."""
    chance = random.Random(7)  # noqa: S311 -- the same county every time
    county = add_place(parent=None, level="county", name=mark)
    PlaceCode.objects.create(
        place=county, system="statistics", code=f"53310{3 if people == PEOPLE else 2}", valid_from=date(2000, 1, 1)
    )
    townships = [add_place(parent=county, level="township", name=f"{mark}{n}") for n in range(TOWNSHIPS)]
    homes = [add_place(parent=townships[n % TOWNSHIPS], level="village", name=f"{mark}{n}") for n in range(villages)]
    team = make_facilities(county, homes, mark)
    households = Household.objects.bulk_create(
        [household(chance, homes[n % villages], f"{mark}{n}") for n in range(people // FAMILY)], BATCH
    )
    persons = Person.objects.bulk_create(
        [person(chance, households[n // FAMILY], n % FAMILY == 0) for n in range(people)], BATCH
    )
    PovertySpell.objects.bulk_create([spell for one in persons for spell in spells(chance, one)], BATCH)
    Contract.objects.bulk_create(
        [contract(one, team, f"{mark}{one.pk}") for one in persons if chance.random() < SIGNED], BATCH
    )
    make_illnesses(chance, persons, team.facility)
    make_coverage(chance, county, persons)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return county


def make_facilities(county: Place, homes: list[Place], mark: str) -> CareTeam:
    leaf = add_place(parent=county, level="facility", name=f"{mark}医院")
    hospital = Facility.objects.create(place=leaf, path=leaf.path, code=f"{mark}H", name=leaf.name, kind="hospital")
    for number, home in enumerate(homes):
        leaf = add_place(parent=home, level="facility", name=f"{mark}{number}室")
        clinic = Facility.objects.create(
            place=leaf, path=leaf.path, code=f"{mark}{number}", name=leaf.name, kind="village_clinic"
        )
        for month in range(1, 7):
            ClinicCheck.objects.create(
                clinic=clinic, path=leaf.path, checked_on=date(2018, month, 5), area=70, doctors=2, residents=1500
            )
    return CareTeam.objects.create(facility=hospital, path=hospital.path, name="一队", leader="队长")


def household(chance: random.Random, home: Place, number: str) -> Household:
    cause = chance.choice(("01", "02", "07", "09"))
    return Household(number=number, village=home, path=home.path, main_cause=cause, identified_on=date(2014, 3, 1))


def person(chance: random.Random, home: Household, is_head: bool) -> Person:  # noqa: FBT001
    return Person(
        household=home,
        path=home.path,
        name="岩温",
        sex="1",
        born_on=date(1940, 1, 1) + timedelta(days=chance.randrange(28_000)),
        relation="01" if is_head else "99",
        health=chance.choice(("1", "1", "2", "2,4", "3")),
        key_groups=chance.choice(("", "", "elderly", "elderly,hypertension", "child")),
        identified_on=date(2014, 3, 1),
    )


def spells(chance: random.Random, one: Person) -> list[PovertySpell]:
    if chance.random() < NOT_LIFTED:
        return [PovertySpell(person=one, status="not_lifted", starts_on=date(2014, 3, 1))]
    return [
        PovertySpell(person=one, status="not_lifted", starts_on=date(2014, 3, 1), ends_on=date(2017, 6, 30)),
        PovertySpell(person=one, status="lifted", starts_on=date(2017, 7, 1)),
    ]


def contract(one: Person, team: CareTeam, number: str) -> Contract:
    return Contract(
        number=number, person=one, path=one.path, team=team, starts_on=date(2018, 1, 1), ends_on=date(2018, 12, 31)
    )


def make_coverage(chance: random.Random, county: Place, persons: list[Person]) -> None:
    """A year's insurance of nearly everybody, own payments of some, and the county's income line."""
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                person=one,
                path=one.path,
                year=END.year,
                has_basic=chance.random() < INSURED,
                has_critical=chance.random() < INSURED,
                has_assistance=chance.random() < INSURED,
                enrolled_on=date(2017, 11, 1),
            )
            for one in persons
            if chance.random() < INSURED
        ],
        BATCH,
    )
    YearAccount.objects.bulk_create(
        [
            YearAccount(
                person=one, path=one.path, region="533103", year=END.year, personal=Decimal(chance.randrange(10_000))
            )
            for one in persons
            if chance.random() < ILL
        ],
        BATCH,
    )
    clerk, checker = (User.objects.create(username=f"{county.name}{name}") for name in ("clerk", "checker"))
    document = LocalDocument.objects.create(place=county, path=county.path, title="-", note="-", entered_by=clerk)
    LocalValue.objects.create(
        document=document,
        place=county,
        path=county.path,
        parameter=INCOME,
        number=Decimal(9000),
        starts_on=date(2018, 1, 1),
        state=ValueState.CONFIRMED,
        entered_by=clerk,
        decided_by=checker,
    )


def make_illnesses(chance: random.Random, persons: list[Person], hospital: Facility) -> None:
    sick = [one for one in persons if chance.random() < SICK]
    illnesses = Condition.objects.bulk_create(
        [
            Condition(
                person=one,
                path=one.path,
                disease="gastric_cancer",
                kind="critical",
                state="verified",
                verified_on=date(2018, 2, 1),
            )
            for one in sick
        ],
        BATCH,
    )
    CriticalCase.objects.bulk_create(
        [
            CriticalCase(
                condition=illness,
                person_id=illness.person_id,
                path=illness.path,
                hospital=hospital,
                state=chance.choice(("treated", "treating", "untreated")),
                opened_on=date(2018, 2, 1),
                treated_on=date(2018, 5, 1),
            )
            for illness in illnesses
        ],
        BATCH,
    )
