"""The sheet of bills: columns of hospitals' lists, the balance check, settling after the import, taking back."""

from datetime import date
from decimal import Decimal

import pytest

from healthaid.coverage.actions.onestop import issue_form
from healthaid.coverage.domain.bills import Cause, imbalance
from healthaid.coverage.models import Bill, Settlement, YearAccount
from healthaid.exchange.models import ImportBatch
from tests.coverage.regions import worked_region
from tests.coverage.test_settlements import amounts
from tests.exchange.sheets import applied, brought, counts, errors, withdrawn
from tests.factories.coverage import entered_bill

WORLD = worked_region


def row(region, number="ZY-1", **cells):
    """A row under the headings of a hospital's own list."""
    return {
        "姓名": region.patient.name,
        "身份证号": region.patient.identity,
        "住院登记编码": number,
        "机构名称": region.county_hospital.name,
        "疾病诊断": "肺炎",
        "入院时间": "2018-07-01",
        "出院时间": "2018.7.15",
        "总金额": "20000",
        "进入统筹费用": "19000.00",
        **cells,
    }


@pytest.fixture
def settled(django_capture_on_commit_callbacks):
    """Import a file and let the job that follows settle it."""

    def run(by, rows):
        with django_capture_on_commit_callbacks(execute=True):
            return applied(by, rows, "bills")

    return run


def test_rows_of_a_hospital_list_are_settled_after_the_import(people, region, settled):
    batch = settled(people.insurance, [row(region), row(region, "ZY-2", 出院时间="2018-08-20", 入院时间="2018-08-10")])

    first, second = Bill.objects.order_by("served_on")
    assert counts(batch) == (2, 0, 0, 0)
    assert (first.state, second.state) == ("settled", "settled")
    assert amounts(first) == [Decimal(amount) for amount in ["600.00", "17100.00", "0.00", "0.00", "360.00", "1940.00"]]
    assert second.settlements.get().before_personal == Decimal("1940.00")
    assert YearAccount.objects.get().personal == second.settlements.get().after_personal


def test_same_file_again_writes_nothing(people, region, settled):
    settled(people.insurance, [row(region)])

    batch, _sheet = brought(people.insurance, [row(region)], "bills")

    assert counts(batch) == (0, 0, 1, 0)


def test_settled_bill_is_not_changed_by_a_sheet(people, region, settled):
    settled(people.insurance, [row(region)])

    _batch, sheet = brought(people.insurance, [row(region, 总金额="21000")], "bills")

    assert "已经结算" in errors(sheet)[0][2]


def test_published_case_two_yuan_off_is_caught_and_explained(people, region):
    stated = {
        "总金额": "25845",
        "进入统筹费用": "24000",
        "合作医疗": "13828",
        "医疗救助": "8412",
        "临时救助": "2000",
        "自付费用": "1607",
    }

    _batch, sheet = brought(people.insurance, [row(region, **stated)], "bills")

    ((_row, column, reason),) = errors(sheet)
    assert column == "合作医疗"
    assert reason == (
        "单据各项合计25,847.00元，比总费用25,845.00元多2.00元。各项都是整元，四舍五入到元最多会相差2.50元；"
        "请按原始单据填写到分：统筹支付、补充保险、民政救助、自付费用和总费用。"
    )


@pytest.mark.parametrize(
    ("total", "stated", "cause", "difference"),
    [
        (10000, {}, None, 0),
        (10000, {"stated_basic": 8000, "stated_personal": 2000}, None, 0),
        (10000, {"stated_basic": 8000}, None, 0),  # the person's part is not stated
        (10000, {"stated_basic": 12000}, Cause.TWICE, None),
        (10001, {"stated_basic": 8000, "stated_personal": 2000}, Cause.ROUNDING, -1),
        (10003, {"stated_basic": 8000, "stated_personal": 2000}, Cause.UNLISTED, -3),
        (10050, {"stated_basic": 5025, "stated_assistance": 5025, "stated_personal": 5025}, Cause.TWICE, 5025),
        (10050, {"stated_basic": 9000, "stated_personal": 1150}, Cause.UNKNOWN, 100),
        (10000, {"stated_basic": 9000, "stated_personal": 1100}, Cause.WHOLE_YUAN, 100),
    ],
)
def test_imbalance_names_its_likely_cause(total, stated, cause, difference):
    found = imbalance(total, stated)

    if cause is None:
        assert found is None
    elif difference is not None:
        assert (found.cause, found.difference) == (cause, difference)


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"进入统筹费用": "20000.01"}, "进入统筹费用", "大于总费用"),
        ({"进入统筹费用": ""}, "进入统筹费用", "没有填写政策范围内费用"),
        ({"机构名称": "某某医院"}, "机构名称", "没有这个名称"),
        ({"入院时间": "2018-07-16"}, "入院时间", "晚于出院日期"),
        ({"姓名": "岩别人"}, "姓名", "不一致"),
        ({"转诊情况": "患者自行越级"}, "转诊说明", "须写明"),
        ({"病种": "怪病"}, "病种", "病种目录中没有"),
        ({"总金额": "2000000000"}, "总金额", "金额过大"),
        ({"必须的目录外费用": "300"}, "必须的目录外费用", "须由患者（家属）签字"),
        ({"必须的目录外费用": "300", "目录外费用已签字": "否"}, "必须的目录外费用", "须由患者（家属）签字"),
    ],
)
def test_rows_that_cannot_be_are_refused(people, region, cells, column, words):
    _batch, sheet = brought(people.insurance, [row(region, **cells)], "bills")

    assert any(found[1] == column and words in found[2] for found in errors(sheet)), errors(sheet)


