"""The thin sheets through the engine: conditions, contracts, clinics; each comes in, changes, goes out and returns."""

from datetime import date

import pytest

from facilities.models import ClinicCheck, Facility
from healthaid.audit.models import Entry
from healthaid.exchange import actions, registry
from healthaid.regions.models import Place
from patients.models import Condition, Person
from signing.models import Contract
from tests.exchange.sheets import applied, brought, counts, errors, withdrawn
from tests.factories.facilities import CareTeamFactory, FacilityFactory
from tests.factories.patients import HouseholdFactory, PersonFactory, identity_number
from tests.factories.regions import PlaceCodeFactory
from tests.factories.signing import ContractFactory

pytestmark = pytest.mark.django_db

IDENTITY = identity_number(1, date(1950, 3, 12))


@pytest.fixture
def person(people):
    """A man of 68 of 芒坝村."""
    household = HouseholdFactory(village=people.here)
    return PersonFactory(household=household, name="岩温甲", number="R1", identity=IDENTITY)


def returned(user, kind, capture):
    """Export a sheet and bring the file in again: new, changed, unchanged, bad."""
    actions.export_to(by=user, resource=registry.sheet(kind), filters={}, fmt="csv", out=capture)
    batch = actions.receive(by=user, kind=kind, name="试点.csv", data=bytes(capture.written))
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    return counts(batch)


class Capture:
    """An open file in memory."""

    def __init__(self):
        self.written = bytearray()

    def write(self, data):
        self.written += data
        return len(data)

    def tell(self):
        return len(self.written)

    def flush(self):
        pass


def condition(**cells):
    return {"证件号码": IDENTITY, "姓名": "岩温甲", "病种": "高血压", "核实状态": "已核实", **cells}


def test_conditions_come_in_change_and_return(people, person):
    first = applied(people.worker, [condition(确诊时间="2018-01-05", 确诊医院="芒坝医院")], "conditions")
    second = applied(people.worker, [condition(人编号="R1", 证件号码="", 确诊医院="县医院")], "conditions")

    row = Condition.objects.get()
    assert (counts(first), counts(second)) == ((1, 0, 0, 0), (0, 1, 0, 0))
    assert (row.person, row.path, row.kind, row.state) == (person, person.path, "chronic", "verified")
    assert (row.diagnosed_on, row.diagnosed_at, row.version) == (date(2018, 1, 5), "县医院", 2)
    assert returned(people.worker, "conditions", Capture()) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"病种": "没有的病"}, "病种", "病种目录中没有“没有的病”。"),
        ({"病种": "高血压、没有的病"}, "病种", "病种目录中没有“没有的病”。"),
        ({"病种": "高血压、糖尿病", "ICD-10": "I10"}, "ICD-10", "一格内有多种病，无法确定ICD-10是哪一种的。"),
        ({"病种": ""}, "病种", "没有填写病种。"),
        ({"姓名": "玉香"}, "姓名", "姓名与登记的不一致。"),
        ({"证件号码": ""}, "证件号码", "证件号码和人编号都没有填写，无法确定是谁。"),
        ({"证件号码": identity_number(9, date(1950, 3, 12))}, "证件号码", "在您的任职范围内没有找到此人。"),
        ({"病种": "宫颈癌"}, "病种", "该病种与此人性别不符。"),
        ({"确诊时间": "1949-01-01"}, "确诊时间", "确诊时间早于出生日期。"),
    ],
)
def test_conditions_that_cannot_be_are_refused(people, person, cells, column, reason):
    _batch, sheet = brought(people.worker, [condition(**{"确诊时间": "", "ICD-10": ""} | cells)], "conditions")

    assert errors(sheet) == [(2, column, reason)]


@pytest.mark.parametrize(
    ("text", "diseases"),
    [
        ("高血压、2型糖尿病", {"hypertension", "diabetes"}),
        ("高血压 ， 糖尿病；胃癌", {"hypertension", "diabetes", "gastric_cancer"}),
        ("高血压/糖尿病", {"hypertension", "diabetes"}),
        ("高血压 糖尿病", {"hypertension", "diabetes"}),
        ("高血压和糖尿病", {"hypertension", "diabetes"}),
        ("高血压、高血压3级", {"hypertension"}),
        ("高血压3级（极高危）", {"hypertension"}),
    ],
)
def test_several_illnesses_in_a_cell_are_one_condition_each(people, person, text, diseases):
    rows = [condition(病种=text, 确诊医院="芒坝医院")]

    first = applied(people.worker, rows, "conditions")
    again = applied(people.worker, rows, "conditions")

    stored = Condition.objects.values_list("disease", "diagnosed_at", "state")
    assert set(stored) == {(code, "芒坝医院", "verified") for code in diseases}
    assert (first.row_count, counts(first), counts(again)) == (1, (1, 0, 0, 0), (0, 0, 1, 0))


