from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from facilities.enums import HospitalLevel
from healthaid.accounts.enums import Duty
from healthaid.audit.models import Entry
from healthaid.coverage.models import Enrolment, SpecialCard
from healthaid.exchange import actions, registry
from healthaid.exchange.actions import export_to
from tests.coverage.regions import coded
from tests.exchange.sheets import applied, brought, counts, errors, withdrawn
from tests.factories.accounts import appointed
from tests.factories.coverage import EnrolmentFactory, SpecialCardFactory, valid_card
from tests.factories.facilities import HospitalFactory
from tests.factories.patients import PersonFactory

WORLD = coded


@pytest.fixture
def person(people, codes):
    return PersonFactory(household__village=people.here, name="玉罕")


@pytest.fixture
def hospital(people):
    return HospitalFactory(parent=people.county, name="县人民医院", level=HospitalLevel.SECONDARY)


def exported(by, kind):
    """The workbook that an export wrote, and how many rows it has."""
    out = BytesIO()
    count = export_to(by=by, resource=registry.sheet(kind), filters={}, fmt="xlsx", out=out)
    return out.getvalue(), count


def brought_back(by, kind):
    """The batch of an export that was received and checked again."""
    data, _count = exported(by, kind)
    batch = actions.receive(by=by, kind=kind, name="导出.xlsx", data=data)
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


# Enrolments


def enrolment(person, **cells):
    return {"身份证号": person.identity, "姓名": person.name, "参保年度": "2018", "是否参加基本医保": "是", **cells}


def test_enrolments_are_made_from_a_sheet_of_another_system(people, person):
    row = enrolment(person, 参加大病保险="是", 民政救助="否", 个人缴费="180.5", 缴费时间="2017年12月1日")

    batch = applied(people.insurance, [row], "enrolments")

    assert counts(batch) == (1, 0, 0, 0)
    found = Enrolment.objects.get()
    assert (found.person, found.year, found.path) == (person, 2018, person.path)
    assert (found.has_basic, found.has_critical, found.has_assistance, found.has_supplementary) == (
        True,
        True,
        False,
        False,
    )
    assert (found.premium, found.enrolled_on) == (Decimal("180.50"), date(2017, 12, 1))
    entry = Entry.objects.get(verb="coverage.enrolment.imported")
    assert entry.changes["premium"] == [None, "180.50"]  # yuan, not fen
    withdrawn(people.insurance, batch)
    assert not Enrolment.objects.exists()


def test_enrolments_merge_into_what_is_there(people, person):
    EnrolmentFactory(person=person, has_assistance=False, premium=Decimal("180.00"))
    other = PersonFactory(household__village=people.here, name="岩恩")
    EnrolmentFactory(person=other, has_basic=False, has_critical=False, has_assistance=False, absence="elsewhere_work")

    batch = applied(people.insurance, [enrolment(person, 医疗救助="是"), enrolment(other)], "enrolments")

    assert counts(batch) == (0, 2, 0, 0)
    assert list(
        Enrolment.objects.order_by("pk").values_list("has_assistance", "has_critical", "absence", "premium")
    ) == [
        (True, True, "", Decimal("180.00")),
        (False, False, "", None),  # whoever is enrolled is no longer absent
    ]
    assert counts(applied(people.insurance, [enrolment(person, 医疗救助="是")], "enrolments")) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("cells", "header", "reason"),
    [
        ({"参保年度": ""}, "参保年度", "没有填写年度"),
        ({"参保年度": "2016"}, "参保年度", "2017年"),
        ({"参保年度": "2100"}, "参保年度", "不能晚于下一年"),
        ({"是否参加基本医保": ""}, "是否参加基本医保", "须填写是否参加基本医保"),
        ({"未参保原因": "参军"}, "未参保原因", "不填未参保原因"),
        ({"未参保原因": "不想参保"}, "未参保原因", "不想参保"),
        ({"是否参加基本医保": "否", "缴费时间": "2017-12-01"}, "缴费时间", "不填参保日期"),
        ({"姓名": "别人"}, "姓名", "与登记的不一致"),
    ],
)
def test_enrolment_sheet_refuses_the_cell(people, person, cells, header, reason):
    _batch, sheet = brought(people.insurance, [enrolment(person, **cells)], "enrolments")

    assert [column for _row, column, _why in errors(sheet)] == [header]
    assert reason in errors(sheet)[0][2]


def test_enrolment_sheet_refuses_a_person_twice_and_people_elsewhere(people, person):
    stranger = PersonFactory(household__village=people.far_away, name="远方")

    _batch, sheet = brought(people.insurance, [enrolment(person), enrolment(person), enrolment(stranger)], "enrolments")

    assert [row for row, _column, _why in errors(sheet)] == [2, 3, 4]


def test_exported_enrolments_come_back_unchanged(people, person):
    EnrolmentFactory(person=person, premium=Decimal("180.00"), enrolled_on=date(2017, 12, 1))
    EnrolmentFactory(
        person=person, year=2017, has_basic=False, has_critical=False, has_assistance=False, absence="in_prison"
    )

    assert counts(brought_back(people.insurance, "enrolments")) == (0, 0, 2, 0)


