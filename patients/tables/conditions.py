"""How illnesses are listed."""

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import NOWRAP, Tone, badge
from patients.enums import CaseState, ConditionKind, ConditionState
from patients.models import Condition

TONES: dict[str, Tone] = {
    ConditionState.SUSPECTED: "due",
    ConditionState.VERIFIED: "good",
    ConditionState.EXCLUDED: "plain",
}


class ConditionTable(tables.Table):
    disease = tables.Column(_("病种"), accessor="disease_name", linkify=lambda record: record.get_absolute_url())
    kind = tables.Column(_("类别"))
    person = tables.Column(_("患者"), accessor="person__name")
    village = tables.Column(_("行政村"), accessor="person__household__village__name")
    diagnosed_on = tables.DateColumn(format="Y-m-d", attrs=NOWRAP, verbose_name=_("确诊时间"))
    state = tables.Column(_("核实状态"))
    case = tables.Column(_("救治"), accessor="pk", empty_values=())

    class Meta:
        model = Condition
        fields = ("person", "village", "disease", "kind", "diagnosed_on", "state", "case")

    def render_state(self, record: Condition) -> SafeString:
        """Suspected, verified or excluded."""
        return badge(record.get_state_display(), TONES[record.state])

    def render_case(self, record: Condition) -> str:
        """Where the treatment stands, for critical illnesses."""
        if hasattr(record, "case"):
            return str(CaseState(record.case.state).label)
        if record.kind == ConditionKind.CRITICAL and record.state == ConditionState.VERIFIED:
            return badge(_("未建档"), "due")
        return "—"
