"""The sheets of what regions set themselves: every good row becomes a value that waits for its second person."""

from datetime import date
from decimal import Decimal

import pytest

from healthaid.core.decisions import Refused
from healthaid.policy.actions import confirm_value
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.policy.selectors.rules import local_values
from tests.exchange.sheets import applied, brought, counts, errors, withdrawn
from tests.factories.facilities import HospitalFactory
from tests.factories.policy import ConfirmedValueFactory, LocalDocumentFactory, LocalValueFactory

DEDUCTIBLE = "critical.deductible.ordinary"


def row(**cells):
    return {
        "区划代码": "533103",
        "项目": "大病保险其他居民起付线",
        "数值": "10000",
        "起始日期": "2018-01-01",
        "文号": "芒政发〔2018〕1号",
        "文件标题": "关于大病保险的通知",
        "来源说明": "市医保局",
        **cells,
    }


def price(**cells):
    given = {"医疗机构": "德宏州人民医院", "病种": "肺癌", "收费标准（元）": "18000", **cells}
    kept = {name: value for name, value in row().items() if name not in {"项目", "数值"}}
    return kept | given


INCOME = {"项目": "上年度农村居民人均可支配收入", "数值": "9000", "文号": "", "文件标题": "2017年统计公报"}


def test_values_come_in_with_their_documents_and_wait(coded):
    rows = [row(), row(项目="critical.rate.ordinary", 数值="60%"), row(**INCOME, 起始日期="2018.1.1")]

    batch = applied(coded.insurance, rows, "policy_values")

    assert counts(batch) == (3, 0, 0, 0)
    names = ("parameter", "number", "ends_on", "state", "entered_by")
    assert list(LocalValue.objects.order_by("parameter").values_list(*names)) == [
        (DEDUCTIBLE, Decimal(10000), None, ValueState.ENTERED, coded.insurance.pk),
        ("critical.rate.ordinary", Decimal("0.6"), None, ValueState.ENTERED, coded.insurance.pk),
        ("income.rural_per_capita.previous_year", Decimal(9000), date(2018, 12, 31), "entered", coded.insurance.pk),
    ]
    assert LocalDocument.objects.count() == 2
    assert set(LocalDocument.objects.values_list("path", flat=True)) == {coded.county.path}
    assert local_values("533103", date(2018, 7, 1)) == {}

    first = LocalValue.objects.get(parameter=DEDUCTIBLE)
    confirm_value(by=coded.official, value_id=first.pk, version=1)
    assert local_values("533103", date(2018, 7, 1)) == {DEDUCTIBLE: Decimal(10000)}


def test_same_file_again_writes_nothing(coded):
    applied(coded.insurance, [row()], "policy_values")

    again = applied(coded.insurance, [row()], "policy_values")

    assert counts(again) == (0, 0, 1, 0)
    assert (LocalValue.objects.count(), LocalDocument.objects.count()) == (1, 1)


def test_document_that_stands_is_used(coded):
    document = LocalDocumentFactory(place=coded.county, number="芒政发〔2018〕1号")

    applied(coded.insurance, [row(文件标题="", 来源说明="")], "policy_values")

    assert LocalValue.objects.get().document == document


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"区划代码": "533102"}, "区划代码", "不是您任职范围内"),
        ({"区划代码": ""}, "区划代码", "没有填写"),
        ({"项目": "起付"}, "项目", "没有这个项目"),
        ({"项目": "单病种收费标准"}, "项目", "没有这个项目"),
        ({"数值": "一万"}, "数值", "不是数字"),
        ({"数值": "-1"}, "数值", "不能小于0"),
        ({"数值": "0.001"}, "数值", "小数位数过多"),
        ({"项目": "critical.rate.ordinary", "数值": "60"}, "数值", "比例填0到1之间"),
        ({"截止日期": "2017-12-31"}, "截止日期", "早于起始日期"),
        ({**INCOME, "截止日期": "2019-01-01"}, "截止日期", "须在同一年内"),
        ({"文件标题": ""}, "文件标题", "新的文件须填写"),
        ({"来源说明": ""}, "来源说明", "新的文件须填写"),
    ],
)
def test_rows_that_cannot_be_are_refused(coded, cells, column, reason):
    _batch, sheet = brought(coded.insurance, [row(**cells)], "policy_values")

    found = errors(sheet)
    assert [(each[1], reason in each[2]) for each in found] == [(column, True)]


@pytest.mark.parametrize("factory", [LocalValueFactory, ConfirmedValueFactory])
def test_other_number_for_days_that_are_taken_is_refused(coded, factory):
    factory(document=LocalDocumentFactory(place=coded.county))

    _batch, sheet = brought(coded.insurance, [row(数值="9000")], "policy_values")

    assert "已有不同的数值" in errors(sheet)[0][2]


def test_rows_of_one_file_do_not_overlap(coded):
    rows = [row(截止日期="2018-12-31"), row(起始日期="2018-12-31"), row(起始日期="2019-06-01")]

    _batch, sheet = brought(coded.insurance, rows, "policy_values")

    assert [(each[0], each[2]) for each in errors(sheet)] == [
        (2, "与第 3 行的日期重叠。"),
        (3, "与第 2 行的日期重叠。"),
    ]


def test_prices_come_in_by_hospital_and_disease(coded):
    hospital = HospitalFactory(parent=coded.prefecture, name="德宏州人民医院").place

    applied(coded.insurance, [price(), price(病种="尿毒症", **{"收费标准（元）": "480"})], "package_prices")

    rows = LocalValue.objects.order_by("disease").values_list("place", "disease", "number", "path")
    assert list(rows) == [
        (hospital.pk, "end_stage_renal_disease", Decimal(480), coded.county.path),
        (hospital.pk, "lung_cancer", Decimal(18000), coded.county.path),
    ]


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"医疗机构": "没有的医院"}, "医疗机构", "没有这家医院"),
        ({"医疗机构": "同名医院"}, "医疗机构", "多家同名"),
        ({"病种": "感冒"}, "病种", "不是大病专项救治的病种"),
    ],
)
def test_prices_that_cannot_be_are_refused(coded, cells, column, reason):
    for name in ("德宏州人民医院", "同名医院", "同名医院"):
        HospitalFactory(parent=coded.prefecture, name=name)

    _batch, sheet = brought(coded.insurance, [price(**cells)], "package_prices")

    assert [(each[1], reason in each[2]) for each in errors(sheet)] == [(column, True)]


def test_sheet_is_for_those_who_enter_local_policy(coded):
    with pytest.raises(Refused):
        brought(coded.poverty, [row()], "policy_values")


def test_import_is_taken_back_until_somebody_confirmed(coded):
    batch = applied(coded.insurance, [row()], "policy_values")
    confirm_value(by=coded.official, value_id=LocalValue.objects.get().pk, version=1)
    withdrawn(coded.insurance, batch)

    assert LocalValue.objects.count() == 1

    other = applied(coded.insurance, [row(起始日期="2019-01-01")], "policy_values")
    withdrawn(coded.insurance, other)

    assert LocalValue.objects.get().state == ValueState.CONFIRMED
