"""Treat first, pay later (先诊疗后付费): the agreement, the instalments, what was paid (YN-2017-102 (八))."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from healthaid.core.fields import CodeField, MoneyField
from healthaid.core.scoping import ScopedQuerySet
from healthaid.coverage.enums import AgreementState


class Agreement(models.Model):
    """A patient is treated without a deposit and pays the own part at discharge or in instalments."""

    scope_paths = ("path", "facility_path")
    read_ability = "read_coverage"

    number = CodeField(pgettext_lazy("agreement", "协议编号"), max_length=40, unique=True)
    person = models.ForeignKey("patients.Person", models.PROTECT, related_name="agreements", verbose_name=_("患者"))
    path = CodeField(max_length=120, editable=False)
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="+", verbose_name=_("医院"))
    facility_path = CodeField(max_length=120, editable=False)
    bill = models.OneToOneField(  # known from discharge on
        "coverage.Bill", models.PROTECT, null=True, blank=True, related_name="agreement", verbose_name=_("医疗费用")
    )
    admitted_on = models.DateField(_("入院日期"))
    signed_on = models.DateField(_("签订日期"))
    referral = models.CharField(_("县级转诊情况"), max_length=200, blank=True, default="")  # at prefecture hospitals
    deposit_waived = MoneyField(_("免收押金（元）"), default=0)
    due = MoneyField(_("自付应收（元）"), null=True, blank=True)  # known from discharge on
    state = models.CharField(_("状态"), max_length=12, choices=AgreementState, default=AgreementState.IN_HOSPITAL)
    state_reason = models.CharField(_("说明"), max_length=200, blank=True, default="")
    decided_by = models.ForeignKey(  # who declared the default or the end of it
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("认定人")
    )
    decided_on = models.DateField(_("认定日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("先诊疗后付费协议")
        ordering = ("-signed_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=AgreementState.values), name="coverage_agreement_state_known"),
            models.CheckConstraint(
                condition=~Q(state=AgreementState.INSTALMENTS) | Q(due__gt=0), name="coverage_agreement_owes_something"
            ),
            models.CheckConstraint(
                condition=~Q(state=AgreementState.DEFAULT) | Q(decided_by__isnull=False) & ~Q(state_reason=""),
                name="coverage_agreement_default_is_decided",
                violation_error_message=_("认定恶意拖欠须写明原因。"),
            ),
        )
        indexes = (
            models.Index(fields=("path", "id"), name="coverage_agreement_path"),
            models.Index(fields=("facility_path", "id"), name="coverage_agreement_facility"),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("coverage:agreement-detail", args=[self.pk])


class Instalment(models.Model):
    """A part of what is due, with its day."""

    scope_paths = ("agreement__path", "agreement__facility_path")
    read_ability = "read_coverage"

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="instalments", verbose_name=_("先诊疗后付费协议")
    )
    due_on = models.DateField(_("应还日期"))  # last day, inclusive
    amount = MoneyField(_("金额（元）"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("分期")
        ordering = ("due_on", "pk")
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="coverage_instalment_positive"),)


class Payment(models.Model):
    """Money received under an agreement; a wrong entry is taken back by a negative one."""

    scope_paths = ("agreement__path", "agreement__facility_path")
    read_ability = "read_coverage"

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="payments", verbose_name=_("先诊疗后付费协议")
    )
    paid_on = models.DateField(_("付款日期"))
    amount = MoneyField(_("金额（元）"))
    receipt = CodeField(_("票据号"), max_length=40, blank=True, default="")
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversal",
        verbose_name=pgettext_lazy("field", "冲销"),
    )
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("收款人")
    )
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("付款")
        ordering = ("paid_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses=None) | Q(amount__lt=0, reverses__isnull=False),
                name="coverage_payment_signed",
            ),
        )


class Reminder(models.Model):
    """Somebody spoke with the patient about what is due."""

    scope_paths = ("agreement__path", "agreement__facility_path")
    read_ability = "read_coverage"

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="reminders", verbose_name=_("先诊疗后付费协议")
    )
    reminded_on = models.DateField(_("提醒日期"))
    note = models.CharField(_("提醒情况"), max_length=200)
    reminded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提醒人")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("还款提醒")
        ordering = ("-reminded_on", "-pk")
