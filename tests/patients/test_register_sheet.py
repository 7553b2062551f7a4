"""The register's sheet: what its rows become, and what is refused."""

from datetime import date

import pytest

from healthaid.audit.models import Entry
from healthaid.exchange import actions, files, registry
from healthaid.exchange.actions import export
from patients.models import Household, Person, PovertySpell
from tests.exchange.sheets import applied, brought, counts, errors, register_row
from tests.exchange.workbooks import book
from tests.factories.patients import HouseholdFactory, PersonFactory, identity_number
from tests.factories.regions import PlaceCodeFactory, PlaceFactory

pytestmark = pytest.mark.django_db


def test_new_rows_become_a_household_and_its_members(people):
    rows = [
        register_row(1, 户联系电话="13800000001", 人均纯收入="3,210.5", 危房户="否", 其他致贫原因="因残、因学"),
        register_row(2, 与户主关系="配偶", 姓名="玉 香", 人联系电话="13800000002", 健康状况="残疾、长期慢性病"),
    ]

    batch = applied(people.poverty, rows)

    household = Household.objects.get()
    head, spouse = Person.objects.order_by("number")
    assert counts(batch) == (2, 0, 0, 0)
    assert (household.village, household.path, household.phone) == (people.here, people.here.path, "13800000001")
    assert (str(household.income_per_head), household.unsafe_housing, household.other_causes) == (
        "3210.50",
        False,
        "02,03",
    )
    assert (head.household, head.path, head.relation, head.identity) == (
        household,
        people.here.path,
        "01",
        rows[0]["证件号码"],
    )
    assert (spouse.name, spouse.given_name, spouse.initials) == ("玉香", "香", "yx")
    assert (spouse.phone, spouse.health, spouse.version) == ("13800000002", "2,4", 1)


def test_sex_and_birth_follow_from_the_identity_number(people):
    number = identity_number(7, date(1958, 2, 3), "2")

    applied(people.poverty, [register_row(1, 证件号码=number)])

    person = Person.objects.get()
    assert (person.sex, person.born_on, person.document_kind) == ("2", date(1958, 2, 3), "01")


def test_imported_person_is_found_as_one_registered_on_the_page(people):
    known = PersonFactory(household__village=people.here, identity=identity_number(1, date(1960, 5, 6)))
    index = known.identity_index, known.identity_last6, known.identity_last4
    known.delete()

    applied(people.poverty, [register_row(1)])

    person = Person.objects.get()
    assert (person.identity_index, person.identity_last6, person.identity_last4) == index


BAD_CELLS = (
    ({"行政村": "遮天村"}, "行政村", "芒坝市芒坝镇没有名为“遮天村”的行政村。"),
    ({"县": "遮天县"}, "县", "没有名为“遮天县”的县（市）。"),
    ({"乡（镇）": "遮天乡"}, "乡（镇）", "芒坝市没有名为“遮天乡”的乡（镇）。"),
    ({"行政村编码": "999999999999"}, "行政村编码", "没有编码为 999999999999 的行政村。"),
    ({"行政村": ""}, "行政村", "新登记的户须填写行政村。"),
    ({"姓名": ""}, "姓名", "新登记的人员须填写姓名。"),
    ({"户编号": ""}, "户编号", "新登记的人员须填写户编号。"),
    ({"证件号码": "", "人编号": ""}, "证件号码", "证件号码和人编号都没有填写，无法确定是谁。"),
    ({"脱贫时间": "2013-01-01"}, "脱贫时间", "脱贫时间早于首次识别时间。"),
    ({"人员识别时间": "1950-01-01"}, "人员识别时间", "人员识别时间早于出生日期。"),
)


def test_bad_cell_is_refused_with_its_row_and_column(people):
    plain = {"人员识别时间": "", "脱贫时间": ""}
    rows = [register_row(at, at, **(plain | cells)) for at, (cells, _column, _reason) in enumerate(BAD_CELLS)]

    batch, sheet = brought(people.poverty, rows)

    told = [(row, column, reason) for row, (_cells, column, reason) in enumerate(BAD_CELLS, start=2)]
    assert errors(sheet) == told
    assert (batch.state, batch.error_count) == ("faulty", len(told))


