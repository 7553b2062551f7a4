import pytest

from healthaid.core.scoping import Scope
from healthaid.exchange.places import Gazetteer
from healthaid.regions.models import PlaceName
from tests.factories.regions import PlaceCodeFactory, line_of_places


@pytest.fixture
def yingjiang(db):
    """A county and a township that were renamed, a township named after a people, villages of the same name."""
    *_, county, township, _ = line_of_places("中国", "云南省", "德宏州", "盈江县", "姐那乡", "支那村")
    line_of_places("苏典傈僳族乡", "下寨村", parent=county)
    line_of_places("新城乡", "下寨村", parent=county)
    line_of_places("平原镇", "新村", parent=county)
    PlaceName.objects.create(place=township, name="支那乡", valid_from="2000-01-01", valid_to="2024-12-31")
    PlaceName.objects.create(place=county, name="盈坝县", valid_from="1990-01-01", valid_to="2000-01-01")
    return county


@pytest.mark.parametrize(
    ("county", "township", "village", "found"),
    [
        ("盈江县", "姐那乡", "支那村", "支那村"),
        ("盈江", "支那乡", "支那村民委员会", "支那村"),
        ("盈坝县", "支那", "支那", "支那村"),
        ("", "苏典乡", "下寨村委会", "下寨村"),
        ("", "苏典傈僳族乡", "下寨", "下寨村"),
        ("", "平原镇", "新村村委会", "新村"),
        ("", "", "下寨村", None),
        ("", "平原镇", "下寨村", None),
        ("瑞丽市", "姐那乡", "支那村", None),
    ],
)
def test_gazetteer_finds_the_village_meant(yingjiang, county, township, village, found):
    gazetteer = Gazetteer(Scope.of([yingjiang.path]), counties=[county] if county else [])

    answer = gazetteer.find(county, township, village, None)

    assert (answer.village.name if answer.village else None) == found
    assert (answer.reason is None) == (found is not None)


@pytest.mark.parametrize(
    ("names", "at", "reason"),
    [
        (("盈江县", "姐那乡", "下寨村"), "village", "盈江县姐那乡没有名为“下寨村”的行政村。"),
        (("盈江县", "勐弄乡", "支那村"), "township", "盈江县没有名为“勐弄乡”的乡（镇）。"),
        (("", "勐弄乡", "支那村"), "township", "没有名为“勐弄乡”的乡（镇）。"),
        (("盈溪县", "姐那乡", "支那村"), "county", "没有名为“盈溪县”的县（市）。"),
        (("梁河县", "姐那乡", "支那村"), "county", "梁河县没有名为“姐那乡”的乡（镇）。"),
        (("梁河县", "勐弄乡", "支那村"), "township", "梁河县没有名为“勐弄乡”的乡（镇）。"),
        (("盈江县", "勐弄乡", "没有这个村"), "township", "盈江县没有名为“勐弄乡”的乡（镇）。"),
    ],
)
def test_wrong_name_is_told_at_its_own_column(yingjiang, names, at, reason):
    line_of_places("梁河县", "遮岛镇", "遮岛村", parent=yingjiang.parent)
    gazetteer = Gazetteer(Scope.of([yingjiang.path]), counties=names[:1])

    answer = gazetteer.find(*names, None)

    assert (answer.village, answer.at, answer.reason) == (None, at, reason)


def test_gazetteer_reaches_outside_the_scope_for_a_county_by_its_former_name(yingjiang):
    assert Gazetteer(Scope(), counties=["盈坝县"]).find("盈坝县", "支那乡", "支那村", None).village.name == "支那村"
    assert Gazetteer(Scope(), counties=["瑞丽市"]).find("盈江县", "支那乡", "支那村", None).village is None


def test_gazetteer_finds_by_code_under_any_of_the_names(yingjiang):
    PlaceCodeFactory(place=yingjiang.children.get(name="姐那乡").children.get(), code="533123204201")
    gazetteer = Gazetteer(Scope.of([yingjiang.path]), codes=["533123204201"])

    assert gazetteer.find(None, None, None, "533123204201").village.name == "支那村"
    assert gazetteer.find(None, None, "支那 村委会", "533123204201").village.name == "支那村"
    assert gazetteer.find("盈坝县", "支那乡", "支那村", "533123204201").village.name == "支那村"
    assert gazetteer.find(None, None, None, "533123999999").reason == "没有编码为 533123999999 的行政村。"


@pytest.mark.parametrize(
    ("names", "at", "coded"),
    [
        ((None, None, "新村"), "village", "支那村"),
        (("瑞丽市", "姐那乡", "支那村"), "county", "盈江县"),
        (("盈江县", "平原镇", "支那村"), "township", "姐那乡"),
        (("瑞丽市", "平原镇", "支那村"), "county", "盈江县"),
        (("盈江县", "平原镇", "新村"), "code", "盈江县姐那乡支那村"),
    ],
)
def test_code_and_names_must_agree(yingjiang, names, at, coded):
    PlaceCodeFactory(place=yingjiang.children.get(name="姐那乡").children.get(), code="533123204201")
    gazetteer = Gazetteer(Scope.of([yingjiang.path]), codes=["533123204201"])

    answer = gazetteer.find(*names, "533123204201")

    assert (answer.village, answer.at) == (None, at)
    assert answer.reason.startswith(f"村编码是{coded}的，")
