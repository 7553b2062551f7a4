"""How runs and their differences are listed."""

from collections.abc import Sequence
from decimal import Decimal

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import LeanTable, Tone, badge
from healthaid.coverage.enums import RunPurpose, RunState
from healthaid.coverage.models import RunResult, SettlementRun, YearAccount
from healthaid.coverage.phrases import LAYERS, obstacle_told
from healthaid.coverage.selectors.remedies import remedy
from healthaid.coverage.settling.computing import PAID
from healthaid.jobs.enums import JobState

PAYER_LABELS = tuple(LAYERS[name] for name in PAID)

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


def money_moved(old: Decimal | None, new: Decimal) -> str | SafeString:
    """An amount, and what it was where that differs."""
    if old is None or old == new:
        return f"{new:,.2f}"
    return format_html('<span class="text-secondary">{} →</span> <strong>{}</strong>', f"{old:,.2f}", f"{new:,.2f}")


class DifferenceTable(LeanTable):
    """What a run would change, payer by payer."""

    headings = (_("单号"), _("出院（就诊）"), _("患者"), _("医疗机构"), *PAYER_LABELS)
    classes = ("", "nowrap", "", "", *("money",) * len(PAYER_LABELS))

    def cells(self, row: RunResult) -> Sequence[str | SafeString]:
        bill, old = row.bill, row.settlement
        link = format_html('<a href="{}">{}</a>', bill.get_absolute_url(), bill.number)
        amounts = (money_moved(getattr(old, name) if old else None, getattr(row, name)) for name in PAID)
        first = link if old else format_html("{} {}", link, badge(_("新结算"), "due"))
        return (first, f"{bill.served_on:%Y-%m-%d}", bill.person.name, bill.facility.name, *amounts)


class UnresolvedTable(LeanTable):
    """Bills without an answer: why, and where that is put right."""

    headings = (_("单号"), _("出院（就诊）"), _("患者"), _("医疗机构"), _("原因"), _("怎么办"))
    classes = ("", "nowrap", "", "", "", "")

    def cells(self, row: RunResult) -> Sequence[str | SafeString]:
        bill = row.bill
        bill.obstacle = row.obstacle
        step = remedy(bill)
        link = format_html('<a href="{}">{}</a>', bill.get_absolute_url(), bill.number)
        what = format_html('<a href="{}">{}</a>', step.url, step.label) if step else "—"
        why = obstacle_told(row.obstacle or {})
        missing = f"（{step.missing}）" if step and step.missing else ""
        return (link, f"{bill.served_on:%Y-%m-%d}", bill.person.name, bill.facility.name, f"{why}{missing}", what)


def bills_tab(record: YearAccount) -> str:
    """The page of the person's costs."""
    return reverse("patients:person-tab", args=[record.person_id, "bills"])


class ReplayTable(tables.Table):
    """Whose year calls for a replay."""

    person = tables.Column(_("患者"), accessor="person__name", linkify=bills_tab)
    village = tables.Column(_("行政村"), accessor="person__household__village__name")
    year = tables.Column(_("年度"))
    personal = tables.Column(_("个人自付累计（元）"), attrs={"td": {"class": "money"}, "th": {"class": "money"}})

    class Meta:
        model = YearAccount
        fields = ("person", "village", "year", "personal")

    def render_personal(self, value: Decimal) -> str:
        """With thousands and two decimals."""
        return f"{value:,.2f}"
