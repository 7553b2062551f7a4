"""Pages by key hold every row once, in order, forwards and backwards."""

import pytest
from django.core import signing

from healthaid.core.keyset import count_capped, page_of
from healthaid.regions.enums import Level
from healthaid.regions.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    """Seven places; names repeat, so only the key's last field tells some of them apart."""
    return [
        Place.objects.create(level=Level.VILLAGE, name=name, path=f"{name}/{n}/") for n, name in enumerate("aabbbcd")
    ]


@pytest.mark.parametrize("ordering", [("name", "pk"), ("-name", "-pk")])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 10])
def test_pages_forwards_hold_every_row_once_in_order(places, ordering, size):
    expected = list(Place.objects.order_by(*ordering))

    seen, after = [], ""
    while True:
        page = page_of(Place.objects.all(), ordering, size, after=after)
        seen += page.rows
        after = page.after
        if not after:
            break

    assert seen == expected


def test_page_before_is_the_page_one_came_from(places):
    first = page_of(Place.objects.all(), ("name", "pk"), 3)
    second = page_of(Place.objects.all(), ("name", "pk"), 3, after=first.after)

    back = page_of(Place.objects.all(), ("name", "pk"), 3, before=second.before)

    assert (back.rows, back.before, back.after) == (first.rows, "", first.after)


def test_first_page_has_nothing_before_and_the_only_page_nothing_after(places):
    page = page_of(Place.objects.all(), ("name", "pk"), 7)

    assert (page.before, page.after) == ("", "")


def test_page_of_an_empty_list_has_no_neighbours():
    page = page_of(Place.objects.all(), ("name", "pk"), 7)

    assert (page.rows, page.before, page.after) == ([], "", "")


def test_key_made_elsewhere_is_refused(places):
    with pytest.raises(signing.BadSignature):
        list(page_of(Place.objects.all(), ("name", "pk"), 3, after="WyJhIiwxXQ:x").rows)


@pytest.mark.parametrize(("cap", "number", "is_capped"), [(6, 6, True), (7, 7, False), (8, 7, False)])
def test_count_stops_at_the_cap(places, cap, number, is_capped):
    count = count_capped(Place.objects.all(), cap)

    assert (count.number, count.is_capped) == (number, is_capped)
