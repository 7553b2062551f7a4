"""What stands on the leaves of the place tree: hospitals, township centres, village clinics, and their teams."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.enums import FacilityKind, HospitalLevel, Shortfall
from healthaid.core.fields import CodeField
from healthaid.core.scoping import ScopedQuerySet


class Facility(models.Model):
    """An institution on its leaf of the place tree."""

    scope_paths = ("path",)
    read_ability = "read_facilities"

    place = models.OneToOneField("regions.Place", models.PROTECT, related_name="facility", verbose_name=_("地方"))
    path = CodeField(max_length=120, editable=False)  # the leaf's own path
    code = CodeField(_("机构编码"), max_length=30)  # unique; unified credit code or the county's own number
    name = CodeField(_("机构名称"), max_length=100)
    kind = models.CharField(_("机构类别"), max_length=20, choices=FacilityKind)
    level = models.CharField(_("医院级别"), max_length=1, choices=HospitalLevel, default=HospitalLevel.UNGRADED)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True, default="")
    is_open = models.BooleanField(_("在用"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("机构")
        ordering = ("path",)
        constraints = (
            models.UniqueConstraint(
                fields=("code",), name="facilities_facility_code_unique", violation_error_message=_("机构编码已存在。")
            ),
            models.CheckConstraint(condition=Q(kind__in=FacilityKind.values), name="facilities_facility_kind_known"),
        )
        indexes = (
            models.Index(fields=("path", "id"), name="facilities_facility_path"),
            models.Index(fields=("name",), name="facilities_facility_name"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("facilities:facility-detail", args=[self.pk])


class ClinicCheck(models.Model):
    """What a visit found at a village clinic; the newest one says whether it meets the standard.

    The items are those of YN-2018-2 一: area, three separate rooms, equipment, doctors for the population.
    """

    scope_paths = ("path",)
    read_ability = "read_facilities"

    clinic = models.ForeignKey(Facility, models.PROTECT, related_name="checks", verbose_name=_("村卫生室"))
    path = CodeField(max_length=120, editable=False)
    checked_on = models.DateField(_("检查日期"), default=timezone.localdate)
    area = models.DecimalField(  # square metres
        _("建筑面积（㎡）"), max_digits=7, decimal_places=2, validators=[MinValueValidator(0)]
    )
    has_consulting_room = models.BooleanField(_("诊断室独立"), default=False)
    has_treatment_room = models.BooleanField(_("治疗室独立"), default=False)
    has_pharmacy = models.BooleanField(_("药房独立"), default=False)
    is_equipped = models.BooleanField(_("设备齐全"), default=False)
    doctors = models.PositiveIntegerField(_("在岗村医"))
    residents = models.PositiveIntegerField(_("常住人口"))
    meets_standard = models.BooleanField(_("达标"), default=False, editable=False)
    shortfalls = models.JSONField(_("未达标项"), default=list, editable=False)  # item codes, see facilities/domain.py
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("村卫生室检查")
        ordering = ("-checked_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("clinic", "checked_on"),
                name="facilities_cliniccheck_one_a_day",
                violation_error_message=_("该卫生室当天已有检查记录。"),
            ),
        )
        indexes = (models.Index(fields=("path", "checked_on"), name="facilities_check_path"),)

    def __str__(self) -> str:
        return f"{self.clinic} {self.checked_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return self.clinic.get_absolute_url()

    def get_shortfalls_display(self) -> list[str]:
        """The shortfalls in words."""
        return [str(Shortfall(code).label) for code in self.shortfalls]


class CareTeam(models.Model):
    """A family-doctor team at a facility."""

    scope_paths = ("path",)
    read_ability = "read_facilities"

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="teams", verbose_name=_("机构"))
    path = CodeField(max_length=120, editable=False)
    name = CodeField(_("团队名称"), max_length=60)
    leader = models.CharField(_("团队长"), max_length=50)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True, default="")
    is_active = models.BooleanField(_("在用"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("服务团队")
        ordering = ("path", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("facility", "name"),
                name="facilities_careteam_name_unique",
                violation_error_message=_("该机构已有同名团队。"),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.facility.get_absolute_url()
