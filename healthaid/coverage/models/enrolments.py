"""Who is enrolled in which year, and who holds an outpatient special-disease card."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from facilities.enums import HospitalLevel
from healthaid.core.fields import CodeField, MoneyField
from healthaid.core.scoping import ScopedQuerySet
from healthaid.coverage.enums import Absence, CardState
from healthaid.policy import catalogue


class Enrolment(models.Model):
    """What one person is insured with in one calendar year, or why not here."""

    scope_paths = ("path",)
    read_ability = "read_coverage"

    person = models.ForeignKey("patients.Person", models.PROTECT, related_name="enrolments", verbose_name=_("参保人"))
    path = CodeField(max_length=120, editable=False)  # the person's village
    year = models.PositiveSmallIntegerField(_("年度"))
    has_basic = models.BooleanField(_("基本医保"), default=False)
    has_critical = models.BooleanField(_("大病保险"), default=False)
    has_assistance = models.BooleanField(_("医疗救助"), default=False)
    has_supplementary = models.BooleanField(_("补充保险"), default=False)
    absence = models.CharField(_("未参保原因"), max_length=30, choices=Absence, blank=True, default="")
    absence_note = models.CharField(_("原因说明"), max_length=200, blank=True, default="")
    premium = MoneyField(_("个人缴费标准（元）"), null=True, blank=True)  # of the year, before any public share
    enrolled_on = models.DateField(_("参保日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("参保")
        ordering = ("-year", "path", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "year"),
                name="coverage_enrolment_once_a_year",
                violation_error_message=_("此人该年度已有参保记录。"),
            ),
            models.CheckConstraint(
                condition=Q(has_basic=False) | Q(absence=""),
                name="coverage_enrolment_absent_or_enrolled",
                violation_error_message=_("已参加基本医保的，不填未参保原因。"),
            ),
            models.CheckConstraint(
                condition=Q(premium=None) | Q(premium__gte=0), name="coverage_enrolment_premium_not_negative"
            ),
        )
        indexes = (models.Index(fields=("path", "year", "id"), name="coverage_enrolment_path"),)

    def __str__(self) -> str:
        return f"{self.person} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("coverage:enrolment-detail", args=[self.pk])


class SpecialCard(models.Model):
    """An outpatient special-disease card (慢特病门诊卡) on its way from application to validity (YN-2018-2 三)."""

    scope_paths = ("path",)
    read_ability = "read_coverage"

    person = models.ForeignKey("patients.Person", models.PROTECT, related_name="cards", verbose_name=_("持卡人"))
    path = CodeField(max_length=120, editable=False)
    disease = CodeField(_("病种"), max_length=40)  # one of the 28
    is_sensitive = models.BooleanField(default=False, editable=False)
    number = CodeField(_("卡号"), max_length=40, blank=True, default="")
    state = models.CharField(_("状态"), max_length=10, choices=CardState, default=CardState.APPLIED)
    applied_on = models.DateField(_("申请日期"))
    diagnosed_on = models.DateField(_("鉴定日期"), null=True, blank=True)
    diagnosed_by = models.ForeignKey(  # of the level that the policy asks for on that day
        "facilities.Facility", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("鉴定医院")
    )
    diagnosed_level = models.CharField(  # of the hospital on that day
        _("鉴定医院级别"), max_length=1, choices=HospitalLevel, blank=True, default=""
    )
    entered_on = models.DateField(_("录入日期"), null=True, blank=True)  # into the insurance system
    valid_from = models.DateField(_("生效日期"), null=True, blank=True)
    valid_to = models.DateField(_("截止日期"), null=True, blank=True)  # last day, inclusive
    ended_on = models.DateField(
        pgettext_lazy("card", "停用日期"), null=True, blank=True
    )  # first day it no longer serves
    reason = models.CharField(_("原因"), max_length=200, blank=True, default="")  # of refusal or end
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("慢特病卡")
        ordering = ("path", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "disease"),
                condition=~Q(state__in=(CardState.REFUSED, CardState.ENDED)),
                name="coverage_card_one_running",
                violation_error_message=_("此人该病种已有慢特病卡或正在办理。"),
            ),
            models.CheckConstraint(condition=Q(state__in=CardState.values), name="coverage_card_state_known"),
            models.CheckConstraint(
                condition=~Q(state=CardState.VALID)
                | Q(valid_from__isnull=False, diagnosed_on__isnull=False, diagnosed_by__isnull=False),
                name="coverage_card_valid_once_diagnosed",
                violation_error_message=_("有效的卡须有鉴定医院、鉴定日期和生效日期。"),
            ),
            models.CheckConstraint(
                condition=Q(state=CardState.ENDED, ended_on__isnull=False)
                | (~Q(state=CardState.ENDED) & Q(ended_on=None)),
                name="coverage_card_ended_on_a_day",
                violation_error_message=_("已停用的卡须有停用日期，其他的没有。"),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="coverage_card_ends_after_start",
                violation_error_message=_("截止日期不能早于生效日期。"),
            ),
        )
        indexes = (models.Index(fields=("path", "id"), name="coverage_card_path"),)

    def __str__(self) -> str:
        return self.disease_name

    def get_absolute_url(self) -> str:
        return reverse("coverage:card-detail", args=[self.pk])

    @property
    def disease_name(self) -> str:
        """The disease as the catalogue names it."""
        return catalogue.diseases()[self.disease].name
