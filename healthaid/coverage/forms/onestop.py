"""What is typed about one-stop forms."""

from django import forms
from django.utils.translation import gettext_lazy as _


class VerifyForm(forms.Form):
    """What stands on the paper."""

    serial = forms.CharField(label=_("流水号"), max_length=40, help_text=_("如 533103-2018-000001。"))
    code = forms.CharField(
        label=_("验证码"), max_length=40, help_text=_("三组，每组四个字符；不分大小写，横线和空格可以省略。")
    )
