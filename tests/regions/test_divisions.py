from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command

from healthaid.audit.models import Entry
from healthaid.regions.actions import load_places
from healthaid.regions.divisions import county_codes, divisions
from healthaid.regions.enums import Level
from healthaid.regions.models import Place, PlaceCode, PlaceName
from healthaid.regions.selectors import descendants, place_by_code


@pytest.fixture(scope="module")
def published():
    return divisions()


def test_divisions_are_as_many_as_the_sources_hold(published):
    assert Counter(division.level for division in published) == {
        "country": 1,
        "province": 1,
        "prefecture": 16,
        "county": 129,
        "township": 1465,
        "village": 751,
    }


@pytest.mark.parametrize(
    ("prefix", "townships", "villages"),
    [("533103", 13, 121), ("5331", 56, 421), ("5328", 43, 330)],
)
def test_divisions_of_the_two_prefectures_reach_the_villages(published, prefix, townships, villages):
    counts = Counter(division.level for division in published if division.key.lstrip("c").startswith(prefix))

    assert (counts["township"], counts["village"]) == (townships, villages)


def test_divisions_name_parents_before_children(published):
    seen = {""}
    for division in published:
        assert division.under in seen
        assert division.key not in seen
        seen.add(division.key)


@pytest.mark.parametrize("code", ["533121", "533101", "532526", "533103", "110105", "810000", "620200", "620201"])
def test_county_codes_hold_old_and_new_ones(code):
    assert code in county_codes()


def test_county_codes_do_not_hold_what_never_was():
    assert "533199" not in county_codes()


@pytest.fixture
def loaded(db, published):
    return load_places(published)


def test_load_places_builds_the_tree(loaded):
    mangshi = place_by_code("533103")

    assert loaded.places == Place.objects.count() == 2363
    assert [place.name for place in (mangshi, mangshi.parent, mangshi.parent.parent)] == [
        "芒市",
        "德宏傣族景颇族自治州",
        "云南省",
    ]
    assert Place.objects.filter(path="").count() == 0
    assert all(place.path.startswith(mangshi.path) for place in mangshi.children.all())
    assert descendants(mangshi, Level.VILLAGE).count() == 121
    assert descendants(mangshi.parent, Level.COUNTY).count() == 5


def test_load_places_a_second_time_changes_nothing(loaded, published):
    before = list(Place.objects.values_list("pk", "name", "path", "parent"))

    assert not load_places(published)
    assert list(Place.objects.values_list("pk", "name", "path", "parent")) == before


def test_load_places_adds_only_what_is_missing(loaded, published):
    place = place_by_code("533103101201")
    Place.objects.filter(pk=place.pk).update(name="改名村")
    gone = Place.objects.get(name="新寨村", parent__name="五岔路乡")
    gone.codes.all().delete()
    gone.delete()

    again = load_places(published)

    assert (again.places, again.codes, again.names) == (1, 1, 0)
    assert place_by_code("533103101201").name == "改名村"


def test_codes_of_the_two_systems_are_never_mixed(loaded):
    """533103101 is 芒市镇 to the statisticians; to civil affairs 533102102 is 弄岛镇, which others call 533102101."""
    statistics = PlaceCode.objects.get(system="statistics", code="533102102").place
    civil_affairs = PlaceCode.objects.get(system="civil_affairs", code="533102102").place

    assert (statistics.name, civil_affairs.name) == ("畹町镇", "弄岛镇")
    assert {(code.system, code.code) for code in place_by_code("533103101").codes.all()} == {
        ("statistics", "533103101"),
        ("civil_affairs", "533103107"),
    }
    assert place_by_code("533102102").name == "畹町镇"


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        ("533121", None, "芒市"),
        ("533121", date(1990, 1, 1), "芒市"),
        ("533103", date(1990, 1, 1), "芒市"),
        ("533103000000", date(2018, 6, 1), "芒市"),
        ("533123204", date(2018, 6, 1), "姐那乡"),
        ("532526", date(2018, 6, 1), "弥勒市"),
    ],
)
def test_place_by_code_knows_old_codes(loaded, code, on, name):
    assert place_by_code(code, on).name == name


def test_place_by_code_refuses_an_unknown_one(loaded):
    with pytest.raises(Place.DoesNotExist):
        place_by_code("999999")


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("533123204", ["支那乡", "姐那乡"]),
        ("533103", ["潞西县", "潞西市", "芒市"]),
    ],
)
def test_former_names_are_kept(loaded, code, names):
    spells = place_by_code(code).names.order_by("valid_from")

    assert [spell.name for spell in spells] == names
    assert [spell.valid_to for spell in spells] == [*(spell.valid_from for spell in spells[1:]), None]


def test_load_places_command_leaves_one_entry_with_its_counts(db):
    call_command("load_places")
    call_command("load_places")  # adds nothing, and so says nothing

    [entry] = Entry.objects.all()
    assert (entry.actor, entry.verb) == (None, "regions.place.loaded")
    assert entry.changes == {"places": 2363, "codes": PlaceCode.objects.count(), "names": PlaceName.objects.count()}
