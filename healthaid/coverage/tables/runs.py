"""How runs and their differences are listed."""

from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import DASH, Table, Tone, badge, label, link, minute, yuan
from healthaid.coverage.enums import RunPurpose, RunState
from healthaid.coverage.models import RunResult, Settlement, SettlementRun, YearAccount
from healthaid.coverage.phrases import LAYERS, SUMS, obstacle_told
from healthaid.coverage.selectors.citations import documents_for
from healthaid.coverage.selectors.remedies import remedy
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.jobs.enums import JobState

PAYER_LABELS = tuple(LAYERS[name] for name in PAYERS)

TONES: dict[str, Tone] = {
    RunState.COMPUTING: "due",
    RunState.PROPOSED: "due",
    RunState.CONFIRMED: "good",
    RunState.REJECTED: "plain",
    RunState.SUPERSEDED: "plain",
}


class RunTable(Table):
    headings = (
        _("县"),
        _("年度"),
        _("用途"),
        _("费用笔数"),
        _("有差异"),
        _("算不出"),
        _("发起人"),
        _("发起时间"),
        _("状态"),
    )
    classes = ("nowrap", "", "", "number", "number", "number", "nowrap", "nowrap", "")

    def cells(self, row: SettlementRun) -> tuple[str, ...]:
        purpose = label(RunPurpose, row.purpose)
        return (
            row.place.name,
            link(row.get_absolute_url(), row.year),
            f"{purpose} · {row.person.name}" if row.person else purpose,
            *(str(row.totals.get(name, DASH)) for name in ("bills", "changed", "unresolved")),
            str(row.requested_by),
            minute(row.requested_at),
            run_badge(row),
        )


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
        return yuan(new)
    return format_html('<span class="text-secondary">{} →</span> <strong>{}</strong>', yuan(old), yuan(new))


def sums_moved(old: Settlement | None, new: RunResult) -> str | SafeString:
    """The sums of the year that stand otherwise before the bill, each a line with what it was."""
    names = [name for name in SUMS if old and getattr(old, f"before_{name}") != getattr(new, f"before_{name}")]
    pairs = ((SUMS[name], f"before_{name}") for name in names)
    rows = ((words, money_moved(getattr(old, name), getattr(new, name))) for words, name in pairs)
    return format_html_join("", '<span class="d-block">{} {}</span>', rows) or DASH


class DifferenceTable(Table):
    """What a run would change, payer by payer, and the sums of the year that it rests on."""

    headings = (_("单号"), _("出院（就诊）"), _("患者"), _("医疗机构"), *PAYER_LABELS, _("年度累计（元）"))
    classes = ("", "nowrap", "", "", *("money",) * len(PAYER_LABELS), "nowrap")

    def cells(self, row: RunResult) -> Sequence[str | SafeString]:
        bill, old = row.bill, row.settlement
        link = format_html('<a href="{}">{}</a>', bill.get_absolute_url(), bill.number)
        amounts = (money_moved(getattr(old, name) if old else None, getattr(row, name)) for name in PAYERS)
        first = link if old else format_html("{} {}", link, badge(_("新结算"), "due"))
        return (
            first,
            f"{bill.served_on:%Y-%m-%d}",
            bill.person.name,
            bill.facility.name,
            *amounts,
            sums_moved(old, row),
        )


class UnresolvedTable(Table):
    """Bills without an answer: why, and where that is put right."""

    headings = (_("单号"), _("出院（就诊）"), _("患者"), _("医疗机构"), _("原因"), _("怎么办"))
    classes = ("", "nowrap", "", "", "", "")

    def cells(self, row: RunResult) -> Sequence[str | SafeString]:
        bill = row.bill
        bill.obstacle = row.obstacle
        step = remedy(bill)
        link = format_html('<a href="{}">{}</a>', bill.get_absolute_url(), bill.number)
        what = format_html('<a href="{}">{}</a>', step.url, step.label) if step else "—"
        why = obstacle_told(row.obstacle or {}, documents_for(bill.region, bill.served_on))
        missing = f"（{step.missing}）" if step and step.missing else ""
        return (link, f"{bill.served_on:%Y-%m-%d}", bill.person.name, bill.facility.name, f"{why}{missing}", what)


class ReplayTable(Table):
    """Whose year calls for a replay; each leads to the person's costs."""

    headings = (_("患者"), _("行政村"), _("年度"), _("个人自付累计（元）"))
    classes = ("nowrap", "", "", "money")

    def cells(self, row: YearAccount) -> tuple[str, ...]:
        return (
            link(reverse("patients:person-tab", args=[row.person_id, "bills"]), row.person.name),
            row.person.household.village.name,
            str(row.year),
            yuan(row.personal),
        )
