"""How bills are listed."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import Table, Tone, badge, day, label, link, yuan
from healthaid.coverage.enums import BillState, Obstacle, Setting
from healthaid.coverage.models import Bill

TONES: dict[str, Tone] = {BillState.WAITING: "due", BillState.SETTLED: "good", BillState.REVERSED: "plain"}


class BillTable(Table):
    headings = (
        _("选"),
        _("结算单号"),
        _("出院（就诊）"),
        _("患者"),
        _("行政村"),
        _("医疗机构"),
        _("类别"),
        _("总费用"),
        _("四重保障"),
        _("个人自付"),
        _("状态"),
    )
    classes = ("d-print-none", "", "nowrap", "nowrap", "", "", "", "money", "money", "money", "")

    def __init__(self, *args: Any, may_settle: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_settle = may_settle

    def cells(self, row: Bill) -> tuple[str, ...]:
        return (
            self.box(row) if self.may_settle else "",
            link(row.get_absolute_url(), row.number),
            day(row.served_on),
            row.person.name,
            row.person.household.village.name,
            row.facility.name,
            label(Setting, row.setting),
            yuan(row.total),
            yuan(row.paid),  # type: ignore[attr-defined]
            yuan(row.personal),  # type: ignore[attr-defined]
            self.state(row),
        )

    def box(self, row: Bill) -> SafeString | str:
        """A box for what has a form to be printed; the button that prints stands above the list."""
        if row.state != BillState.SETTLED:
            return ""
        words = _("选择%(number)s") % {"number": row.number}
        box = (
            '<input type="checkbox" class="form-check-input" name="bill" value="{}" form="print-batch" aria-label="{}">'
        )
        return format_html(box, row.pk, words)

    def state(self, row: Bill) -> SafeString:
        """Settled, waiting for what, or reversed; and whether a promise was missed."""
        if row.state == BillState.SETTLED and getattr(row, "missed", None):
            return format_html("{} {}", state_badge(row), badge(_("未达承诺"), "act"))
        return state_badge(row)


class PersonBillTable(Table):
    """The bills of one person."""

    headings = (
        _("出院（就诊）"),
        _("医疗机构"),
        _("类别"),
        _("总费用（元）"),
        _("四重保障（元）"),
        _("个人自付（元）"),
        _("状态"),
    )
    classes = ("nowrap", "", "", "money", "money", "money", "")

    def cells(self, row: Bill) -> tuple[str, ...]:
        return (
            link(row.get_absolute_url(), day(row.served_on)),
            row.facility.name,
            label(Setting, row.setting),
            yuan(row.total),
            yuan(row.paid),  # type: ignore[attr-defined]
            yuan(row.personal),  # type: ignore[attr-defined]
            state_badge(row),
        )


def state_badge(bill: Bill) -> SafeString:
    """The state in a word; a waiting bill says for what."""
    code = bill.obstacle.get("code", "")
    text = Obstacle(code).label if bill.state == BillState.WAITING and code else bill.get_state_display()
    return badge(text, TONES[bill.state])
