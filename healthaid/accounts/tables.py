from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from healthaid.accounts.models import User
from healthaid.core.tables import DASH, Table, badge, link, minute

SHOWN = 3  # postings of an account


class AccountTable(Table):
    headings = (_("姓名"), _("账号"), _("单位"), _("任职"), _("状态"), _("最近登录"))
    classes = ("nowrap", "", "", "", "", "nowrap")

    def cells(self, row: User) -> tuple[str, ...]:
        return (
            link(row.get_absolute_url(), row.full_name or row.username),
            row.username,
            row.unit or DASH,
            format_html_join("", "<div>{}</div>", ((posting,) for posting in row.postings.all()[:SHOWN])),
            state_badge(row),
            minute(row.last_login),
        )


def state_badge(account: User) -> SafeString:
    """In use, soon to be disabled for want of use, or disabled."""
    days_left = account.days_left(timezone.now())
    if days_left is not None:
        return badge(_("%(days)s 天内停用") % {"days": days_left}, "due")
    return (
        badge(pgettext("account", "启用"), "good")
        if account.is_active
        else badge(pgettext("account", "已停用"), "plain")
    )
