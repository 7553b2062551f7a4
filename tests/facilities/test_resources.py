"""The sheet of facilities of every kind."""

import pytest
from django.urls import reverse

from facilities.models import Facility
from tests.exchange.sheets import applied, brought, counts, errors
from tests.exchange.test_engine import Capture, returned
from tests.factories.facilities import FacilityFactory, HospitalFactory
from tests.factories.regions import PlaceCodeFactory


@pytest.fixture(autouse=True)
def _coded(people):
    PlaceCodeFactory(place=people.here, code="533103101201")
    PlaceCodeFactory(place=people.township, code="533103101")
    PlaceCodeFactory(place=people.elsewhere, code="533103102201")


def row(**cells):
    first = {"机构编码": "JG1", "机构名称": "芒坝镇卫生院", "机构类别": "乡镇卫生院", "所在地编码": "533103101000"}
    return first | cells


def test_facilities_come_in_change_and_return(people):
    first = applied(people.worker, [row()], "facilities")
    second = applied(people.worker, [row(联系电话="13800000001", 所在地编码="")], "facilities")

    facility = Facility.objects.get()
    assert (counts(first), counts(second)) == ((1, 0, 0, 0), (0, 1, 0, 0))
    assert (facility.place.parent, facility.path) == (people.township, facility.place.path)
    assert (facility.kind, facility.level, facility.phone) == ("township_centre", "9", "13800000001")
    assert returned(people.worker, "facilities", Capture()) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"机构编码": ""}, "机构编码", "没有填写机构编码。"),
        ({"机构名称": ""}, "机构名称", "新登记的机构须填写机构名称。"),
        ({"所在地编码": ""}, "所在地编码", "新登记的机构须填写所在地编码。"),
        ({"所在地编码": "533103102201"}, "所在地编码", "您的任职范围内没有这个编码的地方。"),
        ({"状态": "已停用"}, "状态", "新登记的机构须是在用的。"),
        ({"机构编码": "KNOWN"}, "机构名称", "机构名称与登记的不同。"),
        ({"机构编码": "FAR"}, "机构编码", "该机构编码已在您任职范围以外登记，不能在此导入。"),
    ],
)
def test_facilities_that_cannot_be_are_refused(people, cells, column, reason):
    FacilityFactory(parent=people.township, kind="township_centre", code="KNOWN")
    FacilityFactory(parent=people.elsewhere, code="FAR")

    _batch, sheet = brought(people.worker, [row(**cells)], "facilities")

    assert (2, column, reason) in errors(sheet)


def test_facility_of_a_kind_stands_on_its_level_only(people):
    _batch, sheet = brought(people.worker, [row(机构类别="村卫生室")], "facilities")

    assert [column for _row, column, _reason in errors(sheet)] == ["所在地编码"]


@pytest.mark.parametrize(("query", "number"), [({}, 3), ({"kind": "hospital"}, 1), ({"use": "closed"}, 1)])
def test_list_exports_what_it_shows(people, client_of, query, number):
    FacilityFactory(parent=people.here)
    FacilityFactory(parent=people.here, is_open=False)
    HospitalFactory(parent=people.township)
    client = client_of(people.worker)

    url = client.get(reverse("facilities:facility-list"), query).context["export_url"]

    assert client.get(url).context["count"].number == number