# Cards


def card(person, **cells):
    return {"身份证号": person.identity, "姓名": person.name, "慢病病种": "糖尿病", "申请时间": "2018-01-08", **cells}


def test_cards_are_made_in_the_state_that_their_days_tell(people, person, hospital):
    others = [PersonFactory(household__village=people.here) for _ in range(2)]
    diagnosed = {"诊断时间": "2018-01-15", "诊断医院": "县人民医院"}
    rows = [
        card(person),
        card(others[0], 慢病病种="胃癌", **diagnosed),
        card(others[1], 卡号="MTB1", 生效时间="2018-02-01", **diagnosed),
    ]

    assert counts(applied(people.insurance, rows, "cards")) == (3, 0, 0, 0)

    assert list(SpecialCard.objects.order_by("pk").values_list("disease", "state", "diagnosed_level", "number")) == [
        ("diabetes", "applied", "", ""),
        ("cancer", "diagnosed", "2", ""),
        ("diabetes", "valid", "2", "MTB1"),
    ]
    assert counts(applied(people.insurance, rows, "cards")) == (0, 0, 3, 0)


def test_card_of_the_file_goes_on_where_the_stored_one_stands(people, person, hospital):
    stored = SpecialCardFactory(person=person)

    batch = applied(
        people.insurance, [card(person, 状态="已鉴定", 诊断时间="2018-01-15", 诊断医院="县人民医院")], "cards"
    )

    stored.refresh_from_db()
    assert (counts(batch), stored.state, stored.diagnosed_by, stored.version) == (
        (0, 1, 0, 0),
        "diagnosed",
        hospital,
        2,
    )


@pytest.mark.parametrize(
    ("cells", "header", "reason"),
    [
        ({"慢病病种": "白内障"}, "慢病病种", "不是28种"),
        ({"申请时间": ""}, "申请时间", "没有填写申请日期"),
        ({"诊断医院": "没有的医院"}, "诊断医院", "没有这个名称"),
        (
            {"诊断时间": "2018-06-10", "诊断医院": "乡医院"},
            "诊断医院",
            "该机构为一级。2018-06-10起的鉴定须由2级及以上医院作出（云健扶办发〔2018〕2号 三）",
        ),
        ({"状态": "有效", "生效时间": "2018-02-01"}, "", "这一状态须填写鉴定医院"),
        ({"状态": "未通过"}, "", "须填写原因"),
        ({"状态": "已停用", "备注": "x"}, "", "这一状态须填写停用日期"),
    ],
)
def test_card_sheet_refuses_the_cell(people, person, cells, header, reason):
    HospitalFactory(parent=people.county, name="乡医院", level=HospitalLevel.PRIMARY)

    batch, sheet = brought(people.insurance, [card(person, **cells)], "cards")

    assert batch.state == "faulty"
    assert any(reason in why and (not header or column == header) for _row, column, why in errors(sheet))


def test_card_sheet_asks_for_the_level_of_the_day_of_each_diagnosis(people, codes):
    HospitalFactory(parent=people.county, name="乡医院", level=HospitalLevel.PRIMARY)
    days = ("2018-06-09", "2018-06-10", "2018-06-09", "2018-07-01")
    rows = [card(PersonFactory(household__village=people.here), 诊断时间=day, 诊断医院="乡医院") for day in days]

    _batch, sheet = brought(people.insurance, rows, "cards")

    assert [(row, column) for row, column, _why in errors(sheet)] == [(3, "诊断医院"), (5, "诊断医院")]


def test_card_sheet_keeps_one_running_card_of_a_disease(people, person):
    SpecialCardFactory(person=person, applied_on=date(2017, 5, 1))
    twice = PersonFactory(household__village=people.here)

    _batch, sheet = brought(people.insurance, [card(person), card(twice), card(twice, 申请时间="2018-02-08")], "cards")

    assert [(row, why[:7]) for row, _column, why in errors(sheet)] == [
        (2, "此人该病种已有"),
        (3, "第 3、4 行"),
        (4, "第 3、4 行"),
    ]


def test_sensitive_cards_go_in_and_out_only_for_those_who_may_know(people, person):
    SpecialCardFactory(person=person, disease="schizophrenia")
    unknowing = appointed("unknowing", (Duty.CIVIL_AFFAIRS, people.county))

    assert exported(people.insurance, "cards")[1] == 1
    assert exported(unknowing, "cards")[1] == 0


def test_exported_cards_come_back_unchanged(people, person, hospital):
    valid_card(person, hospital, valid_to=date(2018, 12, 31))
    valid_card(person, hospital, applied_on=date(2017, 1, 1), state="ended", ended_on=date(2017, 12, 1), reason="换卡")
    SpecialCardFactory(person=person, disease="schizophrenia")

    assert counts(brought_back(people.insurance, "cards")) == (0, 0, 3, 0)