def test_row_of_several_illnesses_keeps_its_number(people, person):
    rows = [condition(病种="高血压、糖尿病"), condition(病种="胃癌、高血压")]

    batch, sheet = brought(people.worker, rows, "conditions")

    assert batch.row_count == 2
    assert errors(sheet) == [(row, "病种", "第 2、3 行是同一个人的同一病种。") for row in (2, 3)]


@pytest.mark.parametrize("identity", [IDENTITY, ""])
def test_number_of_somebody_elsewhere_is_nobodys(people, person, identity):
    PersonFactory(household=HouseholdFactory(village=people.elsewhere), number="ELSEWHERE-1")
    told = []
    for number in ("ELSEWHERE-1", "NOBODY-1"):
        _batch, sheet = brought(people.worker, [condition(证件号码=identity, 人编号=number)], "conditions")
        told.append([(found.row, found.column, found.reason) for found in sheet.problems()])

    assert told[0] == told[1] == ([] if identity else [(2, "人编号", "在您的任职范围内没有找到此人。")])


def test_people_elsewhere_and_people_unknown_are_told_alike(people, person):
    _batch, sheet = brought(people.other_worker, [condition()], "conditions")

    assert errors(sheet) == [(2, "证件号码", "在您的任职范围内没有找到此人。")]


def test_record_of_a_sensitive_illness_does_not_name_it(people, person):
    applied(people.worker, [condition(病种="精神分裂症")], "conditions")

    row, entry = Condition.objects.get(), Entry.objects.get(verb="patients.condition.imported")
    assert row.is_sensitive
    assert set(map(str, entry.changes["disease"])) == {"None", "***"}
    assert row.disease not in entry.changes_json


@pytest.mark.parametrize(
    ("before", "cells", "after"),
    [
        ("", [{}], "hypertension"),
        ("elderly", [{}, {"病种": "2型糖尿病"}], "diabetes,elderly,hypertension"),
        ("elderly", [{"病种": "精神分裂症"}], "elderly,mental"),
        ("elderly", [{"核实状态": "疑似"}], "elderly"),
        ("diabetes,hypertension", [{"核实状态": "排除"}], "diabetes"),
        ("elderly", [{"病种": "胃癌"}], "elderly"),
    ],
)
def test_verified_conditions_mark_their_person_and_let_go(people, person, before, cells, after):
    Person.objects.update(key_groups=before)

    batch = applied(people.worker, [condition(**each) for each in cells], "conditions")

    person.refresh_from_db()
    entries = Entry.objects.filter(verb="patients.person.regrouped")
    assert (person.key_groups, person.version) == (after, 1 if after == before else 2)
    assert [(entry.subject_id, entry.place_path, entry.changes) for entry in entries] == (
        [] if after == before else [(person.pk, person.path, {})]
    )
    withdrawn(people.worker, batch)
    person.refresh_from_db()
    assert (person.key_groups, Condition.objects.count()) == (before, 0)


def test_stored_illness_of_the_group_keeps_the_mark(people, person):
    applied(people.worker, [condition(病种="高血压")], "conditions")
    applied(people.worker, [condition(病种="高血压Ⅱ期")], "conditions")
    applied(people.worker, [condition(病种="高血压", 核实状态="排除")], "conditions")

    person.refresh_from_db()
    assert (person.key_groups, person.version) == ("hypertension", 2)
    applied(people.worker, [condition(病种="高血压Ⅱ期", 核实状态="排除")], "conditions")
    person.refresh_from_db()
    assert (person.key_groups, person.version) == ("", 3)


def contract(**cells):
    return {
        "协议编号": "XY1",
        "证件号码": IDENTITY,
        "姓名": "岩温甲",
        "服务团队": "一队",
        "起始日期": "2018-01-01",
        **cells,
    }


@pytest.fixture
def team(people):
    """The team of the township's clinic."""
    return CareTeamFactory(facility=FacilityFactory(parent=people.here, name="芒坝卫生室"), name="一队")


def test_contracts_come_in_change_and_return(people, person, team):
    first = applied(people.signer, [contract(服务包="慢病服务包")], "contracts")
    second = applied(
        people.signer,
        [contract(状态="已解约", 终止日期="2018-06-10", 解约原因="外出"), contract(协议编号="XY2")],
        "contracts",
    )

    old, new = Contract.objects.order_by("number")
    assert (counts(first), counts(second)) == ((1, 0, 0, 0), (1, 1, 0, 0))
    assert (old.team, old.package, old.ends_on, old.state) == (team, "chronic", date(2018, 12, 31), "ended")
    assert (old.ended_on, new.ended_on) == (date(2018, 6, 10), None)
    assert (new.person, new.path, new.state) == (person, person.path, "active")
    assert returned(people.signer, "contracts", Capture()) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"协议编号": ""}, "协议编号", "没有填写协议编号。"),
        ({"服务团队": "九队"}, "服务团队", "没有服务此人所在乡镇的这个团队。"),
        ({"起始日期": ""}, "起始日期", "新的签约须填写起始日期。"),
        ({"截止日期": "2017-12-31"}, "截止日期", "截止日期早于起始日期。"),
        ({"状态": "已解约"}, "终止日期", "已解约的须填写终止日期。"),
        ({"终止日期": "2018-06-10"}, "终止日期", "履约中的签约没有终止日期。"),
    ],
)
@pytest.mark.usefixtures("person", "team")
def test_contracts_that_cannot_be_are_refused(people, cells, column, reason):
    _batch, sheet = brought(people.signer, [contract(**{"截止日期": ""} | cells)], "contracts")

    assert errors(sheet) == [(2, column, reason)]


