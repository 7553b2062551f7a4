from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FacilityKind(TextChoices):
    HOSPITAL = "hospital", _("医院")
    TOWNSHIP_CENTRE = "township_centre", _("乡镇卫生院")
    VILLAGE_CLINIC = "village_clinic", _("村卫生室")


class HospitalLevel(TextChoices):
    """GB-style hospital level codes (standards 4.4)."""

    PRIMARY = "1", _("一级")
    SECONDARY = "2", _("二级")
    TERTIARY = "3", _("三级")
    UNGRADED = "9", _("未定级")
