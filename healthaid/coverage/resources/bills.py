"""Bills of stays and outpatient care, one row a bill, as hospitals and insurance offices send them."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.coverage.actions.imports import SETTLE, order_settling_of, release_bills
from healthaid.coverage.domain.bills import STATED
from healthaid.coverage.enums import BillState, Desk, Obstacle, Referral, Setting
from healthaid.coverage.filters.bills import BillFilter
from healthaid.coverage.models import Bill
from healthaid.coverage.resources import bills_rules as rules
from healthaid.coverage.selectors.bills import readable_bills
from healthaid.exchange.checking import Sheet
from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.merging import Merge, Plan, Run, read, with_ids
from healthaid.exchange.models import ImportBatch
from healthaid.exchange.resources import Column, SheetResource
from healthaid.jobs.selectors import newest_job
from healthaid.policy import catalogue
from patients.resources.people import find_people, person_columns, refuse_nobody, refuse_sensitive

WRITTEN = (
    "setting",
    "admitted_on",
    "served_on",
    "diagnosis",
    "icd10",
    "disease",
    "referral",
    "referral_note",
    "desk",
    "total",
    "in_policy",
    "necessary",
    "is_signed",
    *STATED,
)
PLACED = ("region", "level", "tier", "is_sensitive")  # found, not typed
QUEUED = f'{{"code": "{Obstacle.QUEUED.value}"}}'


def amount(name: str, label: Any, *synonyms: str, **more: Any) -> Column:
    """A column of yuan."""
    return Column(name, label, ColumnKind.AMOUNT, synonyms=synonyms, **more)


class BillSheet(SheetResource):
    """Bills by hospital and number: a waiting one is corrected, a settled one refused; a job settles them."""

    kind = "bills"
    list_page = "coverage:bill-list"
    title = gettext_lazy("医疗费用表")
    explanation = gettext_lazy("一次住院或一次门诊一行。导入后在后台结算；各项支付照医院单据填写，只用于核对。")
    edit_ability = Ability.SETTLE_BILLS
    read_ability = Ability.READ_COVERAGE
    filterset = BillFilter

    identity, person_number, name = person_columns("患者姓名", "参保人姓名")
    number = Column(
        "number",
        gettext_lazy("结算单号"),
        ColumnKind.CODE,
        synonyms=("住院登记编码", "住院号", "单据号", "发票号", "结算编号", "就诊登记号"),
        required=True,
        max_length=40,
    )
    facility_code = Column(
        "facility__code",
        gettext_lazy("机构编码"),
        ColumnKind.CODE,
        synonyms=("医疗机构编码", "医院编码"),
        max_length=30,
    )
    facility = Column(
        "facility__name",
        gettext_lazy("医疗机构"),
        synonyms=("机构名称", "医院名称", "医院", "就诊医院", "医疗机构名称"),
        max_length=100,
        hint=gettext_lazy("与系统登记的名称一致；重名的填机构编码。"),
    )
    setting = Column(
        "setting",
        gettext_lazy("就医类别"),
        ColumnKind.CHOICE,
        choices=Setting,
        aliases={
            "慢特病": "outpatient_special",
            "门诊慢特病": "outpatient_special",
            "特殊病门诊": "outpatient_special",
            "慢性病门诊": "outpatient_special",
            "门诊": "outpatient_general",
            "住院治疗": "inpatient",
            "普通住院": "inpatient",
        },
        synonyms=("医疗类别", "补偿类型", "就诊类型"),
        hint=gettext_lazy("不填时，有入院日期的按住院。"),
    )
    admitted_on = Column("admitted_on", gettext_lazy("入院日期"), ColumnKind.DATE, synonyms=("入院时间",))
    served_on = Column(
        "served_on",
        gettext_lazy("出院（就诊）日期"),
        ColumnKind.DATE,
        synonyms=("出院时间", "出院日期", "结算时间", "结算日期", "就诊日期"),
        required=True,
    )
    diagnosis = Column("diagnosis", gettext_lazy("疾病诊断"), synonyms=("诊断", "出院诊断", "疾病名称"))
    icd10 = Column("icd10", "ICD-10", ColumnKind.CODE, synonyms=("ICD编码", "ICD10", "疾病编码"), max_length=10)
    disease = Column(
        "disease",
        gettext_lazy("病种"),
        synonyms=("救治病种", "慢特病病种"),
        hint=gettext_lazy("专项救治病种和慢特病填写目录中的名称；其他留空。"),
    )
    referral = Column(
        "referral",
        gettext_lazy("转诊情况"),
        ColumnKind.CHOICE,
        choices=Referral,
        aliases={
            "已转诊": "compliant",
            "规范转诊": "compliant",
            "是": "compliant",
            "急诊": "filed_late",
            "未转诊": rules.UNCLEAR,
            "未规范转诊": rules.UNCLEAR,
            "否": rules.UNCLEAR,
        },
        synonyms=("是否规范转诊", "转诊"),
        hint=gettext_lazy("不填为合规。"),
    )
    referral_note = Column("referral_note", gettext_lazy("转诊说明"))
    desk = Column(
        "desk",
        gettext_lazy("结算方式"),
        ColumnKind.CHOICE,
        choices=Desk,
        aliases={"即时结算": "one_stop", "手工": "manual", "零星报销": "manual"},
        synonyms=("报销方式",),
    )
    total = amount(
        "total", gettext_lazy("总费用"), "总金额", "医疗总费用", "费用总额", required=True, allow_negative=True
    )
    in_policy = amount(
        "in_policy",
        gettext_lazy("政策范围内费用"),
        "进入统筹费用",
        "医保政策范围内费用",
        "目录内费用",
        "合规费用",
        hint=gettext_lazy("不填时按总费用减政策范围外和超限价计算。"),
    )
    outside = Column(
        None,
        gettext_lazy("政策范围外费用"),
        ColumnKind.AMOUNT,
        synonyms=("政策范围外自费", "自费费用", "目录外费用", "政策范围外自费（自费费用）"),
    )
    over_limit = Column(None, gettext_lazy("超限价自费"), ColumnKind.AMOUNT, synonyms=("超限价费用",))
    necessary = amount("necessary", gettext_lazy("必须的目录外费用"))
    is_signed = Column(
        "is_signed", gettext_lazy("目录外费用已签字"), ColumnKind.YES_NO, synonyms=("目录外签字", "自费项目签字")
    )
    stated_basic = amount(
        "stated_basic", gettext_lazy("统筹支付"), "统筹基金支付", "统筹报销金额", "医保报销", "基本医保支付", "合作医疗"
    )
    stated_critical = amount("stated_critical", gettext_lazy("大病支付"), "大病保险支付", "大病报销金额", "大病保险")
    stated_supplementary = amount(
        "stated_supplementary",
        gettext_lazy("补充保险"),
        "特惠保",
        "大病补充保险",
        hint=gettext_lazy("商业保险、临时救助、其他补充另有列的，导入时加在一起。"),
    )
    commercial = Column(None, gettext_lazy("商业保险"), ColumnKind.AMOUNT, synonyms=("商业补充保险", "商业保险赔付"))
    relief = Column(None, gettext_lazy("临时救助"), ColumnKind.AMOUNT)
    other_supplementary = Column(None, gettext_lazy("其他补充"), ColumnKind.AMOUNT, synonyms=("其他补充支付",))
    stated_assistance = amount("stated_assistance", gettext_lazy("民政救助"), "医疗救助", "医疗救助支付")
    stated_safety_net = amount("stated_safety_net", gettext_lazy("政府兜底"), "兜底保障", "兜底支付")
    stated_personal = amount("stated_personal", gettext_lazy("自付费用"), "个人自付", "个人支付", "患者自付")
    stated_hospital = amount(
        "stated_hospital", gettext_lazy("医院垫付"), "医院承担", "医院垫付（目录外超10%费用）", "目录外超10%费用"
    )

    class Meta:
        model = Bill

    @classmethod
    def check(cls, sheet: Sheet) -> None:
        refuse_nobody(sheet)
        rules.fill_in(sheet)
        rules.find_diseases(sheet)
        rules.refuse_incomplete(sheet)
        rules.refuse_impossible(sheet)
        rules.weigh(sheet)
        rules.refuse_reversals(sheet)

    @classmethod
    def plan(cls, sheet: Sheet, run: Run) -> Plan:
        find_people(sheet, run)
        rules.find_facilities(sheet, run)
        rules.refuse_repeated(sheet)
        refuse_sensitive(sheet, run)
        rules.refuse_lifeless(sheet)
        rows = rules.in_fen(rules.with_regions(sheet)).with_columns(pl.col("disease_code").alias("disease"))
        stored = read(Bill, "number", rows["number"], ["facility_id", "person_id", "state", *PLACED, *WRITTEN])
        stored = stored.filter(pl.col("state") != BillState.REVERSED)
        matched = rows.join(
            stored.select("id", "number", "facility_id"),
            on=["number", "facility_id"],
            how="left",
            maintain_order="left",
        )
        wanted = with_ids(matched, Bill, run).with_columns(
            pl.col("p:path").alias("path"),
            pl.when("is_new").then(pl.lit(QUEUED)).alias("obstacle"),
            pl.when("is_new").then(pl.lit(BillState.WAITING.value)).alias("state"),
            pl.when(pl.col("is_new"))
            .then(pl.col("referral").fill_null(Referral.COMPLIANT.value))
            .otherwise("referral"),
        )
        placed = ("person_id", "path", "facility_id", "facility_path", *PLACED)
        merge = Merge(
            Bill,
            wanted.select("row", "id", "is_new", "number", *placed, *WRITTEN, "state", "obstacle"),
            stored,
            recorded=["number", "person_id", "facility_id", *WRITTEN],
            verb="coverage.bill.imported",
            columns={name: cls.fields[name] for name in WRITTEN},
            hidden="is_sensitive",
        )
        rules.refuse_settled(sheet, merge, run)
        rules.refuse_unsigned(sheet, wanted, stored)
        return Plan([merge], merge.states())

    @classmethod
    def rows_for_export(cls, user: Any) -> QuerySet:
        return readable_bills(user).order_by("path", "person", "served_on", "pk")

    @classmethod
    def showers(cls) -> Mapping[str, Callable[[Any], Any]]:  # type: ignore[override]
        return {"disease": {code: disease.name for code, disease in catalogue.diseases().items()}.get}

    @classmethod
    def applied(cls, batch: ImportBatch) -> None:
        """Have the rows settled by a job as soon as they are written."""
        order_settling_of(batch)

    @classmethod
    def next_step(cls, batch: ImportBatch) -> tuple[str | Promise, str]:
        """How far the settling of the rows is, and from there to what waits."""
        job = newest_job(SETTLE, batch=batch.pk)
        return gettext_lazy("查看结算结果"), job.get_absolute_url() if job else reverse("coverage:bill-list")

    @classmethod
    def withdrawing(cls, rows: pl.DataFrame, by: User) -> None:
        """Take the settlements back before their bills go. Raises Refused where a form was issued."""
        release_bills(rows, by)
