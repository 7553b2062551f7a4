"""No list or search reads the whole register, on either database: the plans say so."""

import re

import pytest
from django.db import connection

from healthaid.core.keyset import COUNT_CAP, page_of
from patients.domain.searches import Kind, Reading
from patients.models import Household, Person
from patients.selectors.households import households_for_list
from patients.selectors.persons import matching, people_for_list
from patients.views.persons import ORDERS
from tests.factories.regions import PlaceFactory

VILLAGES, HOUSEHOLDS, FAMILY = 20, 40, 4  # in each village; in each household
PATH_ORDER = ("path", "pk")


def register(people):
    """3,200 people in twenty villages of the county; names and digests repeat as they do in life."""
    villages = [PlaceFactory(parent=people.township) for _ in range(VILLAGES)]
    households = Household.objects.bulk_create(
        Household(number=f"533103{village.pk:05}{number:04}", village=village, path=village.path)
        for village in villages
        for number in range(HOUSEHOLDS)
    )
    Person.objects.bulk_create(
        Person(
            household=household,
            path=household.path,
            name=f"{'岩刀波尚李王'[number % 6]}{chr(0x4E00 + turn % 700)}",
            given_name=chr(0x4E00 + turn % 20),
            initials=f"{'ydbslw'[number % 6]}{chr(97 + turn % 26)}",
            identity_index=f"{turn}-{number}",
            identity_last4=f"{(turn * 7 + number) % 2000}",
            identity_last6=f"{turn}-{number}",
            phone_index=f"{turn}",
            sex="1",
            born_on="1960-01-01",
            relation="01" if number == 0 else "99",
        )
        for turn, household in enumerate(households)
        for number in range(FAMILY)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


WORLD = register


def plan_of(rows):
    """How the database would run it; PostgreSQL is kept from scanning what is small here and large in a county."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return rows.explain()


def reads_whole_table(plan, table="patients_person"):
    if connection.vendor == "postgresql":
        return f"Seq Scan on {table}" in plan
    return re.search(rf"SCAN {table}\b", plan) is not None  # an index read from end to end is a scan too


def sorts(plan):
    return bool(re.search(r"^\s*(->\s+)?Sort\b|USE TEMP B-TREE FOR ORDER BY", plan, re.MULTILINE))


@pytest.mark.parametrize("who", ["worker", "poverty", "prefecture_reader"])
@pytest.mark.parametrize("rows_of", [people_for_list, households_for_list])
def test_list_runs_along_the_path(people, who, rows_of):
    rows = rows_of(getattr(people, who))
    order = PATH_ORDER if rows.model is Person else ("path", "number")

    plan = plan_of(rows.order_by(*order)[:51])

    assert not reads_whole_table(plan, rows.model._meta.db_table), plan
    assert not sorts(plan), plan


def test_page_far_behind_runs_along_the_path(people, django_assert_num_queries):
    rows = people_for_list(people.poverty)
    page = page_of(rows, PATH_ORDER, 50)
    for _ in range(20):
        page = page_of(rows, PATH_ORDER, 50, after=page.after)

    with django_assert_num_queries(1) as captured:
        page_of(rows, PATH_ORDER, 50, after=page.after)

    with connection.cursor() as cursor:
        explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{explain} {captured.captured_queries[0]['sql']}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert not reads_whole_table(plan), plan


@pytest.mark.parametrize(("kind", "text"), [(Kind.NAME, "岩"), (Kind.GIVEN_NAME, "一"), (Kind.INITIALS, "y")])
def test_search_by_a_beginning_runs_along_its_index(people, kind, text):
    rows = matching(people_for_list(people.poverty), Reading(kind, text))

    plan = plan_of(rows.order_by(*ORDERS[kind])[:51])

    assert not reads_whole_table(plan), plan
    assert not sorts(plan), plan


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.IDENTITY, "533103195003120010"),
        (Kind.LAST_SIX, "120010"),
        (Kind.LAST_FOUR, "0010"),
        (Kind.PHONE, "13800001111"),
        (Kind.PERSON_NUMBER, "P1"),
        (Kind.HOUSEHOLD_NUMBER, "533103000250001"),
    ],
)
def test_search_by_number_uses_an_index(people, kind, text):
    rows = matching(people_for_list(people.poverty), Reading(kind, text))

    plan = plan_of(rows.order_by(*PATH_ORDER)[:51])

    assert not reads_whole_table(plan), plan


def test_capped_count_stays_in_the_branch(people):
    plan = plan_of(people_for_list(people.worker).order_by()[: COUNT_CAP + 1].values("pk"))

    assert not reads_whole_table(plan), plan
