from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FacilityKind(TextChoices):
    HOSPITAL = "hospital", _("医院")
    TOWNSHIP_CENTRE = "township_centre", _("乡镇卫生院")
    VILLAGE_CLINIC = "village_clinic", _("村卫生室")


class Use(TextChoices):
    OPEN = "open", _("在用")
    CLOSED = "closed", _("已停用")


class HospitalLevel(TextChoices):
    """Levels under the grading of hospitals (医院分级管理), by the digits that hospital systems use."""

    PRIMARY = "1", _("一级")
    SECONDARY = "2", _("二级")
    TERTIARY = "3", _("三级")
    UNGRADED = "9", _("未定级")


class Shortfall(TextChoices):
    """Items of the clinic standard."""

    AREA = "area", _("面积不足")
    CONSULTING_ROOM = "consulting_room", _("诊断室未独立")
    TREATMENT_ROOM = "treatment_room", _("治疗室未独立")
    PHARMACY = "pharmacy", _("药房未独立")
    EQUIPMENT = "equipment", _("设备不齐")
    DOCTORS = "doctors", _("村医不足")