def test_household_without_a_head_is_refused(people):
    _batch, sheet = brought(people.poverty, [register_row(1, 与户主关系="配偶")])

    assert errors(sheet) == [(2, "与户主关系", "该户没有户主。")]


def test_birth_and_sex_must_agree_with_the_identity_number(people):
    rows = [register_row(1, 1, 出生日期="1961-05-06"), register_row(2, 2, 性别="女")]

    _batch, sheet = brought(people.poverty, rows)

    assert [(row, name) for row, name, _reason in errors(sheet)] == [(2, "出生日期"), (3, "性别")]


def test_nobody_below_a_note_is_left_out(people):
    rows = [register_row(number, number) for number in range(1, 10)]
    applied(people.poverty, rows)
    headers = [column.header for column in registry.sheet("register").columns()][:10]
    thin = [dict.fromkeys(headers, "") | {name: row[name] for name in ("姓名", "证件号码")} for row in rows]
    note = dict.fromkeys(headers, "") | {headers[0]: "备注：以下为新增电话"}

    batch, sheet = brought(people.poverty, [*thin[:5], note, *thin[5:]])

    assert batch.row_count == 10
    assert errors(sheet) == [(7, "证件号码", "证件号码和人编号都没有填写，无法确定是谁。")]


def test_duplicates_in_the_file_name_each_other(people):
    rows = [register_row(1), register_row(2, 与户主关系="配偶", 证件号码=register_row(1)["证件号码"])]

    _batch, sheet = brought(people.poverty, rows)

    reason = "第 2、3 行的证件号码相同。"
    assert errors(sheet) == [(2, "证件号码", reason), (3, "证件号码", reason)]


def test_rows_of_a_household_must_agree_about_it_and_blanks_do(people):
    rows = [
        register_row(1, 户联系电话="13800000001"),
        register_row(2, 与户主关系="配偶", 户联系电话=""),
        register_row(3, 与户主关系="之子", 户联系电话="13800000009"),
    ]

    _batch, sheet = brought(people.poverty, rows)

    assert errors(sheet) == [(4, "户联系电话", "同一户的户联系电话与第 2 行不一致。")]


def test_odd_row_of_a_household_is_told_wherever_it_stands(people):
    rows = [
        register_row(1, 户联系电话="13800000009"),
        register_row(2, 与户主关系="配偶", 户联系电话="13800000001"),
        register_row(3, 与户主关系="之子", 户联系电话="13800000001"),
    ]

    _batch, sheet = brought(people.poverty, rows)

    assert errors(sheet) == [(2, "户联系电话", "同一户的户联系电话与第 3 行不一致。")]


REFUSED_HEADS = (
    ({"证件号码": "5.33103E+17"}, "证件号码", "身份证号被表格软件存成了数值，末几位已丢失，无法恢复。"),
    ({"行政村": "遮天村"}, "行政村", "芒坝市芒坝镇没有名为“遮天村”的行政村。"),
    ({"与户主关系": "家长"}, "与户主关系", "没有“家长”这一项。"),
    ({"与户主关系": ""}, "与户主关系", "新登记的人员须填写与户主关系。"),
)


@pytest.mark.parametrize("village", ["芒坝村", ""])
def test_refused_head_is_not_held_against_the_others(people, village):
    rows = []
    for house, (cells, _column, _reason) in enumerate(REFUSED_HEADS):
        rows += [
            register_row(2 * house, house, **cells),
            register_row(2 * house + 1, house, 与户主关系="配偶", 行政村=village),
        ]

    _batch, sheet = brought(people.poverty, rows)

    assert errors(sheet) == [(2 + 2 * house, *told) for house, (_cells, *told) in enumerate(REFUSED_HEADS)]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("", "新登记的人员须填写户编号。"),
        ("5.33103E+14", "编号被表格软件存成了数值，末几位已丢失，无法恢复。"),
    ],
)
@pytest.mark.parametrize("village", ["芒坝村", ""])
def test_head_refused_for_the_household_number_is_not_held_against_the_others(people, number, reason, village):
    rows = [register_row(1, 户编号=number), register_row(2, 与户主关系="配偶", 行政村=village)]

    _batch, sheet = brought(people.poverty, rows)

    assert errors(sheet) == [(2, "户编号", reason)]


