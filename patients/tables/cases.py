"""How treatment files are listed."""

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.phrases import noted
from healthaid.core.tables import NOWRAP, Tone, badge
from patients.enums import CaseState
from patients.models import CriticalCase

TONES: dict[str, Tone] = {CaseState.UNTREATED: "act", CaseState.TREATING: "due", CaseState.TREATED: "good"}


class CaseTable(tables.Table):
    person = tables.Column(_("患者"), accessor="person__name", linkify=lambda record: record.get_absolute_url())
    village = tables.Column(_("行政村"), accessor="person__household__village__name")
    disease = tables.Column(_("病种"), accessor="condition__disease_name")
    hospital = tables.Column(_("定点医院"))
    doctor = tables.Column(_("主管医生"))
    opened_on = tables.DateColumn(format="Y-m-d", attrs=NOWRAP, verbose_name=_("建档日期"))
    state = tables.Column(_("救治状态"))

    class Meta:
        model = CriticalCase
        fields = ("person", "village", "disease", "hospital", "doctor", "opened_on", "state")

    def render_state(self, record: CriticalCase) -> SafeString:
        """Where the treatment stands."""
        return state_badge(record)


def state_badge(case: CriticalCase) -> SafeString:
    """The state, with the outcome of a treatment."""
    text = case.get_state_display()
    if case.outcome:
        text = noted(text, case.get_outcome_display())
    return badge(text, TONES.get(case.state, "plain"))
