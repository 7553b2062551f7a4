"""Lists, searches and a person's page in a register of 200,000 people, beside a view that shows nothing."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import quantiles

import polars as pl
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse
from measuring import Bench, Goal, Way

from healthaid.accounts.models import Posting, User
from healthaid.core import bulk
from healthaid.core.identity import check_digit
from healthaid.core.keyset import page_of
from healthaid.core.pinyin import initials
from healthaid.core.vault import new_seal_id, vault
from healthaid.regions.actions import add_place
from healthaid.regions.models import Place
from patients.enums import Ethnicity, Sex
from patients.models import Household, Person
from patients.selectors.persons import people_for_list
from patients.synthetic.names import person_name, surname_of

DATABASES = ("postgresql", "sqlite")
PEOPLE, VILLAGES, TOWNSHIPS, FAMILY = 200_000, 240, 12, 4
PAGES = 20  # of each kind in a measured run
USERS, SECONDS, ROUNDS = 4, 10, 5  # at least so many rounds each
NOW = datetime(2018, 6, 10, tzinfo=UTC)


def nothing(_request: HttpRequest) -> HttpResponse:
    """What a page costs before it does anything: the server's layers, session and account."""
    return HttpResponse("")


urlpatterns = [path("nothing/", nothing, name="nothing"), path("", include("healthaid.urls"))]


