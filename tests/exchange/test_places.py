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

    answer, reason = gazetteer.find(county, township, village, None)

    assert (answer.name if answer else None) == found
    assert (reason is None) == (found is not None)


def test_gazetteer_reaches_outside_the_scope_for_a_county_by_its_former_name(yingjiang):
    assert Gazetteer(Scope(), counties=["盈坝县"]).find("盈坝县", "支那乡", "支那村", None)[0].name == "支那村"
    assert Gazetteer(Scope(), counties=["瑞丽市"]).find("盈江县", "支那乡", "支那村", None)[0] is None


def test_gazetteer_finds_by_code_and_refuses_a_name_that_disagrees(yingjiang):
    PlaceCodeFactory(place=yingjiang.children.get(name="姐那乡").children.get(), code="533123204201")
    gazetteer = Gazetteer(Scope.of([yingjiang.path]), codes=["533123204201"])

    assert gazetteer.find(None, None, None, "533123204201")[0].name == "支那村"
    assert gazetteer.find(None, None, "支那村委会", "533123204201")[0].name == "支那村"
    assert "不符" in gazetteer.find(None, None, "新村", "533123204201")[1]
    assert "没有编码" in gazetteer.find(None, None, None, "533123999999")[1]
