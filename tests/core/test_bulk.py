"""Columns go into the database as they are, however many rows there are and whatever the texts hold."""

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
