"""How bills are listed."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import NOWRAP, Tone, badge
from healthaid.coverage.enums import BillState, Obstacle
from healthaid.coverage.models import Bill

TONES: dict[str, Tone] = {BillState.WAITING: "due", BillState.SETTLED: "good", BillState.REVERSED: "plain"}
MONEY = {"td": {"class": "money"}, "th": {"class": "money"}}


class MoneyColumn(tables.Column):
    """Yuan with two decimals, right-aligned."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"attrs": MONEY} | kwargs)

    def render(self, value: Decimal) -> str:
        return f"{value:,.2f}"


class BillTable(tables.Table):
    chosen = tables.Column(accessor="pk", verbose_name=_("选"), attrs={"td": {"class": "d-print-none"}})
    number = tables.Column(_("结算单号"), linkify=True)
    served_on = tables.DateColumn(format="Y-m-d", attrs=NOWRAP, verbose_name=_("出院（就诊）"))
    person = tables.Column(_("患者"), accessor="person__name")
    village = tables.Column(_("行政村"), accessor="person__household__village__name")
    facility = tables.Column(_("医疗机构"), accessor="facility__name")
    setting = tables.Column(_("类别"))
    total = MoneyColumn(_("总费用"))
    paid = MoneyColumn(_("四重保障"))
    personal = MoneyColumn(_("个人自付"))
    state = tables.Column(_("状态"))

    class Meta:
        model = Bill
        fields = (
            "chosen",
            "number",
            "served_on",
            "person",
            "village",
            "facility",
            "setting",
            "total",
            "paid",
            "personal",
            "state",
        )

    def render_chosen(self, record: Bill) -> SafeString | str:
        """A box for what has a form to be printed; the button that prints stands above the list."""
        if record.state != BillState.SETTLED:
            return ""
        label = _("选择%(number)s") % {"number": record.number}
        box = '<input type="checkbox" class="form-check-input" name="bill" value="{}" form="print-batch" {}>'
        return format_html(box, record.pk, format_html('aria-label="{}"', label))

    def render_state(self, record: Bill) -> SafeString:
        """Settled, waiting for what, or reversed; and whether a promise was missed."""
        if record.state == BillState.SETTLED and getattr(record, "missed", None):
            return format_html("{} {}", state_badge(record), badge(_("未达承诺"), "act"))
        return state_badge(record)


def state_badge(bill: Bill) -> SafeString:
    """The state in a word; a waiting bill says for what."""
    code = bill.obstacle.get("code", "")
    text = Obstacle(code).label if bill.state == BillState.WAITING and code else bill.get_state_display()
    return badge(text, TONES[bill.state])