VILLAGES = (  # of the rows of a household; the sheet's rows that are told, and the row that each is told to differ from
    (("芒坝村", "弄坎村"), {2: 3, 3: 2}),
    (("芒坝村", "弄坎村", "弄坎村"), {4: 5}),
    (("芒坝村", "芒坝村", "弄坎村"), {9: 7}),
    (("芒坝村", "", "弄坎村"), {10: 12, 12: 10}),
)


def test_rows_of_a_household_in_different_villages_are_told(people):
    relations = ("户主", "配偶", "之子")
    rows = [
        register_row(10 * house + at, house, 与户主关系=relations[at], 行政村=village)
        for house, (villages, _told) in enumerate(VILLAGES)
        for at, village in enumerate(villages)
    ]

    _batch, sheet = brought(people.poverty, rows)

    assert errors(sheet) == [
        (row, "行政村", f"同一户的行政村与第 {other} 行不一致。")
        for _villages, told in VILLAGES
        for row, other in told.items()
    ]


def test_second_head_is_refused(people):
    _batch, sheet = brought(people.poverty, [register_row(1), register_row(2)])

    reason = "该户有多名户主（第 2、3 行）。"
    assert errors(sheet) == [(2, "与户主关系", reason), (3, "与户主关系", reason)]


def test_heads_without_a_household_number_are_not_of_one_household(people):
    rows = [register_row(number, 户编号="") for number in (1, 2)]

    _batch, sheet = brought(people.poverty, rows)

    assert errors(sheet) == [(row, "户编号", "新登记的人员须填写户编号。") for row in (2, 3)]


def test_head_who_is_not_in_the_file_counts(people):
    applied(people.poverty, [register_row(1)])

    _batch, sheet = brought(people.poverty, [register_row(2)])

    assert errors(sheet) == [(2, "与户主关系", "该户已有户主，且不在本表中。")]


def test_heads_change_places_in_one_file(people):
    applied(people.poverty, [register_row(1), register_row(2, 与户主关系="之子")])

    batch = applied(people.poverty, [register_row(1, 与户主关系="之父"), register_row(2, 与户主关系="户主")])

    assert counts(batch) == (0, 2, 0, 0)
    assert list(Person.objects.order_by("number").values_list("relation", flat=True)) == ["11", "01"]


def test_village_of_the_same_name_needs_its_township(people):
    PlaceFactory(parent=people.other_township, name="芒坝村")

    _batch, sheet = brought(people.poverty, [register_row(1, **{"乡（镇）": ""})])

    [(row, column, reason)] = errors(sheet)
    assert (row, column) == (2, "行政村")
    assert "芒坝市芒坝镇、芒坝市遮冒乡" in reason


def test_village_is_known_by_its_usual_forms(people):
    forms = ("芒坝", "芒坝村", "芒坝村委会", "芒坝村民委员会")

    applied(people.poverty, [register_row(house, house, 行政村=name) for house, name in enumerate(forms)])

    assert [household.village for household in Household.objects.all()] == [people.here] * len(forms)


def test_village_is_known_by_its_code_alone(people):
    PlaceCodeFactory(place=people.here, code="533103100201")
    blank = dict.fromkeys(("县", "乡（镇）", "行政村"), "")

    applied(people.poverty, [register_row(1, 行政村编码="533103100201", **blank)])

    assert Household.objects.get().village == people.here


def test_name_that_contradicts_the_code_is_told_at_its_column(people):
    PlaceCodeFactory(place=people.here, code="533103100201")
    names = {"县": "遮天县", "乡（镇）": "遮冒乡", "行政村": "弄坎村"}
    rows = [
        register_row(house, house, 行政村编码="533103100201", **{column: name})
        for house, (column, name) in enumerate(names.items())
    ]

    _batch, sheet = brought(people.poverty, rows)

    assert [(row, told) for row, told, _reason in errors(sheet)] == list(enumerate(names, start=2))


