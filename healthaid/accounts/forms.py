"""What a person may type about accounts."""

import re
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.actions import username_of
from healthaid.accounts.enums import Duty
from healthaid.accounts.models import LONGEST_USERNAME, User
from healthaid.accounts.selectors import places_named
from healthaid.core.forms import DateField
from healthaid.regions.models import Place

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
SHOWN_PLACES = 5


class SignInForm(AuthenticationForm):
    """Name and password; which of the two is wrong is not said."""

    error_messages = {"invalid_login": _("账号或密码不正确。"), "inactive": _("账号或密码不正确。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("账号")
        self.fields["password"].label = _("密码")

    def clean_username(self) -> str:
        username = username_of(self.cleaned_data["username"])
        if len(username) > LONGEST_USERNAME:  # Django only tells the browser
            raise self.get_invalid_login_error()
        return username


class PasswordForm(forms.Form):
    """The present password and, twice, the new one; the policy is checked by the action."""

    present = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("新密码"),
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输入一次新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_present(self) -> str:
        if not self.user.check_password(self.cleaned_data["present"]):
            raise ValidationError(_("现在的密码不正确。"))
        return self.cleaned_data["present"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"password", "again"} <= cleaned.keys() and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("两次输入的新密码不一致。"))
        return cleaned


class PostingForm(forms.Form):
    """A duty somewhere, from a first to a last day."""

    duty = forms.ChoiceField(label=_("职责"), choices=Duty.choices)
    place = forms.CharField(
        label=_("地方"), max_length=100, help_text=_("填区划代码或名称，如 533103 或 芒市镇；医院填机构名称。")
    )
    starts_on = DateField(label=_("起始日期"), initial=timezone.localdate)
    ends_on = DateField(label=_("截止日期"), required=False, help_text=_("当天仍有效；不填为长期。"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_place(self) -> Place:
        words = self.cleaned_data["place"].strip()
        found = places_named(self.user, words, most=SHOWN_PLACES)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("您管辖的范围内没有“%(words)s”。"), params={"words": words})
        among = "、".join(f"{place.parent} {place}（{place.code}）" for place in found)  # type: ignore[attr-defined]
        raise ValidationError(_("有几处同名，请填区划代码：%(among)s"), params={"among": among})


class AccountForm(PostingForm):
    """A new account with its first posting."""

    username = forms.CharField(
        label=_("账号"), max_length=LONGEST_USERNAME, help_text=_("3 至 40 位小写字母、数字、点或横线，以后不能改。")
    )
    full_name = forms.CharField(label=_("姓名"), max_length=50)
    unit = forms.CharField(label=_("单位"), max_length=100, required=False)
    field_order = ("username", "full_name", "unit", "duty", "place", "starts_on", "ends_on")

    def clean_username(self) -> str:
        username = username_of(self.cleaned_data["username"])
        if not USERNAME.fullmatch(username):
            raise ValidationError(_("账号须为 3 至 40 位小写字母、数字、点或横线。"))
        return username


class AccountChangeForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("full_name", "unit")


class AccountEnableForm(forms.Form):
    reason = forms.CharField(
        label=_("启用理由"), max_length=200, help_text=_("写入操作记录，例如“休假后返岗，已核对本人和岗位”。")
    )


class PostingEndForm(forms.Form):
    ends_on = DateField(label=_("截止日期"), initial=timezone.localdate, help_text=_("当天仍有效。"))
