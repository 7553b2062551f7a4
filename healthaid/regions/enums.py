from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    COUNTRY = "country", _("国家")
    PROVINCE = "province", _("省")
    PREFECTURE = "prefecture", _("州市")
    COUNTY = "county", _("县市")
    TOWNSHIP = "township", _("乡镇")
    VILLAGE = "village", _("村")
    FACILITY = "facility", _("机构")


class CodeSystem(TextChoices):
    """The two official codings of places; below the county they contradict each other."""

    STATISTICS = "statistics", _("统计用区划代码")
    CIVIL_AFFAIRS = "civil_affairs", _("民政区划代码")