def test_rows_outside_the_postings_are_refused_by_public_names_only(people):
    inside, outside = register_row(1), register_row(2, 2, **{"乡（镇）": "遮冒乡", "行政村": "遮冒村"})

    _batch, sheet = brought(people.worker, [inside, outside])

    assert errors(sheet) == [(3, "行政村", "遮冒村不在您的任职范围（芒坝镇）。")]


def test_keys_that_stand_elsewhere_are_refused_and_tell_nothing(people):
    outsider = PersonFactory(
        household=HouseholdFactory(village=people.elsewhere, number="HOUSE-ELSEWHERE"),
        name="泄密人",
        number="ELSEWHERE-1",
        identity=identity_number(9, date(1950, 3, 12)),
    )
    keys = {"证件号码": outsider.identity, "人编号": "ELSEWHERE-1", "户编号": "HOUSE-ELSEWHERE"}
    rows = [register_row(house, house, **{column: key}) for house, (column, key) in enumerate(keys.items())]

    _batch, sheet = brought(people.worker, rows)

    assert [(row, column) for row, column, _reason in errors(sheet)] == list(enumerate(keys, start=2))
    assert not [reason for *_cell, reason in errors(sheet) if "泄密" in reason or "遮冒" in reason]


OUT_OF_REACH = {name: f"该{name}已在您任职范围以外登记，不能在此导入。" for name in ("证件号码", "人编号")}
OUTSIDE = (  # a household's cells, of an outsider's identity and own number and another's own number; columns refused
    (lambda _identity, own, _other: [{"人编号": own}], ["人编号"]),
    (lambda identity, own, _other: [{"证件号码": identity, "人编号": own}], ["证件号码"]),
    (lambda identity, _own, other: [{"证件号码": identity, "人编号": other}], ["证件号码"]),
    (lambda identity, _own, _other: [{"证件号码": identity, "人编号": ""}], ["证件号码"]),
    (lambda identity, _own, _other: [{"证件号码": identity, "姓名": "别的人"}], ["证件号码"]),
    (lambda _identity, own, _other: [{"证件号码": "", "人编号": own, "姓名": "别的人"}], ["人编号"]),
    (
        lambda identity, own, _other: [
            {"证件号码": identity, "人编号": ""},
            {"人编号": own, "与户主关系": "配偶"},
        ],
        ["证件号码", "人编号"],
    ),
)


def test_numbers_of_people_out_of_reach_tell_nothing_beyond_that(people):
    applied(people.poverty, [register_row(2 * house, house) for house in range(len(OUTSIDE))])
    rows = []
    for house, (cells_of, _refused) in enumerate(OUTSIDE):
        home = HouseholdFactory(village=people.elsewhere)
        identity, own, other = identity_number(house, date(1950, 3, 12)), f"ELSEWHERE-{house}-1", f"ELSEWHERE-{house}-2"
        PersonFactory(household=home, number=own, identity=identity)
        PersonFactory(household=home, relation="02", number=other)
        cells = cells_of(identity, own, other)
        rows += [register_row(2 * house + at, house, **more) for at, more in enumerate(cells)]

    _batch, sheet = brought(people.worker, rows)

    refused = [column for _cells_of, columns in OUTSIDE for column in columns]
    assert [(found.row, found.column, found.reason, found.is_warning) for found in sheet.problems()] == [
        (row, column, OUT_OF_REACH[column], False) for row, column in enumerate(refused, start=2)
    ]


NAMES = {  # of 岩温乙, and what is said of them
    "岩温 乙": None,
    "岩温乙（曾用名岩吞）": None,
    "\u200b岩温乙": None,
    "": None,
    "岩温丙": "该号码登记的姓名是“岩温乙”，表中是“岩温丙”。",
    "岩丙（曾用名岩温乙）": "该号码登记的姓名是“岩温乙”，表中是“岩丙”。",
}


