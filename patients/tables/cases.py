"""How treatment files are listed."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.phrases import noted
from healthaid.core.tables import DASH, Table, Tone, badge, day, link
from patients.enums import CaseState
from patients.models import CriticalCase

TONES: dict[str, Tone] = {CaseState.UNTREATED: "act", CaseState.TREATING: "due", CaseState.TREATED: "good"}


class CaseTable(Table):
    headings = (
        _("患者"),
        _("行政村"),
        _("病种"),
        _("定点医院"),
        _("主管医生"),
        _("建档日期"),
        _("救治状态"),
    )
    classes = ("nowrap", "", "", "", "nowrap", "nowrap", "")

    def cells(self, row: CriticalCase) -> tuple[str, ...]:
        return (
            link(row.get_absolute_url(), row.person.name),
            row.person.household.village.name,
            row.condition.disease_name,
            row.hospital.name,
            row.doctor or DASH,
            day(row.opened_on),
            state_badge(row),
        )


class PersonCaseTable(Table):
    """The treatment files of one person."""

    headings = (_("病种"), _("定点医院"), _("主管医生"), _("建档日期"), _("救治状态"))
    classes = ("", "", "nowrap", "nowrap", "")

    def cells(self, row: CriticalCase) -> tuple[str, ...]:
        return (
            link(row.get_absolute_url(), row.condition.disease_name),
            row.hospital.name,
            row.doctor or DASH,
            day(row.opened_on),
            state_badge(row),
        )


def state_badge(case: CriticalCase) -> SafeString:
    """The state, with the outcome of a treatment."""
    text = case.get_state_display()
    if case.outcome:
        text = noted(text, case.get_outcome_display())
    return badge(text, TONES.get(case.state, "plain"))
