"""The place tree: country, province, prefecture, county, township, village, and facilities as leaves."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from healthaid.core.fields import CodeField
from healthaid.core.phrases import noted
from healthaid.core.scoping import ScopedQuerySet
from healthaid.regions.enums import CodeSystem, Level


class PlaceQuerySet(ScopedQuerySet):
    def by_code(self, code: str, system: str = CodeSystem.STATISTICS) -> Self:
        """Places that bear or bore this code in the system; county codes and above are alike in both."""
        return self.filter(codes__code=code, codes__system=system).distinct()


class Place(models.Model):
    """One node of the tree. The path joins the internal ids from the root, "1/25/533/", and never statutory codes."""

    scope_paths = ("path",)
    read_ability = "read_places"

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    name = CodeField(_("名称"), max_length=100)  # the name in use today; PlaceName keeps the dated ones
    path = CodeField(_("路径"), max_length=120, default="", editable=False)
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)  # the first day it no longer exists

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("地方")
        ordering = ("path",)
        constraints = (
            models.CheckConstraint(condition=Q(level__in=Level.values), name="regions_place_level_known"),
            models.UniqueConstraint(fields=("path",), name="regions_place_path_unique", condition=~Q(path="")),
        )
        indexes = (models.Index(fields=("level", "name"), name="regions_place_level_name"),)

    def __str__(self) -> str:
        return self.name

    @property
    def name_within(self) -> str:
        """Its name and, in brackets, that of the place above it."""
        return noted(self.name, self.parent.name) if self.parent else self.name


class PlaceName(models.Model):
    """A name with the days it was in use; the end is the first day it no longer is."""

    scope_exempt = "names and codes of places are public"

    place = models.ForeignKey(Place, models.CASCADE, related_name="names", verbose_name=_("地方"))
    name = models.CharField(_("名称"), max_length=100)
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("地名")
        ordering = ("place", "-valid_from")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="regions_placename_ends_after_start"
            ),
        )


class PlaceCode(models.Model):
    """A statutory code in one of the two systems, with the days it was valid. Never the key of a place."""

    scope_exempt = "names and codes of places are public"

    place = models.ForeignKey(Place, models.CASCADE, related_name="codes", verbose_name=_("地方"))
    system = models.CharField(_("编码体系"), max_length=20, choices=CodeSystem)
    code = CodeField(_("代码"), max_length=12)
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("区划代码")
        ordering = ("code", "valid_from")
        constraints = (
            models.UniqueConstraint(fields=("system", "code", "valid_from"), name="regions_placecode_unique"),
        )


class NumberSeries(models.Model):
    """The last running number of a kind given out in a county and year; its row is locked while numbers are taken."""

    scope_exempt = "holds no data of any person"

    kind = CodeField(max_length=20)
    county = CodeField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "county", "year"), name="regions_numberseries_once"),)
