import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from healthaid.accounts.models import User


class AccountTable(tables.Table):
    full_name = tables.Column(_("姓名"), linkify=True)
    username = tables.Column(_("账号"))
    unit = tables.Column(_("单位"))
    postings = tables.TemplateColumn(template_name="accounts/_postings_short.html", verbose_name=_("任职"))
    is_active = tables.Column(_("状态"))
    last_login = tables.DateTimeColumn(format="Y-m-d H:i", verbose_name=_("最近登录"))

    class Meta:
        model = User
        fields = ("full_name", "username", "unit", "postings", "is_active", "last_login")

    def render_is_active(self, record: User) -> SafeString:
        """In use, soon to be disabled for want of use, or disabled."""
        if record.is_active:
            state = {"text": pgettext("account", "启用"), "tone": "good"}
        else:
            state = {"text": pgettext("account", "已停用"), "tone": "plain"}
        days_left = record.days_left(timezone.now())
        if days_left is not None:
            state = {"text": _("%(days)s 天内停用") % {"days": days_left}, "tone": "due"}
        return render_to_string("components/badge.html", state)
