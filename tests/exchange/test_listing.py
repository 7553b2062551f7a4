"""Every count of a batch opens exactly the rows it counts: on its way, after it, and not for others."""

import pytest
from django.urls import reverse

from healthaid.exchange import actions, selectors
from healthaid.exchange.enums import RowState
from healthaid.exchange.models import FilePiece, ImportBatch
from patients.models import Person
from tests.exchange.sheets import applied, brought, register_row

pytestmark = pytest.mark.django_db


def mixed_batch(people):
    """A batch of one new, two changed (one by the household alone), and one unchanged row, waiting for a word."""
    before = [register_row(1, 人联系电话="13800000001"), register_row(2, 与户主关系="配偶"), register_row(3, 3)]
    applied(people.poverty, before)
    rows = [
        register_row(1, 人联系电话="13800000002", 民族="汉族", 人均纯收入="5000"),
        register_row(2, 与户主关系="配偶"),
        register_row(3, 3),
        register_row(4, 4),
    ]
    batch, _sheet = brought(people.poverty, rows)
    return batch


WORLD = mixed_batch


@pytest.fixture
def mixed(world):
    return world


def listed(batch, state, **keys):
    return selectors.listing_for_page(batch).page(state, 50, **keys).rows


def test_each_count_has_its_rows(mixed):
    numbers = {state: [row.number for row in listed(mixed, state)] for state in RowState}

    assert numbers == {RowState.NEW: [5], RowState.CHANGED: [2, 3], RowState.UNCHANGED: [4], RowState.ERROR: []}
    assert [row.number for row in listed(mixed, None)] == [2, 3, 4, 5]
    assert (mixed.new_count, mixed.changed_count, mixed.unchanged_count, mixed.error_count) == (1, 2, 1, 0)


def test_rows_are_named_with_masked_numbers(mixed):
    row = listed(mixed, RowState.NEW)[0]

    identity = register_row(4)["证件号码"]
    assert row.keys == ["533103000004", "5331030000040004", "岩温戊", f"{identity[:6]}********{identity[-4:]}"]


def test_changes_tell_old_and_new_and_members_what_changes_for_their_household(mixed):
    first, second = listed(mixed, RowState.CHANGED)

    told = {cell["column"]: (cell["old"], cell["new"]) for cell in first.changes}
    assert told["民族"] == ("傣族", "汉族")
    assert told["人联系电话"] == ("138****0001", "138****0002")
    assert [cell["column"] for cell in second.changes] == ["人均纯收入"]


def test_rows_in_error_are_listed_beside_the_good_ones(people):
    batch, _sheet = brought(people.poverty, [register_row(11, 11), register_row(12, 12, 行政村="遮天村")])

    assert [row.number for row in listed(batch, RowState.ERROR)] == [3]
    assert [row.number for row in listed(batch, RowState.NEW)] == [2]
    assert (batch.new_count, batch.error_count) == (1, 1)


def test_listing_stays_when_the_batch_is_written_and_follows_what_was_written(people, mixed):
    actions.approve(by=people.poverty, batch=mixed)
    applied(people.poverty, [register_row(4, 4)])

    actions.apply(batch_id=mixed.pk)

    mixed.refresh_from_db()
    assert (mixed.state, mixed.new_count, mixed.unchanged_count) == ("applied", 0, 2)
    assert [row.number for row in listed(mixed, RowState.UNCHANGED)] == [4, 5]


def test_pages_follow_each_other_both_ways(people):
    batch, _sheet = brought(people.poverty, [register_row(number, number) for number in range(11, 18)])
    listing = selectors.listing_for_page(batch)

    first = listing.page(RowState.NEW, 3)
    second = listing.page(RowState.NEW, 3, after=int(first.after))
    last = listing.page(RowState.NEW, 3, after=int(second.after))
    back = listing.page(RowState.NEW, 3, before=int(second.before))

    assert [[row.number for row in page.rows] for page in (first, second, last, back)] == [
        [2, 3, 4],
        [5, 6, 7],
        [8],
        [2, 3, 4],
    ]
    assert (first.before, last.after) == ("", "")


def test_nothing_of_it_lies_in_clear(mixed):
    names = [register_row(4)["姓名"].encode(), "汉族".encode()]

    assert not any(name in bytes(piece.sealed) for piece in FilePiece.objects.all() for name in names)


def test_discarded_batch_forgets_its_rows(people, mixed):
    actions.discard_batch(by=people.poverty, batch=mixed)

    assert selectors.listing_for_page(ImportBatch.objects.get(pk=mixed.pk)) is None


@pytest.mark.parametrize(
    ("show", "texts"),
    [
        ("new", ("岩温戊", "岩温乙")),
        ("changed", ("138****0001 → 138****0002", "岩温戊")),
        ("unchanged", ("岩温丁", "岩温戊")),
        ("all", ("岩温戊", "这里没有内容")),
    ],
)
def test_page_lists_the_rows_of_a_count(client_of, people, mixed, show, texts):
    there, not_there = texts
    url = reverse("exchange:batch-detail", args=[mixed.pk])

    shown = client_of(people.poverty).get(url, {"show": show}).content.decode()

    assert f'href="{url}?show={show}"' in shown
    assert there in shown
    assert not_there not in shown
    assert register_row(4)["证件号码"] not in shown


def test_page_lists_rows_in_error_with_letter_and_reason(client_of, people):
    batch, _sheet = brought(people.poverty, [register_row(11, 11), register_row(12, 12, 行政村="遮天村")])
    url = reverse("exchange:batch-detail", args=[batch.pk])
    client = client_of(people.poverty)

    by_row = client.get(url, {"show": "error"}).content.decode()
    by_cell = client.get(url).content.decode()

    assert "C列「行政村」：" in by_row
    assert "C列「行政村」" in by_cell
    assert batch.problems.get().column == "行政村"


@pytest.mark.parametrize("key", ["x", "1.5"])
def test_made_up_row_key_is_not_found(client_of, people, mixed, key):
    url = reverse("exchange:batch-detail", args=[mixed.pk])

    assert client_of(people.poverty).get(url, {"show": "new", "after": key}).status_code == 404


def test_rows_of_anothers_batch_are_not_found(client_of, people, mixed):
    url = reverse("exchange:batch-detail", args=[mixed.pk])

    assert client_of(people.far_poverty).get(url, {"show": "new"}).status_code == 404
    assert Person.objects.count() == 3