@pytest.mark.parametrize("blank", ["证件号码", "人编号"])
def test_known_number_with_another_name_is_refused(people, blank):
    serials = [10 * house + 1 for house in range(len(NAMES))]  # each is called 岩温乙
    applied(people.poverty, [register_row(serial, serial) for serial in serials])
    rows = [register_row(serial, serial, 姓名=name, **{blank: ""}) for serial, name in zip(serials, NAMES, strict=True)]

    batch, sheet = brought(people.poverty, rows)

    assert errors(sheet) == [(row, "姓名", reason) for row, reason in enumerate(NAMES.values(), start=2) if reason]
    assert batch.changed_count == 0


def test_stored_name_with_spaces_is_the_same_name(people):
    applied(people.poverty, [register_row(1)])
    Person.objects.update(name="岩温 乙")

    _batch, sheet = brought(people.poverty, [register_row(1)])

    assert errors(sheet) == []


def test_update_changes_what_differs_and_a_blank_keeps(people):
    rows = [register_row(1, 文化程度="小学", 人联系电话="13800000001")]
    applied(people.poverty, rows)
    sealed = Person.objects.get().identity_sealed

    batch = applied(people.poverty, [rows[0] | {"文化程度": "初中", "人联系电话": "", "民族": ""}])

    person = Person.objects.get()
    assert counts(batch) == (0, 1, 0, 0)
    assert (person.education, person.phone, person.ethnicity, person.version) == ("3", "13800000001", "18", 2)
    assert person.identity_sealed == sealed
    entry = Entry.objects.filter(verb="patients.person.imported").latest("pk")
    assert (entry.subject_id, entry.changes) == (person.pk, {"education": ["2", "3"]})


def test_record_masks_numbers(people):
    applied(people.poverty, [register_row(1, 人联系电话="13800000001")])
    applied(people.poverty, [register_row(1, 人联系电话="13800000002")])

    new, changed = Entry.objects.filter(verb="patients.person.imported").order_by("pk")
    assert new.changes["identity"] == [None, "533103************"]
    assert changed.changes == {"phone": ["138****0001", "138****0002"]}


def test_person_without_identity_number_is_known_by_the_own_number(people):
    row = register_row(1, 证件号码="", 性别="男", 出生日期="2017-03-01", 首次识别时间="2018-01-01")
    applied(people.poverty, [row])

    batch = applied(people.poverty, [row | {"民族": "汉族"}])

    person = Person.objects.get()
    assert counts(batch) == (0, 1, 0, 0)
    assert (person.identity, person.identity_index, person.document_kind, person.ethnicity) == ("", None, "99", "01")


DOCUMENTS = (
    ("护照", "e1234567", ("03", "E1234567")),
    ("户口簿", "h1234567", ("02", "H1234567")),
    ("户口簿", "533103199", ("02", "533103199")),
    ("户口簿", identity_number(1, date(1980, 1, 1)), ("02", identity_number(1, date(1980, 1, 1)))),
    ("出生证", "T530123456", ("99", "T530123456")),
    ("户口簿", "无", ("02", "")),
)


def test_other_documents_are_taken_as_they_are(people):
    rows = [
        register_row(house, house, 证件类型=kind, 证件号码=number, 性别="男", 出生日期="1980-01-01")
        for house, (kind, number, _stored) in enumerate(DOCUMENTS)
    ]

    applied(people.poverty, rows)

    found = [(person.document_kind, person.identity) for person in Person.objects.order_by("number")]
    assert found == [stored for *_cells, stored in DOCUMENTS]


def test_number_as_long_as_an_identity_number_is_checked_in_a_household_book(people):
    _batch, sheet = brought(
        people.poverty,
        [register_row(1, 证件类型="户口簿", 证件号码="533103198001010010", 性别="男", 出生日期="1980-01-01")],
    )

    assert [(row, column) for row, column, _reason in errors(sheet)] == [(2, "证件号码")]


def infant():
    """A child of two years without any number."""
    return register_row(2, 姓名="岩小", 与户主关系="之子", 人编号="", 证件号码="无", 性别="男", 出生日期="2024-05-06")


