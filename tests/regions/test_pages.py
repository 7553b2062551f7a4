from datetime import date

import pytest
from django.urls import reverse

from healthaid.regions.enums import CodeSystem
from healthaid.regions.models import PlaceName
from healthaid.regions.selectors import SHOWN, as_named_on, places_around, places_for_filter
from tests.factories.regions import PlaceCodeFactory, PlaceFactory


def names(response):
    return [row.name for row in response.context["table"].rows]


def test_place_list_shows_the_users_branches_only(client, people):
    client.force_login(people.worker)

    response = client.get(reverse("regions:place-list"))

    assert set(names(response)) == {people.township.name, people.here.name, people.next_door.name}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "弄坎"}, ["弄坎村"]),
        ({"q": "旧名"}, ["芒坝村"]),
        ({"q": "5331031"}, ["芒坝村"]),
        ({"level": "township"}, ["芒坝镇"]),
        ({"q": "遮冒"}, []),
    ],
)
def test_place_list_finds_names_former_names_and_codes(client, people, query, found):
    PlaceCodeFactory(place=people.here, code="533103101201")
    PlaceName.objects.create(place=people.here, name="旧名村", valid_from="2000-01-01", valid_to="2010-01-01")
    client.force_login(people.worker)

    assert names(client.get(reverse("regions:place-list"), query)) == found


@pytest.mark.parametrize("count", [1, 3])
def test_place_list_query_count_does_not_grow(client, people, count, django_assert_max_num_queries):
    for number in range(count):
        PlaceCodeFactory(place=PlaceFactory(parent=people.township), code=f"53310310190{number}")
    client.force_login(people.worker)

    with django_assert_max_num_queries(8):
        client.get(reverse("regions:place-list"))


def test_place_list_counts_divisions_below_and_no_facilities(client, people):
    PlaceFactory(parent=people.township, level="facility", name="芒坝镇卫生院")
    client.force_login(people.worker)

    rows = {row.name: row.below_count for row in client.get(reverse("regions:place-list")).context["table"].rows}

    assert rows == {people.township.name: 2, people.here.name: 0, people.next_door.name: 0}


def test_place_page_shows_codes_names_and_what_is_below(client, people):
    PlaceCodeFactory(place=people.township, code="533103101")
    PlaceCodeFactory(place=people.township, code="533103107", system=CodeSystem.CIVIL_AFFAIRS)
    PlaceName.objects.create(place=people.township, name="旧名乡", valid_from="2000-01-01", valid_to="2010-01-01")
    client.force_login(people.worker)

    page = client.get(reverse("regions:place-detail", args=[people.township.pk]))

    text = page.content.decode()
    for shown in ("533103101", "533103107", "旧名乡", "2010-01-01", people.here.name, people.next_door.name):
        assert shown in text
    assert [(step.place.name, step.is_open) for step in page.context["trail"]] == [
        ("中国", False),
        ("试点省", False),
        ("试点州", False),
        ("芒坝市", False),
    ]


def test_place_page_of_another_branch_is_not_found(client, people):
    client.force_login(people.worker)

    assert client.get(reverse("regions:place-detail", args=[people.here.pk])).status_code == 200
    assert client.get(reverse("regions:place-detail", args=[people.elsewhere.pk])).status_code == 404


@pytest.mark.parametrize("name", ["place-list", "place-choices"])
def test_places_are_refused_to_an_account_without_a_posting(client, people, name):
    client.force_login(people.nobody)

    assert client.get(reverse(f"regions:{name}")).status_code == 403


def test_place_choices_are_options_of_the_users_branch(client, people):
    client.force_login(people.worker)

    text = client.get(reverse("regions:place-choices"), {"q": "村", "level": "village"}).content.decode()

    assert f'<option value="{people.here.pk}">芒坝村（芒坝镇）</option>' in text
    assert "弄坎村" in text
    assert "遮冒村" not in text


@pytest.mark.parametrize(
    ("day", "name"),
    [("1999-12-31", "芒坝村"), ("2000-01-01", "旧名村"), ("2009-12-31", "旧名村"), ("2010-01-01", "芒坝村")],
)
def test_place_is_shown_under_the_name_of_a_day(people, day, name, django_assert_num_queries):
    PlaceName.objects.create(place=people.here, name="旧名村", valid_from="2000-01-01", valid_to="2010-01-01")
    PlaceName.objects.create(place=people.here, name="芒坝村", valid_from="2010-01-01")

    with django_assert_num_queries(1):
        shown = as_named_on([people.here, people.next_door], date.fromisoformat(day))

    assert [place.name for place in shown] == [name, people.next_door.name]
    assert people.here.name == "芒坝村"


def test_place_choices_leave_out_closed_places(client, people):
    closed = PlaceFactory(parent=people.township, name="并走村", closed_on="2020-01-01")
    client.force_login(people.worker)

    text = client.get(reverse("regions:place-choices"), {"q": closed.name}).content.decode()

    assert "没有符合的地方" in text


# Choosing a place in a list's filter


def around(user, pk=""):
    chosen, near = places_around(places_for_filter(user), pk)
    return chosen, [place.name for place in near]


def test_places_around_nothing_are_the_highest_and_what_is_right_below(people):
    assert around(people.worker) == (None, ["芒坝镇", "芒坝村", "弄坎村"])
    assert "芒坝村" not in around(people.poverty)[1]
    assert "芒坝镇" in around(people.poverty)[1]


def test_places_around_a_choice_are_above_beside_and_below_it(people):
    assert around(people.worker, people.here.pk) == (people.here, ["芒坝镇", "芒坝村", "弄坎村"])
    township, near = around(people.poverty, str(people.township.pk))
    assert township == people.township
    assert near[0] == people.township.parent.name
    assert {"芒坝镇", "芒坝村", "弄坎村"} < set(near)


@pytest.mark.parametrize("pk", ["words", "0", None])
def test_places_around_what_is_no_place_of_the_users_are_the_first(people, pk):
    assert around(people.worker, pk) == around(people.worker)
    assert around(people.worker, people.elsewhere.pk) == around(people.worker)


def test_place_filter_offers_no_more_than_a_screen_of_places(client, people):
    PlaceFactory.create_batch(SHOWN + 20, parent=people.township)
    last = PlaceFactory(parent=people.township, name="最后村")
    client.force_login(people.worker)

    empty = client.get(reverse("patients:person-list")).content.decode()
    chosen = client.get(reverse("patients:person-list"), {"place": last.pk})

    assert 30 < empty.split('name="place"')[1].split("</select>")[0].count("<option") <= SHOWN + 1
    assert f'<option value="{last.pk}" selected>' in chosen.content.decode()
    assert [chip.value for chip in chosen.context["chips"]] == ["最后村"]
