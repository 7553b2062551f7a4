"""How issued forms are listed."""

from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import Table, badge, link, minute, yuan
from healthaid.coverage.models import OneStopForm


class FormTable(Table):
    headings = (
        _("流水号"),
        _("开具时间"),
        _("患者"),
        _("行政村"),
        _("医疗机构"),
        _("总费用"),
        _("个人自付"),
        _("状态"),
    )
    classes = ("nowrap", "nowrap", "nowrap", "", "", "money", "money", "")

    def cells(self, row: OneStopForm) -> tuple[str, ...]:
        settlement = row.settlement
        bill = settlement.bill
        return (
            link(row.get_absolute_url(), row.serial),
            minute(row.issued_at),
            bill.person.name,
            bill.person.household.village.name,
            bill.facility.name,
            yuan(settlement.total),
            yuan(settlement.personal),
            badge(_("有效"), "good") if settlement.is_current else badge(_("已更正或冲销"), "plain"),
        )