def test_child_without_any_number_gets_a_temporary_one_and_is_found_again(people):
    first = applied(people.poverty, [register_row(1), infant()])
    again = applied(people.poverty, [register_row(1), infant() | {"证件号码": "—", "民族": "汉族"}])

    child = Person.objects.get(name="岩小")
    assert (counts(first), counts(again)) == ((2, 0, 0, 0), (0, 1, 1, 0))
    assert (child.number, child.ethnicity, child.identity) == (f"临时-{child.pk}", "01", "")

    number = identity_number(5, date(2024, 5, 6))
    applied(people.poverty, [infant() | {"证件号码": number}])
    applied(people.poverty, [infant() | {"人编号": "P2", "证件号码": number}])

    child.refresh_from_db()
    assert (child.number, child.identity, Person.objects.count()) == ("P2", number, 2)


def test_temporary_number_goes_out_and_comes_back(people):
    applied(people.poverty, [register_row(1), infant()])
    PersonFactory(
        household=Household.objects.get(), relation="03", number=None, identity="", name="岩页", born_on="1980-01-01"
    )

    data = files.read(export(by=people.poverty, kind="register", filters={}, fmt="csv"))
    batch = actions.receive(by=people.poverty, kind="register", name="导出.csv", data=data)
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()

    assert "临时-" in data.decode()
    assert counts(batch) == (0, 0, 3, 0)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([infant()], [(3, "没有证件号码和人编号的儿童，登记为临时编号。", True)]),
        ([infant(), infant()], [(row, "第 3、4 行是同一个人。", False) for row in (3, 4)]),
        ([infant() | {"出生日期": "2000-05-06"}], [(3, "证件号码和人编号都没有填写，无法确定是谁。", False)]),
        ([infant() | {"出生日期": ""}], [(3, "证件号码和人编号都没有填写，无法确定是谁。", False)]),
    ],
)
def test_people_without_any_number_are_told(people, rows, told):
    _batch, sheet = brought(people.poverty, [register_row(1), *rows])

    assert [(found.row, found.reason, found.is_warning) for found in sheet.problems()] == told


MERGED = (  # column, its text, what each person then has
    ("脱贫属性", "已脱贫", "poverty_status", "lifted"),
    ("民族", "景颇族", "ethnicity", "28"),
    ("是否参加大病保险", "是", "has_critical_insurance", True),
)


def test_cell_merged_over_a_household_counts_for_each_member(people):
    blank = {column: "" for column, *_told in MERGED}
    rows = [register_row(at, 与户主关系=relation, **blank) for at, relation in ((1, "户主"), (2, "配偶"), (3, "之子"))]
    headers = list(rows[0])

    def merged(_workbook, page):
        for column, text, *_stored in MERGED:
            page.merge_range(1, headers.index(column), 3, headers.index(column), text)

    data = book(headers, *([row[name] for name in headers] for row in rows), then=merged)
    batch = actions.receive(by=people.poverty, kind="register", name="花名册.xlsx", data=data)
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    actions.approve(by=people.poverty, batch=batch)
    actions.apply(batch_id=batch.pk)

    *_cells, fields, stored = zip(*MERGED, strict=True)
    assert list(Person.objects.values_list(*fields)) == [stored] * 3


WORDS = (  # column, its text, what the person then has
    ("文化程度", "研究生", "education", "5"),
    ("文化程度", "大学专科", "education", "5"),
    ("文化程度", "中等职业", "education", "4"),
    ("文化程度", "普通高中", "education", "4"),
    ("文化程度", "初中", "education", "3"),
    ("在校生状况", "初中一年级", "schooling", "07"),
    ("与户主关系", "独生子", "relation", "03"),
    ("与户主关系", "养子或继子", "relation", "03"),
    ("与户主关系", "次女", "relation", "04"),
    ("与户主关系", "兄", "relation", "99"),
    ("与户主关系", "其它", "relation", "99"),
    ("脱贫属性", "（已）脱贫", "poverty_status", "lifted"),
    ("性别", "未说明", "sex", "1"),
    ("人联系电话", "13800000000（儿子）", "phone", "13800000000"),
    ("行政村", "芒坝 村", "path", None),
    ("证件号码", f"\u202a{identity_number(2, date(1960, 5, 6))}\u2069", "sex", "1"),
)


