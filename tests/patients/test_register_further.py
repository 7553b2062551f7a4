"""The later columns of the register's sheet: what national rosters ask beside the first ones."""

import pytest
from django.utils.timezone import localdate

from healthaid.accounts.enums import Ability
from healthaid.audit.models import Entry
from healthaid.exchange import actions, files
from healthaid.exchange.actions import export
from healthaid.exchange.checking import Sheet
from healthaid.exchange.choices import read_choice
from healthaid.exchange.merging import Run, provisional_ids
from patients.models import Person, PovertySpell
from patients.resources.register import RegisterSheet
from tests.exchange.sheets import applied, brought, counts, errors, register_row, withdrawn

pytestmark = pytest.mark.django_db

FURTHER = {
    "识别标准": "国家标准",
    "婚姻状况": "丧偶",
    "社保卡号": "T12345678",
    "是否外出": "是",
    "务工所在地/企业": "浙江省义乌市",
    "义务教育阶段未上学原因": "因残",
    "是否会讲普通话": "否",
    "残疾证办证年度": "2015",
    "是否参加城镇职工基本医疗保险": "否",
    "是否参加商业补充医疗保险": "是",
    "是否参加城乡居民基本养老保险": "是",
    "是否参加城镇职工基本养老保险": "否",
}


def test_further_items_are_taken(people):
    applied(people.poverty, [register_row(1, **FURTHER)])

    person = Person.objects.get()
    assert person.household.standard == "1"
    assert (person.marriage, person.card, person.masked_card) == ("30", "T12345678", "T1*****78")
    assert (person.is_away, person.workplace) == (True, "浙江省义乌市")
    assert (person.out_of_school_reason, person.speaks_mandarin, person.certificate_year) == ("因残", False, 2015)
    assert (person.has_employee_insurance, person.has_supplementary_insurance) == (False, True)
    assert (person.has_resident_pension, person.has_employee_pension) == (True, False)


def test_card_is_sealed_and_masked_in_the_record(people):
    applied(people.poverty, [register_row(1, 社保卡号="6217998880001234567")])
    batch = applied(people.poverty, [register_row(1, 社保卡号="6217998880001234568")])

    person = Person.objects.get()
    told = Entry.objects.filter(verb="patients.person.imported").latest("pk").changes
    assert (person.card, counts(batch)) == ("6217998880001234568", (0, 1, 0, 0))
    assert "6217998880001234568" not in person.card_sealed
    assert told == {"card": ["621799************", "621799************"]}


REFUSED = (  # column, its text, the text as it is told, reason, remedy
    ("识别标准", "世行线", "世行线", "没有“世行线”这一项。", "可填：国家标准、省定标准、市定标准"),
    ("婚姻状况", "30", "30", "填的是代码“30”，各系统的代码不一致。", "请填名称。"),
    ("社保卡号", "6.21799E+18", "6.2****E+18", "编号被表格软件存成了数值，末几位已丢失，无法恢复。", "文本"),
    ("社保卡号", "已办", "已办", "卡号应是6到32位数字或字母。", "对照卡面填写；没有卡的空着。"),
    ("是否外出", "也许", "也许", "不是“是”或“否”。", "填“是”或“否”，不清楚就空着。"),
    ("务工所在地/企业", "市" * 101, "市" * 101, "文字超过100个字。", "请缩短。"),
    ("残疾证办证年度", "15", "15", "残疾证办证年度应在出生年份和今年之间。", "填四位年份，如2015。"),
    ("残疾证办证年度", "2999", "2999", "残疾证办证年度应在出生年份和今年之间。", "填四位年份，如2015。"),
    ("义务教育阶段未上学原因", "因" * 51, "因" * 51, "文字超过50个字。", "请缩短。"),
)


def test_further_item_is_refused_with_its_row_column_value_and_remedy(people):
    rows = [register_row(house, house, **{column: text}) for house, (column, text, *_told) in enumerate(REFUSED)]

    _batch, sheet = brought(people.poverty, rows)

    problems = sorted(sheet.problems(), key=lambda problem: problem.row)
    assert [(problem.row, problem.column, problem.value, problem.reason) for problem in problems] == [
        (row, column, value, reason) for row, (column, _text, value, reason, _remedy) in enumerate(REFUSED, start=2)
    ]
    for problem, (*_told, remedy) in zip(problems, REFUSED, strict=True):
        assert remedy in problem.suggestion
        assert not problem.is_warning


@pytest.mark.parametrize(
    ("column", "words", "code"),
    [
        ("standard", "国家标准 国标", "1"),
        ("standard", "省定标准 省定", "2"),
        ("standard", "市定标准 市定", "3"),
        ("marriage", "未婚", "10"),
        ("marriage", "已婚 有配偶", "20"),
        ("marriage", "离婚 离异", "40"),
        ("marriage", "未说明", "90"),
    ],
)
def test_further_words_are_read(column, words, code):
    table = RegisterSheet.column(column).meanings

    assert {word: read_choice(word, table=table).value for word in words.split()} == dict.fromkeys(words.split(), code)


def test_template_offers_the_names_of_the_further_tables():
    offered = {column.label: column.choices for column in RegisterSheet.sheet_columns() if column.choices}

    assert offered["识别标准"] == ("国家标准", "省定标准", "市定标准")
    assert offered["婚姻状况"] == ("未婚", "已婚", "初婚", "再婚", "复婚", "丧偶", "离婚", "未说明的婚姻状况")


INSURED = (  # cells, whether the person has basic insurance
    ({"是否参加城乡居民基本医疗保险": "否", "是否参加城镇职工基本医疗保险": "是"}, True),
    ({"是否参加城镇职工基本医疗保险": "是"}, True),
    ({"是否参加城乡居民基本医疗保险": "否", "是否参加城镇职工基本医疗保险": "否"}, False),
    ({"是否参加城乡居民基本医疗保险": "是"}, True),
    ({"是否参加城镇职工基本医疗保险": "否"}, None),
)


