"""Bills, what the four layers pay of them, and the forms that patients take home."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from facilities.enums import HospitalLevel
from healthaid.core.fields import CodeField, MoneyField
from healthaid.core.scoping import ScopedQuerySet
from healthaid.coverage.enums import BillState, CareLevel, Desk, Referral, Setting
from healthaid.policy import catalogue


class Bill(models.Model):
    """A stay or an outpatient bill of one person. A settled bill never changes: it is reversed and entered anew."""

    scope_paths = ("path", "facility_path")
    read_ability = "read_coverage"

    person = models.ForeignKey(  # found by coverage_bill_person
        "patients.Person", models.PROTECT, related_name="bills", verbose_name=_("患者"), db_index=False
    )
    path = CodeField(max_length=120, editable=False)  # the person's village
    region = CodeField(_("参保县"), max_length=6)  # code of the county where the person is insured
    facility = models.ForeignKey(
        "facilities.Facility", models.PROTECT, related_name="bills", verbose_name=_("医疗机构")
    )
    facility_path = CodeField(max_length=120, editable=False)
    level = models.CharField(_("机构层级"), max_length=10, choices=CareLevel)  # as on the day of the bill
    tier = models.CharField(_("医院等级"), max_length=1, choices=HospitalLevel)
    number = CodeField(_("结算单号"), max_length=40)  # the hospital's own
    setting = models.CharField(_("就医类别"), max_length=20, choices=Setting)
    admitted_on = models.DateField(_("入院日期"), null=True, blank=True)
    served_on = models.DateField(_("出院（就诊）日期"))  # decides year, order and rules
    diagnosis = models.CharField(_("疾病诊断"), max_length=200, blank=True, default="")
    icd10 = CodeField(_("ICD-10"), max_length=10, blank=True, default="")
    disease = CodeField(_("病种"), max_length=40, blank=True, default="")  # a code of the catalogue
    is_sensitive = models.BooleanField(default=False, editable=False)
    referral = models.CharField(_("转诊情况"), max_length=20, choices=Referral, default=Referral.COMPLIANT)
    referral_note = models.CharField(_("转诊说明"), max_length=200, blank=True, default="")
    desk = models.CharField(_("结算方式"), max_length=10, choices=Desk, default=Desk.ONE_STOP)
    total = MoneyField(_("总费用（元）"))
    in_policy = MoneyField(_("政策范围内费用（元）"))
    necessary = MoneyField(_("必须的目录外费用（元）"), default=0)  # signed for, and not in the catalogue
    is_signed = models.BooleanField(_("目录外费用已签字"), null=True, blank=True)
    package_price = MoneyField(_("单病种价格（元）"), null=True, blank=True)
    # What the hospital's own sheet says was paid: no settlement uses it, promises are held against it.
    stated_basic = MoneyField(_("统筹支付（元）"), null=True, blank=True)
    stated_critical = MoneyField(_("大病支付（元）"), null=True, blank=True)
    stated_assistance = MoneyField(_("民政救助（元）"), null=True, blank=True)
    stated_safety_net = MoneyField(_("政府兜底（元）"), null=True, blank=True)
    stated_supplementary = MoneyField(_("补充保险（元）"), null=True, blank=True)
    stated_hospital = MoneyField(_("医院垫付（元）"), null=True, blank=True)
    stated_personal = MoneyField(_("自付费用（元）"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=BillState, default=BillState.WAITING)
    obstacle = models.JSONField(default=dict, editable=False)  # why it waits: {"code", …}; empty when settled
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replacement", verbose_name=_("更正自")
    )
    reversed_on = models.DateField(_("冲销日期"), null=True, blank=True)
    reversed_reason = models.CharField(_("冲销原因"), max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("医疗费用")
        ordering = ("-served_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("facility", "number"),
                condition=Q(reversed_on=None),  # not the state: settling, which changes it, then touches no index
                name="coverage_bill_number_unique",
                violation_error_message=_("该机构的结算单号已登记。"),
            ),
            models.CheckConstraint(condition=Q(state__in=BillState.values), name="coverage_bill_state_known"),
            models.CheckConstraint(
                condition=Q(in_policy__gte=0, total__gte=F("in_policy")),
                name="coverage_bill_in_policy_within_total",
                violation_error_message=_("政策范围内费用不能小于0，也不能大于总费用。"),
            ),
            models.CheckConstraint(
                condition=Q(necessary__gte=0, total__gte=F("in_policy") + F("necessary")),
                name="coverage_bill_necessary_within_rest",
                violation_error_message=_("必须的目录外费用不能大于总费用减政策范围内费用。"),
            ),
            models.CheckConstraint(
                condition=Q(admitted_on=None) | Q(admitted_on__lte=F("served_on")),
                name="coverage_bill_admitted_before_leaving",
                violation_error_message=_("入院日期不能晚于出院日期。"),
            ),
        )
        indexes = (
            models.Index(fields=("path", "id"), name="coverage_bill_path"),
            models.Index(fields=("facility_path", "id"), name="coverage_bill_facility"),
            models.Index(fields=("person", "served_on", "id"), name="coverage_bill_person"),
            models.Index(
                fields=("region", "person", "served_on", "id"), name="coverage_bill_region"
            ),  # a county's year
            models.Index(
                fields=("reversed_on",), condition=Q(reversed_on__isnull=False), name="coverage_bill_reversed"
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("coverage:bill-detail", args=[self.pk])

    @property
    def states_payments(self) -> bool:
        """Whether the hospital's paper says what was paid: with the person's part it leaves no payer out."""
        return self.stated_personal is not None

    @property
    def disease_name(self) -> str:
        """The disease as the catalogue names it; empty for none."""
        return catalogue.diseases()[self.disease].name if self.disease else ""


class RuleSet(models.Model):
    """The parameter values, with day, source and article, that settlements rest on; equal ones are kept once."""

    scope_exempt = "holds no data of any person"

    digest = CodeField(max_length=64, unique=True)  # of engine and values
    engine = CodeField(max_length=10)
    values = models.JSONField()  # as the engine gives and takes them
    created_at = models.DateTimeField(auto_now_add=True)


class Settlement(models.Model):
    """What each layer pays of a bill. Rows never change but for `is_current`; a correction is a new row."""

    scope_paths = ("bill__path", "bill__facility_path")
    read_ability = "read_coverage"

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="settlements", verbose_name=_("医疗费用"))
    rules = models.ForeignKey(RuleSet, models.PROTECT, related_name="+", db_index=False)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("更正自")
    )
    run = models.ForeignKey("coverage.SettlementRun", models.PROTECT, null=True, blank=True, related_name="settlements")
    is_current = models.BooleanField(default=True)
    hospital = MoneyField(_("医院承担（元）"))
    basic = MoneyField(_("基本医保（元）"))
    critical = MoneyField(_("大病保险（元）"))
    assistance = MoneyField(_("医疗救助（元）"))
    safety_net = MoneyField(_("兜底保障（元）"))
    personal = MoneyField(_("个人自付（元）"))
    total = MoneyField(_("总费用（元）"))
    # The person's running sums of the year before and after this bill.
    before_critical_base = MoneyField(default=0)
    before_assistance = MoneyField(default=0)
    before_major_assistance = MoneyField(default=0)
    before_personal = MoneyField(default=0)
    after_critical_base = MoneyField(default=0)
    after_assistance = MoneyField(default=0)
    after_major_assistance = MoneyField(default=0)
    after_personal = MoneyField(default=0)
    missed = CodeField(max_length=200, blank=True, default="")  # codes of promises not met, joined by commas
    warnings = CodeField(max_length=500, blank=True, default="")  # codes, joined by commas
    settled_at = models.DateTimeField(_("结算时间"), auto_now_add=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("结算人"),
        db_index=False,
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("结算")
        ordering = ("-settled_at", "-pk")
        indexes = (models.Index(fields=("settled_at",), name="coverage_settlement_at"),)
        constraints = (
            models.UniqueConstraint(
                fields=("bill",), condition=Q(is_current=True), name="coverage_settlement_one_current"
            ),
            models.CheckConstraint(
                condition=Q(
                    total=F("hospital") + F("basic") + F("critical") + F("assistance") + F("safety_net") + F("personal")
                ),
                name="coverage_settlement_adds_up",
            ),
        )

    def get_absolute_url(self) -> str:
        return self.bill.get_absolute_url()


class YearAccount(models.Model):
    """A person's running sums of a calendar year. Its row is locked while a bill of the year is settled."""

    scope_paths = ("path",)
    read_ability = "read_coverage"

    person = models.ForeignKey("patients.Person", models.PROTECT, related_name="year_accounts", verbose_name=_("患者"))
    path = CodeField(max_length=120, editable=False)
    region = CodeField(max_length=6)
    year = models.PositiveSmallIntegerField(_("年度"))
    critical_base = MoneyField(_("合规自付累计（元）"), default=0)
    assistance = MoneyField(_("医疗救助累计（元）"), default=0)
    major_assistance = MoneyField(_("重特大疾病救助累计（元）"), default=0)
    personal = MoneyField(_("个人自付累计（元）"), default=0)
    needs_replay = models.BooleanField(_("待重算"), default=False)  # a bill came late, was reversed, or rules changed
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("年度累计")
        ordering = ("-year", "path", "pk")
        constraints = (models.UniqueConstraint(fields=("person", "year"), name="coverage_yearaccount_once"),)
        indexes = (
            models.Index(fields=("path", "year", "id"), name="coverage_yearaccount_path"),
            models.Index(fields=("year", "personal"), name="coverage_yearaccount_personal"),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.year}"


class OneStopForm(models.Model):
    """An issued one-stop form (一单式): never rewritten, a correction is a new form that names the old one."""

    scope_paths = ("settlement__bill__path", "settlement__bill__facility_path")
    read_ability = "read_coverage"

    settlement = models.OneToOneField(
        Settlement, models.PROTECT, related_name="form", verbose_name=_("结算"), editable=False
    )
    serial = CodeField(_("流水号"), max_length=40, unique=True)
    code = CodeField(_("验证码"), max_length=20)  # of serial, person and amounts, under the installation's key
    content = models.JSONField(editable=False)  # every word on the paper, so that a copy equals the first print
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("更正自")
    )
    issued_at = models.DateTimeField(_("开具时间"), auto_now_add=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("结算员"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("一站式结算单")
        ordering = ("-issued_at", "-pk")

    def __str__(self) -> str:
        return self.serial

    def get_absolute_url(self) -> str:
        return reverse("coverage:form-detail", args=[self.pk])