def test_words_of_other_code_tables_are_understood(people):
    rows = []
    for house, (column, text, _field, _stored) in enumerate(WORDS):
        cells = {"与户主关系": "其他", column: text}
        rows += [register_row(300 + house, house), register_row(100 + 2 * house, house, **cells)]

    applied(people.poverty, rows)

    members = {person.number: person for person in Person.objects.all()}
    found = [
        getattr(members[row["人编号"]], field) for row, (*_told, field, _stored) in zip(rows[1::2], WORDS, strict=True)
    ]
    assert found == [stored or people.here.path for *_told, stored in WORDS]


def test_items_are_found_under_their_codes_of_the_national_system(people):
    codes = {"姓名": "aab002", "证件号码": "AAB004", "与户主关系": "aab006", "民族": "aab007", "性别": "aab003"}
    row = register_row(1, 性别="男")

    applied(people.poverty, [{codes.get(header, header): text for header, text in row.items()}])

    person = Person.objects.get()
    assert (person.name, person.identity, person.relation, person.ethnicity, person.sex) == (
        row["姓名"],
        row["证件号码"],
        "01",
        "18",
        "1",
    )


def test_header_that_stands_twice_counts_once_by_its_position_and_the_other_is_told(people):
    row = register_row(1)
    twice = ("风险是否已消除", "风险是否已消除", "风险是否已消除0")

    batch = actions.receive(
        by=people.poverty, kind="register", name="花名册.xlsx", data=book([*row, *twice], [*row.values(), *"是否否"])
    )
    sheet = actions.check(batch_id=batch.pk)

    batch.refresh_from_db()
    assert sheet.frame["risk_removed"].to_list() == [True]
    assert batch.unused_columns == ["风险是否已消除（M列）", "风险是否已消除0"]


def test_hidden_rows_are_told_and_taken(people):
    rows = [register_row(1), register_row(2, 与户主关系="配偶")]
    headers = list(rows[0])
    data = book(
        headers,
        *([row[name] for name in headers] for row in rows),
        then=lambda _workbook, page: page.set_row(2, None, None, {"hidden": True}),
    )

    batch = actions.receive(by=people.poverty, kind="register", name="花名册.xlsx", data=data)
    sheet = actions.check(batch_id=batch.pk)

    told = [(found.row, found.reason, found.is_warning) for found in sheet.problems()]
    assert told == [(3, "有 1 行是隐藏的或被筛选掉的，同样会导入。", True)]


def test_word_taken_for_another_is_told(people):
    rows = [register_row(1, 1, 脱贫属性="预脱贫"), register_row(2, 2, 贫困户属性="低收入农户")]

    batch, sheet = brought(people.poverty, rows)

    assert [(found.row, found.column, found.reason, found.is_warning) for found in sheet.problems()] == [
        (2, "脱贫属性", "没有“预脱贫”这一项，按“未脱贫”登记。", True),
        (3, "贫困户属性", "没有“低收入农户”这一项，按“一般贫困户”登记。", True),
    ]
    assert batch.state == "checked"


SAYING_NOTHING = (  # column, its text, what is said of it
    ("姓名", "无", "姓名填的是“无”。"),
    ("姓名", "不详", "姓名填的是“不详”。"),
    ("首次识别时间", "1900-01-01", "日期过早，可能是误填的数字。"),
    ("残疾证号", "5.33103E+19", "残疾证号被表格软件存成了数值，末几位已丢失，无法恢复。"),
)


def test_words_and_numbers_that_say_nothing_are_refused(people):
    rows = [register_row(house, house, **{column: text}) for house, (column, text, _) in enumerate(SAYING_NOTHING)]

    _batch, sheet = brought(people.poverty, rows)

    assert errors(sheet) == [(row, column, reason) for row, (column, _, reason) in enumerate(SAYING_NOTHING, start=2)]


