"""The month of a county, as it was counted: snapshots that stay what they were."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from healthaid.core.fields import CodeField
from healthaid.core.scoping import ScopedQuerySet


class MonthlyReport(models.Model):
    """One place's snapshot of one month; counting again replaces its figures and is audited."""

    scope_paths = ("path",)
    read_ability = "read_reports"

    place = models.ForeignKey("regions.Place", models.PROTECT, related_name="+", verbose_name=_("地方"))
    path = CodeField(max_length=120, editable=False)
    month = models.DateField(_("月份"))  # its first day
    counted_at = models.DateTimeField(_("统计时间"))
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("统计人")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("月报")
        ordering = ("-month", "path")
        constraints = (models.UniqueConstraint(fields=("place", "month"), name="reports_monthlyreport_once"),)


class Figure(models.Model):
    """One indicator of one place in a report. A rate is numerator over denominator; a count has no denominator."""

    scope_paths = ("path",)
    read_ability = "read_reports"

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="figures")
    place = models.ForeignKey("regions.Place", models.PROTECT, related_name="+", verbose_name=_("地方"))
    path = CodeField(max_length=120, editable=False)
    indicator = CodeField(_("指标"), max_length=40)
    numerator = models.BigIntegerField(_("分子"))
    denominator = models.BigIntegerField(_("分母"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("指标值")
        ordering = ("report", "path", "indicator")
        constraints = (models.UniqueConstraint(fields=("report", "place", "indicator"), name="reports_figure_once"),)
        indexes = (models.Index(fields=("place", "indicator"), name="reports_figure_of_place"),)
