"""Households and people of the register, their verified illnesses and the cases of the critically ill."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from healthaid.core.addresses import row_address
from healthaid.core.fields import CodeField, CodesField, split_codes
from healthaid.core.identity import mask, mask_phone
from healthaid.core.scoping import ScopedQuerySet
from healthaid.core.vault import Sealed, new_seal_id
from healthaid.policy import catalogue
from patients import enums
from patients.domain.persons import age_on


class Household(models.Model):
    """A household of the register, in its village."""

    scope_paths = ("path",)
    read_ability = "read_people"

    number = CodeField(_("户编号"), max_length=32)
    village = models.ForeignKey("regions.Place", models.PROTECT, related_name="+", verbose_name=_("行政村"))
    path = CodeField(max_length=120, editable=False)  # the village's path
    natural_village = models.CharField(_("自然村（组）"), max_length=50, blank=True, default="")
    category = models.CharField(_("贫困户属性"), max_length=2, choices=enums.HouseholdCategory, blank=True, default="")
    kind = models.CharField(_("户类型"), max_length=2, choices=enums.HouseholdType, blank=True, default="")
    standard = models.CharField(_("识别标准"), max_length=2, choices=enums.Standard, blank=True, default="")
    main_cause = models.CharField(_("主要致贫原因"), max_length=2, choices=enums.Cause, blank=True, default="")
    other_causes = CodesField(_("其他致贫原因"), codes=enums.Cause)
    identified_on = models.DateField(_("首次识别时间"), null=True, blank=True)
    lifted_on = models.DateField(_("脱贫时间"), null=True, blank=True)
    monitored_kind = models.CharField(
        _("监测对象类别"), max_length=2, choices=enums.HouseholdType, blank=True, default=""
    )
    risk_found_on = models.DateField(_("风险识别时间"), null=True, blank=True)
    risk_removed = models.BooleanField(_("风险是否消除"), null=True, blank=True)
    risk_removed_on = models.DateField(_("风险消除时间"), null=True, blank=True)
    income_per_head = models.DecimalField(  # yuan a year
        _("人均纯收入（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    unsafe_housing = models.BooleanField(_("危房户"), null=True, blank=True)
    safe_water = models.BooleanField(_("是否解决安全饮用水"), null=True, blank=True)
    phone_sealed = models.TextField(default="", editable=False)
    phone_index = models.CharField(max_length=64, null=True, editable=False)
    founded_on = models.DateField(  # the day a split made it; the households of the register have none
        _("立户日期"), null=True, blank=True, editable=False
    )
    dissolved_on = models.DateField(_("销户日期"), null=True, blank=True)  # first day it no longer exists
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("分户自")
    )
    seal_id = models.CharField(max_length=16, default=new_seal_id, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    phone = Sealed("phone", indexes={"phone_index": None})
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("户")
        ordering = ("path", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("number",),
                name="patients_household_number_unique",
                violation_error_code="unique",  # beside the field
                violation_error_message=_("户编号已存在。"),
            ),
        )
        indexes = (
            models.Index(fields=("path", "number"), name="patients_household_path"),
            models.Index(fields=("phone_index",), name="patients_household_phone"),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return row_address("patients:household-detail", self.pk)

    @property
    def masked_phone(self) -> str:
        """The telephone number as pages show it."""
        return mask_phone(self.phone)

    @property
    def other_cause_names(self) -> list[str]:
        """The other causes in words."""
        return [str(enums.Cause(code).label) for code in split_codes(self.other_causes)]

    @property
    def head(self) -> "Person | None":
        """The present head; uses members already loaded, if they are."""
        heads = (p for p in self.members.all() if p.relation == enums.Relation.HEAD and p.is_present)
        return next(heads, None)


class Person(models.Model):
    """A member of a household."""

    scope_paths = ("path",)
    read_ability = "read_people"

    household = models.ForeignKey(Household, models.PROTECT, related_name="members", verbose_name=_("户"))
    path = CodeField(max_length=120, editable=False)  # the household's village
    number = CodeField(_("人编号"), max_length=32, null=True, blank=True)
    name = CodeField(_("姓名"), max_length=60)
    given_name = CodeField(max_length=60, default="", editable=False)  # without the first character, for search
    initials = CodeField(max_length=60, default="", editable=False)  # of the pinyin, for search
    document_kind = models.CharField(
        _("证件类型"), max_length=2, choices=enums.DocumentKind, default=enums.DocumentKind.RESIDENT_ID
    )
    identity_sealed = models.TextField(default="", editable=False)
    identity_index = models.CharField(max_length=64, null=True, editable=False)
    identity_last6 = models.CharField(max_length=64, null=True, editable=False)
    identity_last4 = models.CharField(max_length=64, null=True, editable=False)
    sex = models.CharField(_("性别"), max_length=1, choices=enums.Sex)
    born_on = models.DateField(_("出生日期"))
    ethnicity = models.CharField(_("民族"), max_length=2, choices=enums.Ethnicity, blank=True, default="")
    marriage = models.CharField(_("婚姻状况"), max_length=2, choices=enums.Marriage, blank=True, default="")
    relation = models.CharField(_("与户主关系"), max_length=2, choices=enums.Relation)
    education = models.CharField(_("文化程度"), max_length=2, choices=enums.Education, blank=True, default="")
    schooling = models.CharField(_("在校生状况"), max_length=2, choices=enums.Schooling, blank=True, default="")
    out_of_school_reason = models.CharField(  # in words: no table of it is published
        _("义务教育阶段未上学原因"), max_length=50, blank=True, default=""
    )
    speaks_mandarin = models.BooleanField(_("是否会讲普通话"), null=True, blank=True)
    health = CodesField(_("健康状况"), codes=enums.Health)
    labour = models.CharField(_("劳动技能"), max_length=2, choices=enums.Labour, blank=True, default="")
    work_months = models.PositiveSmallIntegerField(
        _("务工时间（月）"), null=True, blank=True, validators=[MaxValueValidator(12), MinValueValidator(0)]
    )
    is_away = models.BooleanField(_("是否外出"), null=True, blank=True)
    workplace = models.CharField(_("务工所在地/企业"), max_length=100, blank=True, default="")
    has_critical_insurance = models.BooleanField(_("是否参加大病保险"), null=True, blank=True)
    has_basic_insurance = models.BooleanField(_("是否参加基本医疗保险"), null=True, blank=True)  # of either kind
    has_employee_insurance = models.BooleanField(_("是否参加城镇职工基本医疗保险"), null=True, blank=True)
    has_supplementary_insurance = models.BooleanField(_("是否参加商业补充医疗保险"), null=True, blank=True)
    has_resident_pension = models.BooleanField(_("是否参加城乡居民基本养老保险"), null=True, blank=True)
    has_employee_pension = models.BooleanField(_("是否参加城镇职工基本养老保险"), null=True, blank=True)
    card_sealed = models.TextField(default="", editable=False)  # of social security or, before it, of health
    disability_sealed = models.TextField(default="", editable=False)  # the certificate number holds the identity number
    disability_kind = models.CharField(_("残疾类别"), max_length=1, blank=True, default="")
    disability_grade = models.CharField(_("残疾等级"), max_length=1, blank=True, default="")
    certificate_year = models.PositiveSmallIntegerField(_("残疾证办证年度"), null=True, blank=True)
    key_groups = CodesField(_("重点人群"), codes=enums.KeyGroup)
    phone_sealed = models.TextField(default="", editable=False)
    phone_index = models.CharField(max_length=64, null=True, editable=False)
    identified_on = models.DateField(_("人员识别时间"), null=True, blank=True)
    poverty_status = models.CharField(  # today's of the register; PovertySpell keeps the timeline
        _("脱贫属性"), max_length=24, choices=enums.PovertyStatus, blank=True, default=""
    )
    life_state = models.CharField(
        _("在册状态"), max_length=10, choices=enums.LifeState, default=enums.LifeState.PRESENT
    )
    left_on = models.DateField(_("死亡或迁出日期"), null=True, blank=True)
    seal_id = models.CharField(max_length=16, default=new_seal_id, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    identity = Sealed("identity", indexes={"identity_index": None, "identity_last6": 6, "identity_last4": 4})
    phone = Sealed("phone", indexes={"phone_index": None})
    card = Sealed("card", indexes={})
    disability_certificate = Sealed("disability", indexes={})
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("成员")
        ordering = ("path", "household_id", "relation", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("identity_index",),
                name="patients_person_identity_unique",
                violation_error_message=_("证件号码已登记。"),
            ),
            models.UniqueConstraint(
                fields=("number",),
                name="patients_person_number_unique",
                violation_error_code="unique",
                violation_error_message=_("人编号已存在。"),
            ),
            models.UniqueConstraint(
                fields=("household",),
                condition=Q(relation="01", life_state="present"),
                name="patients_person_one_head",
                violation_error_message=_("该户已有户主。"),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="patients_person_named"),
        )
        indexes = (
            models.Index(fields=("path", "id"), name="patients_person_path"),
            models.Index(fields=("name", "id"), name="patients_person_name"),
            models.Index(fields=("given_name", "id"), name="patients_person_given_name"),
            models.Index(fields=("initials", "id"), name="patients_person_initials"),
            models.Index(fields=("identity_last6",), name="patients_person_last6"),
            models.Index(fields=("identity_last4",), name="patients_person_last4"),
            models.Index(fields=("phone_index",), name="patients_person_phone"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return row_address("patients:person-detail", self.pk)

    @property
    def masked_identity(self) -> str:
        """The document's number as pages show it."""
        return mask(self.identity)

    @property
    def masked_phone(self) -> str:
        """The telephone number as pages show it."""
        return mask_phone(self.phone)

    @property
    def masked_card(self) -> str:
        """The card's number as pages show it."""
        return mask(self.card)

    @property
    def age(self) -> int:
        """Completed years today, or on the day of death or leaving."""
        return age_on(self.born_on, self.left_on or timezone.localdate())

    @property
    def health_names(self) -> list[str]:
        """The state of health in words."""
        return [str(enums.Health(code).label) for code in split_codes(self.health)]

    @property
    def disability_kind_name(self) -> str:
        """The kind of disability on the certificate in words."""
        return str(enums.DisabilityKind(self.disability_kind).label) if self.disability_kind else ""

    @property
    def is_head(self) -> bool:
        """Head of the household, as long as present."""
        return self.relation == enums.Relation.HEAD and self.is_present

    @property
    def is_present(self) -> bool:
        """Neither dead nor moved out."""
        return self.life_state == enums.LifeState.PRESENT


