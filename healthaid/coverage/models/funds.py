"""What the four funds pay back to the hospitals that advanced it (YN-2017-102 (九))."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from healthaid.core.fields import CodeField, MoneyField
from healthaid.core.scoping import ScopedQuerySet
from healthaid.coverage.enums import Fund


class FundPayment(models.Model):
    """Money that one fund of one county paid to one hospital for one month; what is due is counted from settlements."""

    scope_paths = ("path", "facility_path")
    read_ability = "read_coverage"

    fund = models.CharField(_("基金"), max_length=10, choices=Fund)
    place = models.ForeignKey("regions.Place", models.PROTECT, related_name="+", verbose_name=_("参保县"))
    path = CodeField(max_length=120, editable=False)  # the county's
    facility = models.ForeignKey("facilities.Facility", models.PROTECT, related_name="+", verbose_name=_("医疗机构"))
    facility_path = CodeField(max_length=120, editable=False)
    month = models.DateField(_("结算月份"))  # its first day
    amount = MoneyField(_("拨付金额（元）"))
    paid_on = models.DateField(_("拨付日期"))
    voucher = CodeField(_("凭证号"), max_length=40, blank=True, default="")
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reversal",
        verbose_name=pgettext_lazy("field", "冲销"),
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("基金拨付")
        ordering = ("-month", "fund", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(fund__in=Fund.values), name="coverage_fundpayment_fund_known"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses=None) | Q(amount__lt=0, reverses__isnull=False),
                name="coverage_fundpayment_signed",
            ),
        )
        indexes = (
            models.Index(fields=("path", "month"), name="coverage_fundpayment_path"),
            models.Index(fields=("facility_path", "month"), name="coverage_fundpay_facility"),
        )

    def get_absolute_url(self) -> str:
        return reverse("coverage:fund-payment", args=[self.pk])