@pytest.mark.parametrize("word", ["未转诊", "否"])
def test_referral_that_names_nobody_at_fault_is_refused_with_both_choices(people, region, word):
    _batch, sheet = brought(people.insurance, [row(region, 是否规范转诊=word)], "bills")

    (problem,) = (found for found in sheet.problems() if not found.is_warning)
    assert (problem.column, problem.reason) == ("是否规范转诊", "没有写明是谁没有办转诊。")
    assert "医院未办转诊" in problem.suggestion
    assert "患者自行越级" in problem.suggestion


def test_negative_row_is_refused_once_and_says_where_bills_are_reversed(people, region):
    negative = row(region, "ZY-2", 总金额="-20000", 进入统筹费用="-19000.00", 统筹支付="-17100", 自付费用="-2900")

    _batch, sheet = brought(people.insurance, [row(region), negative], "bills")

    (problem,) = (found for found in sheet.problems() if not found.is_warning)
    assert (problem.row, problem.column, problem.reason) == (3, "总金额", "这是冲红（负数）行，不能用表导入。")
    assert "点“冲销”" in problem.suggestion


def test_signature_of_a_waiting_bill_stands_when_its_row_comes_again(people, region, settled):
    region.patient.poverty_spells.all().delete()
    signed = row(region, 必须的目录外费用="300", 目录外费用已签字="是")
    settled(people.insurance, [signed])

    _batch, sheet = brought(people.insurance, [signed | {"目录外费用已签字": ""}], "bills")
    _batch, unsigned = brought(people.insurance, [signed | {"目录外费用已签字": "否"}], "bills")

    assert errors(sheet) == []
    assert [column for _row, column, _reason in errors(unsigned)] == ["必须的目录外费用"]


def test_part_inside_the_policy_follows_from_what_lies_outside(people, region, settled):
    settled(people.insurance, [row(region, 进入统筹费用="", 政策范围外自费="800", 超限价自费="200")])

    assert Bill.objects.get().in_policy == Decimal("19000.00")


def test_columns_of_supplementary_payers_are_added_together(people, region, settled):
    """The columns of an insurance office's record: it balances with all of them."""
    stated = {
        "医保报销": "17000",
        "大病保险": "0",
        "医疗救助": "100",
        "商业保险": "900.50",
        "政府兜底": "360",
        "其他补充": "20",
        "个人自付": "1619.50",
        "西药": "3000",
    }

    batch = settled(people.insurance, [row(region, **stated), row(region, "ZY-2", 补充保险="5")])

    first, second = Bill.objects.order_by("pk")
    assert (first.stated_supplementary, second.stated_supplementary) == (Decimal("920.50"), Decimal("5.00"))
    assert batch.unused_columns == ["西药"]


def test_stated_amounts_that_differ_are_warned_of_after_settling(people, region, settled):
    settled(people.insurance, [row(region, 统筹支付="17000", 政府兜底="460", 医院垫付="600", 自付费用="1940")])

    assert "stated_differs" in Settlement.objects.get().warnings


def test_batch_is_taken_back_with_its_settlements(people, region, settled):
    entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, 9, 1))
    before = YearAccount.objects.values("personal", "critical_base", "assistance").get()
    batch = settled(people.insurance, [row(region)])

    batch = withdrawn(people.insurance, batch)

    assert batch.state == "withdrawn"
    assert Bill.objects.count() == Settlement.objects.count() == 1
    assert YearAccount.objects.values("personal", "critical_base", "assistance").get() == before
    assert YearAccount.objects.get().needs_replay


def test_batch_with_an_issued_form_stays(people, region, settled):
    batch = settled(people.insurance, [row(region)])
    issue_form(by=people.insurance, bill_id=Bill.objects.get().pk)

    batch = withdrawn(people.insurance, batch)

    assert ImportBatch.objects.get(pk=batch.pk).state == "applied"
    assert "1 份结算单" in batch.message
    assert Settlement.objects.exists()