class PovertySpell(models.Model):
    """A standing with its days, both inclusive; an open end lasts. "Eligible on that day" is answered from here."""

    scope_paths = ("person__path",)
    read_ability = "read_people"

    person = models.ForeignKey(Person, models.CASCADE, related_name="poverty_spells", verbose_name=_("成员"))
    status = models.CharField(_("属性"), max_length=24, choices=enums.PovertyStatus)
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("截止日期"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=100, blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("贫困属性时段")
        ordering = ("person", "starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="patients_spell_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(status__in=enums.PovertyStatus.values), name="patients_spell_status_known"
            ),
            models.UniqueConstraint(
                fields=("person", "status"), condition=Q(ends_on=None), name="patients_spell_one_open"
            ),
        )

    def covers(self, day: date) -> bool:
        """Whether the standing holds on the day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class Condition(models.Model):
    """An illness of a person, from suspicion to verification or exclusion."""

    scope_paths = ("path",)
    read_ability = "read_people"

    person = models.ForeignKey(Person, models.PROTECT, related_name="conditions", verbose_name=_("患者"))
    path = CodeField(max_length=120, editable=False)
    disease = CodeField(_("病种"), max_length=40)  # a code of policy's disease catalogue
    kind = models.CharField(_("类别"), max_length=10, choices=enums.ConditionKind)
    is_sensitive = models.BooleanField(default=False, editable=False)  # as the catalogue says, kept for filters
    icd10 = CodeField(_("ICD-10"), max_length=10, blank=True, default="")
    diagnosed_on = models.DateField(_("确诊时间"), null=True, blank=True)
    diagnosed_at = models.CharField(_("确诊医院"), max_length=100, blank=True, default="")
    state = models.CharField(
        _("核实状态"), max_length=10, choices=enums.ConditionState, default=enums.ConditionState.SUSPECTED
    )
    verified_by = models.CharField(_("核实人"), max_length=50, blank=True, default="")
    verified_on = models.DateField(_("核实时间"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("患病")
        ordering = ("path", "person", "disease")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "disease"),
                name="patients_condition_once",
                violation_error_message=_("此人已登记该病种。"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=enums.ConditionState.values), name="patients_condition_state_known"
            ),
        )
        indexes = (models.Index(fields=("path", "id"), name="patients_condition_path"),)

    def __str__(self) -> str:
        return self.disease_name

    def get_absolute_url(self) -> str:
        return reverse("patients:condition-detail", args=[self.pk])

    @property
    def disease_name(self) -> str:
        """The disease as the catalogue names it."""
        return catalogue.diseases()[self.disease].name


class CriticalCase(models.Model):
    """One file and one plan for one critically ill person's illness (一人一档一方案, YN-2018-2 四)."""

    scope_paths = ("path", "hospital__path")
    read_ability = "read_people"

    condition = models.OneToOneField(
        Condition,
        models.PROTECT,
        related_name="case",
        verbose_name=_("病种"),
        error_messages={"unique": _("该病种已建档。")},
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="cases", verbose_name=_("患者"))
    path = CodeField(max_length=120, editable=False)
    hospital = models.ForeignKey(
        "facilities.Facility", models.PROTECT, related_name="cases", verbose_name=_("定点医院")
    )
    doctor = models.CharField(_("主管医生"), max_length=50, blank=True, default="")
    plan = models.TextField(_("治疗方案"), max_length=2000, blank=True, default="")
    state = models.CharField(_("救治状态"), max_length=10, choices=enums.CaseState, default=enums.CaseState.UNTREATED)
    outcome = models.CharField(_("转归"), max_length=10, choices=enums.Outcome, blank=True, default="")
    state_reason = models.CharField(_("状态说明"), max_length=200, blank=True, default="")
    opened_on = models.DateField(_("建档日期"))
    treated_on = models.DateField(_("救治日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("大病救治档案")
        ordering = ("-opened_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=enums.CaseState.values), name="patients_case_state_known"),
        )
        indexes = (models.Index(fields=("path", "id"), name="patients_case_path"),)

    def get_absolute_url(self) -> str:
        return reverse("patients:case-detail", args=[self.pk])
