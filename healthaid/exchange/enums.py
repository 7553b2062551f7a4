from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BatchState(TextChoices):
    UPLOADED = "uploaded", _("已上传")
    CHECKING = "checking", _("校验中")
    UNREADABLE = "unreadable", _("无法读取")
    CHECKED = "checked", _("待确认")
    FAULTY = "faulty", _("有错误")
    CONFIRMED = "confirmed", _("导入中")
    APPLIED = "applied", _("已导入")
    REJECTED = "rejected", _("未导入")
    WITHDRAWING = "withdrawing", _("撤回中")
    WITHDRAWN = "withdrawn", _("已撤回")


class RowState(TextChoices):
    """What becomes of a row of a file."""

    NEW = "new", _("新增")
    CHANGED = "changed", _("变更")
    UNCHANGED = "unchanged", _("未变")
    ERROR = "error", _("错误行")


class ColumnKind(StrEnum):
    """How the cells of a column are cleaned, and how they are written."""

    TEXT = "text"
    CODE = "code"  # text without spaces whose leading noughts count
    NAME = "name"
    IDENTITY = "identity"
    PHONE = "phone"
    DISABILITY = "disability"  # certificate number: identity number, kind, grade
    CARD = "card"  # of social security or health: digits and letters
    DATE = "date"
    YES_NO = "yes_no"
    NUMBER = "number"
    AMOUNT = "amount"  # yuan, two places
    SEX = "sex"
    CHOICE = "choice"
    CHOICES = "choices"