def test_far_off_names_are_not_suggested(people):
    names = {"民族": "水傣", "与户主关系": "侄子", "在校生状况": "小学一年级"}
    members = [
        register_row(at, **{"与户主关系": "其他", column: text}) for at, (column, text) in enumerate(names.items(), 2)
    ]

    _batch, sheet = brought(people.poverty, [register_row(1), *members])

    refused = [found for found in sheet.problems() if not found.is_warning]
    assert [found.column for found in refused] == list(names)
    assert all(found.suggestion.startswith("可填：") for found in refused)


def test_states_of_health_in_one_cell(people):
    states = {"长期慢性病及残疾": "2,4", "大病残疾": "3,4", "患有大病和长期慢性病、残疾": "2,3,4", "长期慢性病": "2"}

    applied(people.poverty, [register_row(house, house, 健康状况=text) for house, text in enumerate(states)])

    assert list(Person.objects.order_by("number").values_list("health", flat=True)) == list(states.values())


def spells():
    return list(PovertySpell.objects.order_by("starts_on").values_list("status", "starts_on", "ends_on"))


def test_lifted_person_was_not_lifted_until_the_day_before(people):
    applied(people.poverty, [register_row(1, 脱贫属性="已脱贫", 脱贫时间="2017-12-01")])

    assert spells() == [
        ("not_lifted", date(2014, 1, 1), date(2017, 11, 30)),
        ("lifted", date(2017, 12, 1), None),
    ]


def test_changed_standing_ends_the_open_spell(people):
    applied(people.poverty, [register_row(1)])

    applied(people.poverty, [register_row(1, 脱贫属性="已脱贫", 脱贫时间="2017-12-01")])
    applied(people.poverty, [register_row(1, 脱贫属性="返贫", 数据日期="2018-06-01", 脱贫时间="2017-12-01")])

    assert spells() == [
        ("not_lifted", date(2014, 1, 1), date(2017, 11, 30)),
        ("lifted", date(2017, 12, 1), date(2018, 5, 31)),
        ("returned", date(2018, 6, 1), None),
    ]


def test_household_that_moves_takes_all_members_and_what_hangs_on_them(people):
    applied(people.poverty, [register_row(1), register_row(2, 与户主关系="配偶")])
    away = Person.objects.get(number__endswith="0002")
    condition = away.conditions.create(disease="hypertension", kind="chronic", path=away.path)

    batch = applied(people.poverty, [register_row(1, 行政村="弄坎村")])

    condition.refresh_from_db()
    assert counts(batch) == (0, 1, 0, 0)
    assert set(Person.objects.values_list("path", "version")) == {(people.next_door.path, 2)}
    assert (Household.objects.get().path, condition.path) == (people.next_door.path,) * 2


def test_person_changes_household(people):
    applied(people.poverty, [register_row(1), register_row(2, 与户主关系="之子"), register_row(3, 2)])

    batch = applied(people.poverty, [register_row(2, 2, 与户主关系="其他", 人编号="")])

    person = Person.objects.get(name=register_row(2)["姓名"])
    assert counts(batch) == (0, 1, 0, 0)
    assert (person.household.number, person.relation) == ("533103000002", "99")


def test_sensitive_groups_stay_out_of_the_sheet_and_its_record_and_are_kept(people):
    applied(people.poverty, [register_row(1, 重点人群="高血压患者")])
    Person.objects.update(key_groups="hypertension,mental")

    exported = files.read(export(by=people.poverty, kind="register", filters={}, fmt="csv")).decode()
    batch = applied(people.poverty, [register_row(1, 重点人群="糖尿病患者")])

    assert "高血压患者" in exported
    assert "精神障碍" not in exported
    assert counts(batch) == (0, 1, 0, 0)
    assert Person.objects.get().key_groups == "diabetes,mental"
    assert Entry.objects.get(verb="patients.person.imported", changes_json__contains="diabetes").changes == {
        "key_groups": ["hypertension", "diabetes"]
    }


def test_sensitive_group_in_the_sheet_is_refused(people):
    _batch, sheet = brought(people.poverty, [register_row(1, 重点人群="严重精神障碍患者")])

    assert errors(sheet) == [(2, "重点人群", "没有“严重精神障碍患者”这一项。")]