def benches() -> Iterator[Bench]:
    settings.ROOT_URLCONF = __name__
    call_command("collectstatic", interactive=False, verbosity=0)
    county = make_county()
    user = User.objects.create(username="clerk", full_name="王芳")
    Posting.objects.create(user=user, duty="poverty_office", place=county, starts_on=date(2018, 1, 1))
    deep = page_of(people_for_list(user), ("path", "pk"), PEOPLE // 4).after
    visits = visits_of(user, deep)
    for label, visit in visits.items():
        visit()
        with CaptureQueriesContext(connection) as queries:
            visit()
        print(f"  {len(queries):>3} queries: {label}")
    loop(user, deep)
    yield Bench(
        f"pages of a register of {PEOPLE:,} people",
        [Way(label, repeated(visit), PAGES) for label, visit in visits.items()],
        # The goal is for PostgreSQL; on SQLite the same pages stand nearer a cheaper yardstick.
        [Goal(label, "nothing", 15) for label in visits if label != "nothing" and connection.vendor == "postgresql"],
        unit="page",
    )


def repeated(visit: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        for _ in range(PAGES):
            visit()

    return run


def visits_of(user: User, deep: str) -> dict[str, Callable[[], object]]:
    """What a clerk opens, each by its name, with the first answer checked."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    person = Person.objects.order_by("pk")[PEOPLE // 2]
    people = reverse("patients:person-list")

    def get(address: str) -> Callable[[], object]:
        return lambda: fetched(client.get(address))

    by_number = client.post(reverse("patients:person-find"), {"q": person.identity[-6:]}).url
    return {
        "nothing": get(reverse("nothing")),
        "list": get(people),
        "list, a later page": get(f"{people}?after={deep}"),
        "list of households": get(reverse("patients:household-list")),
        "search by surname": get(f"{people}?q={person.name[0]}"),
        "search by initials": get(f"{people}?q={person.initials[:2]}"),
        "search by identity, last six": get(by_number),
        "search by identity, whole": lambda: fetched(
            client.post(reverse("patients:person-find"), {"q": person.identity}), 302
        ),
        "person": get(person.get_absolute_url()),
        "person, family": get(reverse("patients:person-tab", args=[person.pk, "household"])),
    }


def fetched(response: HttpResponse, status: int = 200) -> None:
    if response.status_code != status:
        raise RuntimeError(f"{response.status_code} instead of {status}")


def loop(user: User, deep: str) -> None:
    """A few users at once, each opening one page after the other; the slowest twentieth, by page."""
    took: dict[str, list[float]] = {}
    until = time.monotonic() + SECONDS

    def work() -> None:
        own = visits_of(user, deep)
        rounds = 0
        while rounds < ROUNDS or time.monotonic() < until:
            rounds += 1
            for label, visit in own.items():
                start = time.perf_counter()
                visit()
                took.setdefault(label, []).append(time.perf_counter() - start)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for label, seconds in took.items():
        print(f"  p95 {1000 * quantiles(seconds, n=20)[-1]:>6.0f} ms of {len(seconds)}: {label}, {USERS} users at once")


def make_county() -> Place:
    """A county whose names, ages and numbers are spread as they are in life; identities are sealed and indexed."""
    chance = random.Random(7)  # noqa: S311 -- the same county every time
    county = add_place(parent=None, level="county", name="试点市")
    townships = [add_place(parent=county, level="township", name=f"第{n}镇") for n in range(TOWNSHIPS)]
    villages = [add_place(parent=townships[n % TOWNSHIPS], level="village", name=f"第{n}村") for n in range(VILLAGES)]
    homes = households(villages)
    bulk.insert(Person, people(chance, homes))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return county


def households(villages: list[Place]) -> pl.DataFrame:
    count = PEOPLE // FAMILY
    rows = [villages[number * len(villages) // count] for number in range(count)]
    frame = pl.DataFrame(
        {
            "id": bulk.reserve_ids(Household, count),
            "number": [f"5331030{number:09}" for number in range(count)],
            "village_id": [village.pk for village in rows],
            "path": [village.path for village in rows],
            "seal_id": [new_seal_id() for _ in range(count)],
            "identified_on": [date(2014, 3, 1)] * count,
        }
    )
    empty = (
        "natural_village",
        "category",
        "kind",
        "standard",
        "main_cause",
        "other_causes",
        "monitored_kind",
        "phone_sealed",
    )
    bulk.insert(Household, common(frame, empty))
    return frame


def people(chance: random.Random, homes: pl.DataFrame) -> pl.DataFrame:
    names = [named(chance) for _ in range(PEOPLE)]
    days = [date(1935, 1, 1) + timedelta(days=chance.randrange(30_000)) for _ in range(PEOPLE)]
    numbers = [numbered(day, turn) for turn, day in enumerate(days)]
    marks = [new_seal_id() for _ in range(PEOPLE)]
    frame = pl.DataFrame(
        {
            "id": bulk.reserve_ids(Person, PEOPLE),
            "household_id": homes["id"].gather([turn // FAMILY for turn in range(PEOPLE)]),
            "path": homes["path"].gather([turn // FAMILY for turn in range(PEOPLE)]),
            "name": names,
            "given_name": [name[1:] for name in names],
            "initials": [initials(name) for name in names],
            "document_kind": "01",
            "identity_sealed": vault().seal_many(numbers, "patients_person.identity:", marks),
            "identity_index": vault().index_many(numbers, "patients_person.identity_index"),
            "identity_last6": vault().index_many([n[-6:] for n in numbers], "patients_person.identity_last6"),
            "identity_last4": vault().index_many([n[-4:] for n in numbers], "patients_person.identity_last4"),
            "sex": ["1" if int(number[16]) % 2 else "2" for number in numbers],
            "born_on": days,
            "ethnicity": [chance.choice(("01", "18", "28", "39", "46", "20")) for _ in range(PEOPLE)],
            "relation": ["01" if turn % FAMILY == 0 else "99" for turn in range(PEOPLE)],
            "health": [chance.choice(("1", "1", "1", "2", "2,4", "3")) for _ in range(PEOPLE)],
            "key_groups": [chance.choice(("", "", "elderly", "hypertension")) for _ in range(PEOPLE)],
            "poverty_status": [chance.choice(("not_lifted", "lifted", "lifted")) for _ in range(PEOPLE)],
            "life_state": "present",
            "seal_id": marks,
        }
    )
    empty = (
        "education",
        "schooling",
        "labour",
        "disability_sealed",
        "disability_kind",
        "disability_grade",
        "phone_sealed",
        "marriage",
        "workplace",
        "out_of_school_reason",
        "card_sealed",
    )
    return common(frame, empty)


def named(chance: random.Random) -> str:
    """A name as common or rare as names are in such a county."""
    nation = chance.choices((Ethnicity.HAN, Ethnicity.DAI, Ethnicity.JINGPO), (5, 3, 2))[0]
    sex = chance.choice((Sex.MALE, Sex.FEMALE))
    return person_name(chance, nation, surname_of(chance, nation), sex, 1935 + chance.randrange(80))


def common(frame: pl.DataFrame, empty: tuple[str, ...]) -> pl.DataFrame:
    """What every row of the register has besides."""
    instant = pl.lit(NOW, pl.Datetime("us", "UTC"))
    return frame.with_columns(
        *(pl.lit("").alias(name) for name in empty),
        pl.lit(1).alias("version"),
        instant.alias("created_at"),
        instant.alias("updated_at"),
    )


def numbered(day: date, turn: int) -> str:
    """A valid number that nobody else of the run has."""
    digits = f"53{turn // 900:04}{day:%Y%m%d}{turn % 900 + 1:03}"
    return digits + check_digit(digits)
