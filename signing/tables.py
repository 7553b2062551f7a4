"""How contracts are listed."""

from datetime import date

import django_tables2 as tables
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import NOWRAP, badge
from signing.domain import is_due
from signing.enums import ContractState
from signing.models import Contract


class ContractTable(tables.Table):
    number = tables.Column(_("协议编号"), linkify=True)
    person = tables.Column(_("签约人"), accessor="person__name")
    village = tables.Column(_("行政村"), accessor="person__household__village__name")
    team = tables.Column(_("服务团队"))
    package = tables.Column(_("服务包"))
    starts_on = tables.DateColumn(format="Y-m-d", attrs=NOWRAP, verbose_name=_("起始日期"))
    ends_on = tables.DateColumn(format="Y-m-d", attrs=NOWRAP, verbose_name=_("截止日期"))
    state = tables.Column(_("状态"))

    class Meta:
        model = Contract
        fields = ("number", "person", "village", "team", "package", "starts_on", "ends_on", "state")

    def render_state(self, record: Contract) -> SafeString:
        """The state, and whether it is time to renew."""
        return state_badge(record, timezone.localdate())


def state_badge(contract: Contract, today: date) -> SafeString:
    """Running, to be renewed, renewed or ended."""
    if contract.state != ContractState.ACTIVE:
        return badge(contract.get_state_display(), "plain")
    if contract.ends_on < today:
        return badge(_("已过期，待续签"), "act")
    if is_due(contract.ends_on, today):
        return badge(_("即将到期"), "due")
    return badge(contract.get_state_display(), "good")
