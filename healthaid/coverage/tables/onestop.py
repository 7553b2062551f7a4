"""How issued forms are listed."""

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import NOWRAP, badge
from healthaid.coverage.models import OneStopForm
from healthaid.coverage.tables.bills import MoneyColumn


class FormTable(tables.Table):
    serial = tables.Column(_("流水号"), linkify=True)
    issued_at = tables.DateTimeColumn(format="Y-m-d H:i", attrs=NOWRAP, verbose_name=_("开具时间"))
    person = tables.Column(_("患者"), accessor="settlement__bill__person__name")
    village = tables.Column(_("行政村"), accessor="settlement__bill__person__household__village__name")
    facility = tables.Column(_("医疗机构"), accessor="settlement__bill__facility__name")
    total = MoneyColumn(_("总费用"), accessor="settlement__total")
    personal = MoneyColumn(_("个人自付"), accessor="settlement__personal")
    state = tables.Column(_("状态"), accessor="settlement__is_current", empty_values=())

    class Meta:
        model = OneStopForm
        fields = ("serial", "issued_at", "person", "village", "facility", "total", "personal", "state")

    def render_state(self, value: bool) -> SafeString:  # noqa: FBT001 -- a cell
        """Whether the form still says what counts."""
        return badge(_("有效"), "good") if value else badge(_("已更正或冲销"), "plain")