def test_ended_contract_is_not_revived_but_its_ending_is_taken_back(people, person, team):
    applied(people.signer, [contract()], "contracts")
    batch = applied(people.signer, [contract(状态="已解约", 终止日期="2018-06-10")], "contracts")

    _batch, sheet = brought(people.signer, [contract(状态="履约中")], "contracts")
    withdrawn(people.signer, batch)

    row = Contract.objects.get()
    assert errors(sheet) == [(2, "状态", "该协议已终止，不能改回履约中。")]
    assert (row.state, row.ended_on) == ("active", None)


def test_second_running_contract_is_refused(people, person, team):
    ContractFactory(person=person, team=team, number="XY0")

    _batch, sheet = brought(people.signer, [contract()], "contracts")

    assert [reason for _row, _column, reason in errors(sheet)] == ["此人已有履约中的签约。"]


def test_number_of_somebody_elses_contract_is_refused(people, person, team):
    other = PersonFactory(household__village=people.here)
    ContractFactory(person=other, team=team, number="XY1")

    _batch, sheet = brought(people.signer, [contract()], "contracts")

    assert errors(sheet) == [(2, "协议编号", "该协议编号是另一个人的。")]


def clinic(**cells):
    return {
        "机构编码": "WSS1",
        "县": "芒坝市",
        "乡（镇）": "芒坝镇",
        "行政村": "芒坝村",
        "机构名称": "芒坝村卫生室",
        "检查日期": "2018-06-11",
        "建筑面积（㎡）": "62",
        "诊断室独立": "是",
        "治疗室独立": "是",
        "药房独立": "是",
        "设备齐全": "是",
        "在岗村医": "2",
        "常住人口": "1500",
        **cells,
    }


@pytest.fixture
def coded(people):
    """The county under its code, so that the policy of the place is known."""
    PlaceCodeFactory(place=people.county, code="533103")
    PlaceCodeFactory(place=people.prefecture, code="533100")
    PlaceCodeFactory(place=people.province, code="530000")


def test_clinics_come_in_change_and_return(people, coded):
    first = applied(people.worker, [clinic()], "clinics")
    second = applied(people.worker, [clinic(药房独立="否", 联系电话="13800000001")], "clinics")
    third = applied(people.worker, [clinic(检查日期="2018-06-20")], "clinics")

    place, facility = Place.objects.get(level="facility"), Facility.objects.get()
    assert (counts(first), counts(second), counts(third)) == ((1, 0, 0, 0), (0, 1, 0, 0), (1, 0, 0, 0))
    assert (place.parent, place.path) == (people.here, f"{people.here.path}{place.pk}/")
    assert (facility.place, facility.path, facility.kind, facility.phone) == (
        place,
        place.path,
        "village_clinic",
        "13800000001",
    )
    june, later = ClinicCheck.objects.order_by("checked_on")
    assert (june.meets_standard, june.shortfalls, june.version) == (False, ["pharmacy"], 2)
    assert (later.meets_standard, later.shortfalls, later.path) == (True, [], place.path)
    assert returned(people.worker, "clinics", Capture()) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"机构编码": ""}, "机构编码", "没有填写机构编码。"),
        ({"检查日期": ""}, "检查日期", "填了检查结果，没有填写检查日期。"),
        ({"建筑面积（㎡）": ""}, "建筑面积（㎡）", "新的检查须填写建筑面积（㎡）。"),
        ({"乡（镇）": "遮冒乡", "行政村": "遮冒村"}, "行政村", "遮冒村不在您的任职范围（芒坝镇）。"),
        ({"机构名称": ""}, "机构名称", "新登记的卫生室须填写机构名称。"),
    ],
)
def test_clinics_that_cannot_be_are_refused(people, coded, cells, column, reason):
    _batch, sheet = brought(people.worker, [clinic(**cells)], "clinics")

    assert errors(sheet) == [(2, column, reason)]


def test_clinics_are_taken_back_with_their_leaf(people, coded):
    batch = applied(people.worker, [clinic()], "clinics")

    withdrawn(people.worker, batch)

    assert (ClinicCheck.objects.count(), Facility.objects.count()) == (0, 0)
    assert not Place.objects.filter(level="facility").exists()
