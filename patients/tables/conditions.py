"""How illnesses are listed."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import DASH, Table, Tone, badge, day, label, link
from patients.enums import CaseState, ConditionKind, ConditionState
from patients.models import Condition

TONES: dict[str, Tone] = {
    ConditionState.SUSPECTED: "due",
    ConditionState.VERIFIED: "good",
    ConditionState.EXCLUDED: "plain",
}


class ConditionTable(Table):
    headings = (
        _("患者"),
        _("行政村"),
        _("病种"),
        _("类别"),
        _("确诊时间"),
        _("核实状态"),
        _("救治"),
    )
    classes = ("nowrap", "", "", "nowrap", "nowrap", "", "")

    def cells(self, row: Condition) -> tuple[str, ...]:
        return (
            row.person.name,
            row.person.household.village.name,
            link(row.get_absolute_url(), row.disease_name),
            label(ConditionKind, row.kind),
            day(row.diagnosed_on),
            state_badge(row),
            treatment(row),
        )


class PersonConditionTable(Table):
    """The illnesses of one person."""

    headings = (_("病种"), _("类别"), _("确诊时间"), _("确诊医院"), _("核实状态"), _("救治档案"))
    classes = ("", "nowrap", "nowrap", "", "", "")

    def cells(self, row: Condition) -> tuple[str, ...]:
        case = getattr(row, "case", None)
        return (
            link(row.get_absolute_url(), row.disease_name),
            label(ConditionKind, row.kind),
            day(row.diagnosed_on),
            row.diagnosed_at or DASH,
            state_badge(row),
            link(case.get_absolute_url(), label(CaseState, case.state)) if case else DASH,
        )


def state_badge(condition: Condition) -> SafeString:
    """Suspected, verified or excluded."""
    return badge(label(ConditionState, condition.state), TONES[condition.state])


def treatment(condition: Condition) -> str:
    """Where the treatment stands, for critical illnesses."""
    if hasattr(condition, "case"):
        return label(CaseState, condition.case.state)
    if condition.kind == ConditionKind.CRITICAL and condition.state == ConditionState.VERIFIED:
        return badge(_("未建档"), "due")
    return DASH
