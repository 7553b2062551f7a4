"""How contracts are listed."""

from datetime import date

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import Table, badge, day, label, link
from signing.domain import is_due
from signing.enums import ContractState, Package
from signing.models import Contract


class ContractTable(Table):
    headings = (
        _("协议编号"),
        _("签约人"),
        _("行政村"),
        _("服务团队"),
        _("服务包"),
        _("起始日期"),
        _("截止日期"),
        _("状态"),
    )
    classes = ("nowrap", "nowrap", "", "", "", "nowrap", "nowrap", "")

    def cells(self, row: Contract) -> tuple[str, ...]:
        return (
            link(row.get_absolute_url(), row.number),
            row.person.name,
            row.person.household.village.name,
            row.team.name,
            label(Package, row.package),
            day(row.starts_on),
            day(row.ends_on),
            state_badge(row, timezone.localdate()),
        )


class PersonContractTable(Table):
    """The contracts of one person."""

    headings = (_("协议编号"), _("服务团队"), _("服务包"), _("服务期"), _("状态"))
    classes = ("nowrap", "", "", "nowrap", "")

    def cells(self, row: Contract) -> tuple[str, ...]:
        return (
            link(row.get_absolute_url(), row.number),
            row.team.name,
            label(Package, row.package),
            f"{day(row.starts_on)} — {day(row.ends_on)}",
            state_badge(row, timezone.localdate()),
        )


def state_badge(contract: Contract, today: date) -> SafeString:
    """Running, to be renewed, renewed or ended."""
    if contract.state != ContractState.ACTIVE:
        return badge(contract.get_state_display(), "plain")
    if contract.ends_on < today:
        return badge(_("已过期，待续签"), "act")
    if is_due(contract.ends_on, today):
        return badge(_("即将到期"), "due")
    return badge(contract.get_state_display(), "good")
