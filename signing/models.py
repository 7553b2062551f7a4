"""Family-doctor contracts."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from healthaid.core.fields import CodeField
from healthaid.core.scoping import ScopedQuerySet
from signing.enums import ContractState, Package


class Contract(models.Model):
    """One person's agreement with one care team for a service year."""

    scope_paths = ("path",)
    read_ability = "read_people"

    number = CodeField(_("协议编号"), max_length=40)
    person = models.ForeignKey("patients.Person", models.PROTECT, related_name="contracts", verbose_name=_("签约人"))
    path = CodeField(max_length=120, editable=False)  # the person's village
    team = models.ForeignKey(
        "facilities.CareTeam", models.PROTECT, related_name="contracts", verbose_name=_("服务团队")
    )
    package = models.CharField(_("服务包"), max_length=10, choices=Package, default=Package.BASIC)
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("截止日期"))  # last day of service, inclusive
    state = models.CharField(_("状态"), max_length=10, choices=ContractState, default=ContractState.ACTIVE)
    renewed_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="renewal", verbose_name=_("续签自"), editable=False
    )
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)  # first day it no longer serves
    ended_reason = models.CharField(_("解约原因"), max_length=100, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("签约")
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="signing_contract_ends_after_start",
                violation_error_message=_("截止日期不能早于起始日期。"),
            ),
            models.CheckConstraint(condition=Q(state__in=ContractState.values), name="signing_contract_state_known"),
            models.CheckConstraint(
                condition=Q(state=ContractState.ACTIVE, ended_on=None)
                | Q(state=ContractState.RENEWED)
                | Q(state=ContractState.ENDED, ended_on__isnull=False),
                name="signing_contract_ended_on_a_day",
                violation_error_message=_("已解约的协议须有终止日期，履约中的没有。"),
            ),
            models.UniqueConstraint(
                fields=("number",),
                name="signing_contract_number_unique",
                violation_error_message=_("协议编号已存在。"),
            ),
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(state=ContractState.ACTIVE),
                name="signing_contract_one_active_per_person",
                violation_error_message=_("此人已有履约中的签约。"),
            ),
        )
        indexes = (models.Index(fields=("path", "id"), name="signing_contract_path"),)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("signing:contract-detail", args=[self.pk])
