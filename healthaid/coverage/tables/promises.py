"""How the bills behind a promise are listed, and people near the income line."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import Table, badge, link, yuan
from healthaid.coverage.selectors.promised import Told


class BilledTable(Table):
    """Bills, each with what was promised, what it reached, and the article."""

    amount: ClassVar[str] = "paid"
    headings = (
        _("结算单号"),
        _("出院（就诊）"),
        _("患者"),
        _("乡镇、村"),
        _("医疗机构"),
        _("总费用"),
        _("四重保障"),
        _("个人自付"),
        _("应达到"),
        _("实际"),
        _("依据"),
    )
    classes = ("nowrap", "nowrap", "nowrap", "nowrap", "", "money", "money", "money", "number", "number", "source")

    def cells(self, row: tuple[Any, Told]) -> tuple[str, ...]:
        bill, told = row
        home = bill.person.household.village
        return (
            link(bill.get_absolute_url(), bill.number),
            f"{bill.served_on:%Y-%m-%d}",
            bill.person.name,
            f"{home.parent} {home}",
            bill.facility.name,
            yuan(bill.total),
            yuan(getattr(bill, self.amount)),
            yuan(bill.personal),
            told.promised,
            told.reached,
            told.source,
        )


class ExcessTable(BilledTable):
    """Stays with what their hospital bears for going beyond its share outside the catalogue."""

    amount = "excess"
    headings = (*BilledTable.headings[:6], _("医院承担超出部分"), *BilledTable.headings[7:])


class LineTable(Table):
    """People with what they paid themselves this year beside their county's income line."""

    headings = (_("姓名"), _("乡镇、村"), _("年度自付（元）"), _("收入线（元）"), _("占收入线"), _("超出（元）"), "")
    classes = ("nowrap", "nowrap", "money", "money", "number", "money", "")

    def cells(self, row: Any) -> tuple[str, ...]:
        home = row.person.household.village
        above = row.personal - row.income
        return (
            link(reverse("patients:person-tab", args=[row.person_id, "bills"]), row.person.name),
            f"{home.parent} {home}",
            yuan(row.personal),
            yuan(row.income),
            f"{row.personal / row.income:.1%}" if row.income else "—",
            yuan(above) if above > 0 else "—",
            badge(_("待重算"), "due") if row.needs_replay else "",
        )
