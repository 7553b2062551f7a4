"""Columns go into the database as they are, however many rows there are and whatever the texts hold."""

from itertools import pairwise

import polars as pl
import pytest

from healthaid.core import bulk
from healthaid.core.vault import new_seal_ids
from healthaid.regions.models import Place

AWKWARD = ("a\x1fb", "a\x1eb", '{"a": ["x", null]}', "two\nlines", "tab\there", "back\\slash", "半角,逗号", "")
pytestmark = pytest.mark.django_db


def villages(names: list[str]) -> pl.DataFrame:
    ids = bulk.reserve_ids(Place, len(names))
    paths = [f"{number}/" for number in ids]
    return pl.DataFrame({"id": ids, "name": names, "path": paths}).with_columns(
        pl.lit("village").alias("level"), pl.lit(1).alias("not_of_the_table")
    )


@pytest.mark.parametrize("rows", [1, bulk.ROWS_AT_ONCE - 1, bulk.ROWS_AT_ONCE, 2 * bulk.ROWS_AT_ONCE + 3])
def test_insert_writes_every_row_once(rows: int) -> None:
    frame = villages([f"村{number}" for number in range(rows)])

    assert bulk.insert(Place, frame) == rows
    assert list(Place.objects.filter(pk__in=frame["id"]).order_by("pk").values_list("pk", "name")) == list(
        frame.select("id", "name").iter_rows()
    )


def test_ready_writes_when_called_and_texts_arrive_unchanged() -> None:
    frame = villages(list(AWKWARD))
    there = Place.objects.filter(pk__in=frame["id"])

    with bulk.ready(Place, frame) as write:
        assert not there.exists()
        assert write() == len(AWKWARD)

    assert list(there.order_by("pk").values_list("name", flat=True)) == list(AWKWARD)


def test_reserved_ids_are_new_each_time() -> None:
    first, second = bulk.reserve_ids(Place, 3), bulk.reserve_ids(Place, 2)

    assert len({*first, *second}) == 5


def test_row_marks_are_drawn_one_a_row() -> None:
    marks = new_seal_ids(100)

    assert (len(set(marks)), {len(mark) for mark in marks}) == (100, {16})


GROUPS = (1, 7, 3, 1, 20, 2)  # villages of each township, in the order of reading


@pytest.fixture
def grouped() -> pl.DataFrame:
    """Villages under townships, as they are read: by township."""
    parents = villages([f"乡{number}" for number in range(len(GROUPS))])
    bulk.insert(Place, parents)
    owners = [pk for pk, size in zip(parents["id"], GROUPS, strict=True) for _ in range(size)]
    frame = villages([f"村{number}" for number in range(len(owners))]).with_columns(pl.Series("parent_id", owners))
    bulk.insert(Place, frame)
    return frame.select("parent_id", "id")


@pytest.mark.parametrize("at_once", [1, 2, 7, 8, 19, 20, 21, sum(GROUPS) - 1, sum(GROUPS), 1000])
def test_parts_hold_every_row_once_and_never_cut_a_group(grouped: pl.DataFrame, at_once: int) -> None:
    rows = Place.objects.filter(parent__in=grouped["parent_id"].unique()).order_by("parent_id", "pk")

    parts = []
    for part in bulk.read_parts(rows, ("parent_id", "id"), "parent_id", at_once):
        assert Place.objects.filter(pk=part["id"][0]).exists()  # the database serves others between the parts
        parts.append(part)

    assert pl.concat(parts).equals(grouped)
    owners = [owner for part in parts for owner in part["parent_id"].unique()]
    assert len(owners) == len(set(owners)) == len(GROUPS)


@pytest.mark.parametrize("rows", [Place.objects.filter(pk=0), Place.objects.none()])
def test_parts_of_nothing_are_none(rows) -> None:
    assert list(bulk.read_parts(rows.order_by("parent_id", "pk"), ("parent_id", "id"), "parent_id", 10)) == []


def test_many_rows_come_in_several_parts(grouped: pl.DataFrame) -> None:
    more = villages([f"寨{number}" for number in range(5_000)]).with_columns(
        pl.Series("parent_id", [grouped["id"][number % 30] for number in range(5_000)])
    )
    bulk.insert(Place, more)
    rows = Place.objects.filter(pk__in=more["id"].to_list()).order_by("parent_id", "pk")

    parts = list(bulk.read_parts(rows, ("parent_id", "id"), "parent_id", 1_000))

    assert len(parts) > 1
    assert pl.concat(parts).equals(more.select("parent_id", "id").sort("parent_id", "id"))
    ends = [(before["parent_id"][-1], after["parent_id"][0]) for before, after in pairwise(parts)]
    assert all(last < first for last, first in ends)


@pytest.mark.parametrize("count", [0, 1, bulk.FEW, bulk.FEW + 1])
def test_staged_rows_are_moved_in_changed_and_deleted_however_many_they_are(count: int) -> None:
    frame = villages([f"村{number}" for number in range(count)])
    there = Place.objects.filter(pk__in=frame["id"])
    names = there.order_by("pk").values_list("name", flat=True).all

    with bulk.staged(Place, frame) as staging:
        assert bulk.insert_staged(Place, staging) == count
        assert bulk.insert_staged(Place, staging, or_skip=True) == 0
    assert list(names()) == frame["name"].to_list()

    renamed = frame.with_columns(pl.lit("寨").alias("name"), pl.lit(0).alias("version_was"))
    with bulk.staged(Place, renamed, ("version_was",)) as staging:
        assert (staging.columns[-1], staging.count) == ("version_was", count)
        assert bulk.update_staged(Place, staging, ["name"]) == count
        bulk.replace_staged(Place, staging, "name", "寨", "屯")
        assert list(names()) == ["屯"] * count
        assert bulk.delete_staged(Place, staging) == count
    assert not there.exists()
