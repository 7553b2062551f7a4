from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ContractState(TextChoices):
    ACTIVE = "active", _("履约中")
    RENEWED = "renewed", _("已续签")
    ENDED = "ended", _("已解约")


class Package(TextChoices):
    BASIC = "basic", _("基本服务包")
    CHRONIC = "chronic", _("慢病服务包")
    ELDERLY = "elderly", _("老年人服务包")
    MATERNAL = "maternal", _("孕产妇服务包")
    CHILD = "child", _("儿童服务包")
    DISABLED = "disabled", _("残疾人服务包")
