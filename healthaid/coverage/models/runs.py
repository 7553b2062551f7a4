"""Re-accounting: a year computed anew as a proposal, which a second person confirms or returns."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from healthaid.core.fields import CodeField, MoneyField
from healthaid.core.scoping import ScopedQuerySet
from healthaid.coverage.enums import RunPurpose, RunState


class SettlementRun(models.Model):
    """Every bill of a county's year computed in date order under the rules of one moment (YN-2018-2 三)."""

    scope_paths = ("path",)
    read_ability = "read_coverage"

    place = models.ForeignKey("regions.Place", models.PROTECT, related_name="+", verbose_name=_("县"))
    path = CodeField(max_length=120, editable=False)  # the county's
    region = CodeField(max_length=6)
    year = models.PositiveSmallIntegerField(_("年度"))
    person = models.ForeignKey(  # set where only one person's year is replayed
        "patients.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("患者")
    )
    purpose = models.CharField(_("用途"), max_length=10, choices=RunPurpose)
    overrides = models.JSONField(default=dict, blank=True)  # what-if: {parameter: value}
    state = models.CharField(_("状态"), max_length=10, choices=RunState, default=RunState.COMPUTING)
    engine = CodeField(max_length=10)
    totals = models.JSONField(default=dict, editable=False)  # `settling.totals.Totals`, once it is computed
    seen = models.JSONField(default=dict, editable=False)  # fingerprints of the bills and the policy it was made from
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    requested_by = models.ForeignKey(  # empty for the command
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("发起人")
    )
    requested_at = models.DateTimeField(_("发起时间"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )
    decided_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    reason = models.CharField(_("退回原因"), max_length=200, blank=True, default="")  # or why it is superseded
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+")
    cleared_at = models.DateTimeField(null=True, editable=False)  # when its result set had served and was removed
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("年度核算")
        ordering = ("-requested_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="coverage_run_state_known"),
            models.CheckConstraint(
                condition=~Q(purpose=RunPurpose.WHAT_IF, state=RunState.CONFIRMED), name="coverage_run_what_if_stays_so"
            ),
        )
        indexes = (models.Index(fields=("path", "id"), name="coverage_run_path"),)

    def get_absolute_url(self) -> str:
        return reverse("coverage:run-detail", args=[self.pk])


class RunResult(models.Model):
    """What a run gives for one bill; written by the bulk door, a million at a time, never changed, removed as a whole.

    The keys stand without constraints of the database, which would cost more than all the rest: bills and settlements
    are never deleted, and nothing else writes here.
    """

    scope_paths = ("bill__path", "bill__facility_path")
    read_ability = "read_coverage"

    pk = models.CompositePrimaryKey("run", "bill")
    run = models.ForeignKey(SettlementRun, models.CASCADE, related_name="results", db_index=False, db_constraint=False)
    bill = models.ForeignKey("coverage.Bill", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    rules = models.ForeignKey(
        "coverage.RuleSet", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    is_changed = models.BooleanField(default=False)  # differs from the bill's current settlement, or there is none
    settlement = models.ForeignKey(  # that current settlement, where the result differs from it
        "coverage.Settlement", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    obstacle = models.JSONField(null=True)  # why there is no result; amounts are 0 then
    hospital = MoneyField()
    basic = MoneyField()
    critical = MoneyField()
    assistance = MoneyField()
    safety_net = MoneyField()
    personal = MoneyField()
    before_critical_base = MoneyField()
    before_assistance = MoneyField()
    before_major_assistance = MoneyField()
    before_personal = MoneyField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("核算结果")
        ordering = ("run", "bill")
        indexes = (
            models.Index(fields=("run", "bill"), condition=Q(is_changed=True), name="coverage_result_changed"),
            models.Index(fields=("run", "bill"), condition=Q(rules=None), name="coverage_result_unresolved"),
        )