def test_either_insurance_is_basic_insurance(people):
    applied(people.poverty, [register_row(house, house, **cells) for house, (cells, _basic) in enumerate(INSURED)])

    found = Person.objects.order_by("number").values_list("has_basic_insurance", flat=True)
    assert list(found) == [basic for _cells, basic in INSURED]


ODD = "有 1 行的低保、特困供养没有登记：此人有别的脱贫属性，或属脱贫户。"


STANDINGS = (  # cells, the person's standing
    ({"是否享受农村低保": "是"}, "subsistence_allowance"),
    ({"是否享受农村低保": "是", "户类型": "一般农户"}, "subsistence_allowance"),
    ({"是否特困供养人员": "是"}, "extreme_hardship"),
    ({"是否享受农村低保": "否", "是否特困供养人员": "否"}, ""),
    ({"是否享受农村低保": "是", "脱贫属性": "农村低保对象"}, "subsistence_allowance"),
)


def test_yes_to_a_standing_is_the_standing_of_who_has_no_other(people):
    rows = [
        register_row(house, house, **{"脱贫属性": ""} | cells) for house, (cells, _standing) in enumerate(STANDINGS)
    ]

    batch = applied(people.poverty, rows)

    assert not batch.problems.exists()
    standings = [standing for _cells, standing in STANDINGS]
    assert list(Person.objects.order_by("number").values_list("poverty_status", flat=True)) == standings
    spells = PovertySpell.objects.filter(ends_on=None).order_by("person__number")
    assert [spell.status for spell in spells] == list(filter(None, standings))


@pytest.mark.parametrize(
    ("cells", "standing"),
    [
        ({"是否享受农村低保": "是", "户类型": "脱贫户"}, ""),
        ({"是否享受农村低保": "是", "脱贫时间": "2018-12-01"}, ""),
        ({"是否享受农村低保": "是", "脱贫属性": "已脱贫"}, "lifted"),
        ({"是否享受农村低保": "否", "脱贫属性": "农村低保对象"}, "subsistence_allowance"),
    ],
)
def test_yes_to_a_standing_that_is_not_kept_is_told(people, cells, standing):
    batch = applied(people.poverty, [register_row(1, **{"脱贫属性": ""} | cells)])

    assert [problem.reason for problem in batch.problems.all()] == [ODD]
    assert Person.objects.get().poverty_status == standing
    assert [spell.status for spell in PovertySpell.objects.filter(ends_on=None)] == ([standing] if standing else [])


def test_yes_to_a_standing_leaves_the_stored_one(people):
    applied(people.poverty, [register_row(1, 脱贫属性="已脱贫")])

    batch, sheet = brought(people.poverty, [register_row(1, 脱贫属性="", 是否享受农村低保="是")])

    assert counts(batch) == (0, 0, 1, 0)
    assert [problem.reason for problem in sheet.problems()] == [ODD]


def test_further_items_go_out_and_come_back_unchanged(people):
    second = {"与户主关系": "配偶", "脱贫属性": "农村低保对象", "是否参加城镇职工基本医疗保险": "是"}
    applied(people.poverty, [register_row(1, **FURTHER), register_row(2, **second)])

    data = files.read(export(by=people.poverty, kind="register", filters={}, fmt="csv"))
    batch = actions.receive(by=people.poverty, kind="register", name="导出.csv", data=data)
    sheet = actions.check(batch_id=batch.pk)
    batch.refresh_from_db()

    assert "T12345678" in data.decode()
    assert sheet.frame["has_allowance"].to_list() == [None, True]
    assert (counts(batch), list(sheet.problems())) == ((0, 0, 2, 0), [])


def test_blank_further_cell_keeps_what_is_stored(people):
    applied(people.poverty, [register_row(1, **FURTHER)])

    batch = applied(people.poverty, [register_row(1, **FURTHER | {"婚姻状况": "", "社保卡号": "", "是否外出": "否"})])

    person = Person.objects.get()
    assert counts(batch) == (0, 1, 0, 0)
    assert (person.marriage, person.card, person.is_away) == ("30", "T12345678", False)


def test_taken_back_batch_restores_the_further_items(people):
    applied(people.poverty, [register_row(1, **FURTHER)])
    batch = applied(people.poverty, [register_row(1, 婚姻状况="已婚", 社保卡号="T99999999", 残疾证办证年度="2020")])

    withdrawn(people.poverty, batch)

    person = Person.objects.get()
    assert (person.marriage, person.card, person.certificate_year) == ("30", "T12345678", 2015)


def test_columns_without_a_cell_are_neither_read_nor_written(people):
    _batch, sheet = brought(people.poverty, [register_row(1), register_row(2, 与户主关系="配偶", 婚姻状况="已婚")])
    kept = Sheet.from_bytes(sheet.to_bytes(), RegisterSheet.columns())
    run = Run(people.poverty, people.poverty.scope(Ability.EDIT_REGISTER), localdate(), provisional_ids)

    _households, persons, *_spells = RegisterSheet.plan(kept, run).merges

    assert "marriage" in persons.wanted.columns
    assert not {"card", "workplace", "certificate_year"} & {*persons.wanted.columns, *persons.stored.columns}


def test_what_bills_tell_is_no_column_and_said_so(people):
    cells = {"是否接受医疗救助": "是", "是否接受其他健康扶贫": "否"}

    batch, sheet = brought(people.poverty, [register_row(1, **cells)])

    assert errors(sheet) == []
    assert batch.unused_columns == [*cells]
