"""How runs and their differences are listed."""

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import Tone, badge
from healthaid.coverage.enums import RunPurpose, RunState
from healthaid.coverage.models import SettlementRun
from healthaid.jobs.enums import JobState

TONES: dict[str, Tone] = {
    RunState.COMPUTING: "due",
    RunState.PROPOSED: "due",
    RunState.CONFIRMED: "good",
    RunState.REJECTED: "plain",
}


class RunTable(tables.Table):
    place = tables.Column(_("县"), accessor="place__name")
    year = tables.Column(_("年度"), linkify=True)
    purpose = tables.Column(_("用途"))
    bills = tables.Column(_("费用笔数"), accessor="totals__bills", default="—", attrs={"td": {"class": "money"}})
    changed = tables.Column(_("有差异"), accessor="totals__changed", default="—", attrs={"td": {"class": "money"}})
    unresolved = tables.Column(
        _("算不出"), accessor="totals__unresolved", default="—", attrs={"td": {"class": "money"}}
    )
    requested_by = tables.Column(_("发起人"))
    requested_at = tables.DateTimeColumn(format="Y-m-d H:i", verbose_name=_("发起时间"))
    state = tables.Column(_("状态"))

    class Meta:
        model = SettlementRun
        fields = ()
        sequence = (
            *("place", "year", "purpose", "bills", "changed", "unresolved"),
            *("requested_by", "requested_at", "state"),
        )

    def render_purpose(self, record: SettlementRun) -> str:
        """With the person, where only one person's year is meant."""
        words = record.get_purpose_display()
        return f"{words} · {record.person.name}" if record.person else words

    def render_state(self, record: SettlementRun) -> SafeString:
        """In a word and an icon."""
        return run_badge(record)


def run_badge(run: SettlementRun) -> SafeString:
    """Where the run stands; a what-if is finished when it is computed."""
    if run.state == RunState.COMPUTING and run.job and run.job.state == JobState.FAILED:
        return badge(_("计算失败"), "act")
    if run.state == RunState.PROPOSED and run.purpose == RunPurpose.WHAT_IF:
        return badge(_("已算出"), "good")
    return badge(run.get_state_display(), TONES[run.state])
