"""The month of a county, as it was counted: snapshots that stay what they were."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from healthaid.core.fields import CodeField
from healthaid.core.scoping import ScopedQuerySet
from healthaid.reports.domain import Values, values_of


class MonthlyReport(models.Model):
    """One county's snapshot of one month; counting again replaces its figures and is audited."""

    scope_paths = ("path",)
    read_ability = "read_reports"

    place = models.ForeignKey("regions.Place", models.PROTECT, related_name="+", verbose_name=_("地方"))
    path = CodeField(max_length=120, editable=False)
    month = models.DateField(_("月份"))  # its first day
    as_of = models.DateField(_("截至"))  # the month's last day, or the day it was counted while the month ran
    counted_at = models.DateTimeField(_("统计时间"))
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("统计人")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("月报")
        ordering = ("-month", "path")
        constraints = (models.UniqueConstraint(fields=("place", "month"), name="reports_monthlyreport_once"),)
        indexes = (models.Index(fields=("path", "month"), name="reports_monthlyreport_path"),)

    def __str__(self) -> str:
        return f"{self.place} {self.month:%Y-%m}"


class PlaceFigures(models.Model):
    """Every indicator of one place in a report: the county itself, a township or a village.

    One row a place and not one an indicator: a dashboard of a county reads a dozen rows, a province's month is 15,000.
    """

    scope_paths = ("path",)
    read_ability = "read_reports"

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="figures")
    place = models.ForeignKey("regions.Place", models.PROTECT, related_name="+", verbose_name=_("地方"))
    path = CodeField(max_length=120, editable=False)
    numbers = models.JSONField(_("指标值"))  # {"contracts": [numerator, denominator], "people": [numerator]}

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("指标值")
        ordering = ("report", "path")
        constraints = (models.UniqueConstraint(fields=("report", "place"), name="reports_placefigures_once"),)
        indexes = (models.Index(fields=("place", "report"), name="reports_placefigures_place"),)

    @property
    def values(self) -> Values:
        """The numbers by indicator."""
        return values_of(self.numbers)
