"""Writes: a confirmed proposal becomes correction settlements, all of a run in one transaction."""

from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from healthaid.accounts.models import User
from healthaid.audit.actions import as_json, record, record_rows
from healthaid.core import bulk
from healthaid.core.decisions import require
from healthaid.core.killpoints import kill_point
from healthaid.core.money import yuan_text
from healthaid.coverage import rulesets
from healthaid.coverage.actions.runs import locked_run, supersede
from healthaid.coverage.actions.settlements import lock_accounts
from healthaid.coverage.enums import BillState, RunState
from healthaid.coverage.models import Bill, RuleSet, RunResult, Settlement, SettlementRun, YearAccount
from healthaid.coverage.permissions.runs import may_confirm
from healthaid.coverage.selectors.runs import run_for_page
from healthaid.coverage.settlement.bill import Running
from healthaid.coverage.settlement.columns import COLUMNS, CaseTable
from healthaid.coverage.settlement.layers import PAYERS, Amounts, Terms, outcome
from healthaid.coverage.settlement.rulebook import documents_alone
from healthaid.coverage.settling import computing, facts
from healthaid.coverage.settling.facts import SUMS
from healthaid.coverage.settling.totals import SUMS_BEFORE
from healthaid.coverage.settling.years import bills_of, bills_seen, moved_sums, out_of_step, policy_seen
from healthaid.jobs.actions import enqueue
from healthaid.jobs.domain import Progress, no_progress
from healthaid.jobs.leases import Progress as JobProgress

CONFIRM = "confirm_settlement_run"
AT_ONCE = 20_000  # changed bills in memory
PEOPLE_AT_ONCE = 5_000
MOST_AT_ONCE = 1_000  # changed bills that are written while somebody waits
BILL = ("id", "person_id", "path", "served_on", "setting", "level", "tier", "disease", "facility_id", "state", "total")
BILL_MORE = ("in_policy", "necessary", "package_price", "is_signed", *(f"stated_{name}" for name in PAYERS))


class Outdated(Exception):  # noqa: N818 -- says what happened
    """Bills or policy have moved on since the proposal was computed; the text says which, untranslated."""


def confirm_run(*, by: User, run_id: int) -> SettlementRun:
    """Let a proposal count: at once where it is small, else by a job that its page shows; see `apply_run`."""
    with transaction.atomic():
        run = locked_run(by, run_id)
        require(may_confirm(by, run))
        if run.totals["changed"] > MOST_AT_ONCE:
            run.job = enqueue(kind=CONFIRM, by=by, run=run.pk)
            run.save(update_fields=["job"])
            return run
        return apply_run(by=by, run_id=run_id)


def apply_by_job(*, by: User, run_id: int, progress: JobProgress) -> dict[str, Any]:
    """What the job of a large confirmation does; its page counts the corrections while they are written."""
    changed = run_for_page(by, run_id).totals["changed"]
    progress(0, changed, _("写入更正"))
    run = apply_run(by=by, run_id=run_id, progress=progress.inside)
    return {"url": run.get_absolute_url(), "changed": changed}


def apply_run(*, by: User, run_id: int, progress: Progress = no_progress) -> SettlementRun:
    """Write the corrections of a proposal, all or none; an outdated one is closed with its reason, nothing written.

    Raises Refused.
    """
    try:
        return _write_corrections(by, run_id, progress)
    except Outdated as outdated:
        return _close(by, run_id, str(outdated))


@transaction.atomic
def _close(by: User, run_id: int, reason: str) -> SettlementRun:
    run = locked_run(by, run_id)
    require(may_confirm(by, run))
    run.state, run.reason, run.decided_by, run.decided_at = RunState.SUPERSEDED, reason, by, timezone.now()
    run.version += 1
    run.save(update_fields=["state", "reason", "decided_by", "decided_at", "version"])
    record(by=by, verb="coverage.settlementrun.superseded", subject=run, reason=reason)
    return run


@transaction.atomic
def _write_corrections(by: User, run_id: int, progress: Progress) -> SettlementRun:
    """The run, confirmed; one that was before is left alone. Raises Refused, Outdated."""
    run = locked_run(by, run_id)
    if run.state == RunState.CONFIRMED:
        return run
    require(may_confirm(by, run))
    people = _people(run)
    _lock(run, people)
    _stop_outdated(run)
    summaries, done = [], 0
    for frame in _changed(run):
        progress(done, run.totals["changed"], _("写入更正"))
        summaries.append(_correct(by, run, frame))
        done += frame.height
    progress(done, run.totals["changed"], _("汇总年度累计"))
    kill_point("run-partly-confirmed")
    _recount(run, people)
    run.state, run.decided_by, run.decided_at = RunState.CONFIRMED, by, timezone.now()
    run.version += 1
    run.save(update_fields=["state", "decided_by", "decided_at", "version"])
    _record(by, run, summaries)
    supersede(run, by=by)
    return run


def _people(run: SettlementRun) -> pl.DataFrame:
    """Whose year changes, or was to be computed anew, with what `lock_accounts` asks for."""
    columns = ("person_id", "path", "region", "served_on")
    changed = RunResult.objects.filter(run=run, is_changed=True).values("bill")
    found = bulk.read(Bill.objects.filter(pk__in=changed).order_by(), columns)
    due = YearAccount.objects.filter(year=run.year, needs_replay=True, person__bills__in=bills_of(run).values("pk"))
    calling = bulk.read(
        Bill.objects.filter(person__in=due.values("person"), pk__in=bills_of(run).values("pk")).order_by(), columns
    )
    return pl.concat([found, calling]).unique("person_id", keep="first").sort("person_id")


def _lock(run: SettlementRun, people: pl.DataFrame) -> None:
    """Hold the years of everybody whose bills the run was computed from."""
    for some in people.iter_slices(PEOPLE_AT_ONCE):
        lock_accounts(some)
    held = YearAccount.objects.filter(year=run.year, region=run.region)
    if run.person_id:
        held = held.filter(person=run.person_id)
    list(held.order_by("pk").select_for_update().values_list("pk", flat=True).iterator())


def _stop_outdated(run: SettlementRun) -> None:
    if bills_seen(run) != run.seen["bills"]:
        raise Outdated(gettext_noop("计算之后又有费用录入、补正、结算或冲销，这份核算已过时；请重新计算后再确认。"))
    if policy_seen(run.region) != run.seen["policy"]:
        raise Outdated(gettext_noop("计算之后政策数值有变动，这份核算已过时；请重新计算后再确认。"))


def _changed(run: SettlementRun) -> Any:
    """The changed results with their bills, some thousand at a time."""
    rows = RunResult.objects.filter(run=run, is_changed=True).order_by("bill_id")
    bill = [f"bill__{name}" for name in (*BILL, *BILL_MORE)]
    old = [f"settlement__{name}" for name in PAYERS]
    columns = ("bill_id", "rules_id", "settlement_id", *PAYERS, *SUMS_BEFORE, *bill, *old)
    last = 0
    while True:
        frame = bulk.read(rows.filter(bill_id__gt=last)[:AT_ONCE], columns)
        if frame.height:
            last = frame["bill_id"][-1]
            yield frame.rename({name: name.removeprefix("bill__") for name in bill})
        if frame.height < AT_ONCE:
            return


def _correct(by: User, run: SettlementRun, frame: pl.DataFrame) -> pl.DataFrame:
    """Write one part; what it comes to for each person."""
    frame = _with_facts(run, frame)
    frame = _with_rest(frame)
    _write_settlements(by, run, frame)
    _write_bills(frame.filter(pl.col("settlement_id").is_null()))
    before = (pl.col(f"settlement__{name}").sum().alias(f"old_{name}") for name in PAYERS)
    return frame.group_by("person_id", "path").agg(
        pl.len().alias("bills"), *before, *(pl.col(name).sum() for name in PAYERS)
    )


def _with_facts(run: SettlementRun, frame: pl.DataFrame) -> pl.DataFrame:
    """Add enrolment and price. Raises Outdated where something has come to stand in the way of a waiting bill."""
    asked = frame.with_columns(pl.lit(run.region).alias("region"), pl.lit(run.year, pl.Int64).alias("year"))
    known = facts.with_facts(asked)
    _free, stopped = computing.held_up(known.filter(pl.col("settlement_id").is_null()))
    if stopped.height:
        raise Outdated(
            gettext_noop("待结算的费用中，有的已不再符合条件（参保、身份或慢特病卡有变动）；请重新计算后再确认。")
        )
    return known


def _with_rest(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the sums after each bill, the promises missed and the warnings, out of the rules that the run found."""
    table, numbers = _stored_cases(frame["rules_id"].unique().to_list())
    frame = frame.with_columns(
        pl.col("rules_id").replace_strict(numbers, return_dtype=pl.Int64).alias("case"),
    )
    columns = computing.as_columns(frame)
    before = Running(*(frame[name].to_numpy() for name in SUMS_BEFORE))
    amounts = Amounts(columns.total, columns.in_policy, columns.necessary, columns.price)
    settled = outcome(amounts, Terms(*(column[columns.case] for column in table.terms())), before, COLUMNS)
    if any((getattr(settled, name) != frame[name].to_numpy()).any() for name in PAYERS):
        raise Outdated(gettext_noop("这份核算与现在的费用对不上；请重新计算后再确认。"))
    after = [pl.Series(f"after_{name}", column) for name, column in zip(SUMS, settled.after, strict=True)]
    frame = frame.with_columns(pl.Series("settled_total", settled.total), *after)
    missed = computing.missed(columns, computing.stated_of(frame), before, table)
    return frame.with_columns(missed, computing.warnings(computing.bases_of(table)))


def _stored_cases(ids: list[int]) -> tuple[CaseTable, dict[int, int]]:
    """The kept rule sets as cases, and the number of each by its id."""
    table, numbers = CaseTable(documents_alone()), {}
    for pk, values in RuleSet.objects.filter(pk__in=ids).values_list("pk", "values"):
        numbers[pk] = len(table.found)
        table.found.append(rulesets.from_json(values))
    return table, numbers


def _write_settlements(by: User, run: SettlementRun, frame: pl.DataFrame) -> None:
    old = frame.filter(pl.col("settlement_id").is_not_null()).select(
        pl.col("settlement_id").alias("id"), pl.lit(value=False).alias("is_current")
    )
    with bulk.staged(Settlement, old) as staging:
        bulk.update_staged(Settlement, staging, ["is_current"])
    rows = frame.select(
        "bill_id",
        "rules_id",
        pl.col("settlement_id").alias("corrects_id"),
        pl.lit(run.pk, pl.Int64).alias("run_id"),
        pl.lit(value=True).alias("is_current"),
        *PAYERS,
        pl.col("settled_total").alias("total"),
        *(f"{when}_{name}" for when in ("before", "after") for name in SUMS),
        "missed",
        "warnings",
        pl.lit(timezone.now(), pl.Datetime("us", "UTC")).alias("settled_at"),
        pl.lit(by.pk, pl.Int64).alias("settled_by_id"),
    )
    bulk.insert(Settlement, rows)


def _write_bills(new: pl.DataFrame) -> None:
    """Bills that waited are settled now."""
    frame = new.select(
        "id",
        pl.lit(BillState.SETTLED.value).alias("state"),
        pl.lit("{}").alias("obstacle"),
        pl.col("price").alias("package_price"),
        pl.lit(timezone.now(), pl.Datetime("us", "UTC")).alias("updated_at"),
    )
    with bulk.staged(Bill, frame) as staging:
        bulk.update_staged(Bill, staging, [name for name in frame.columns if name != "id"])


def _recount(run: SettlementRun, people: pl.DataFrame) -> None:
    """Count the years' sums anew from the current settlements; nothing calls for a replay then.

    Except for people with bills in another county, where the sums that these began from have changed.
    """
    waiting = out_of_step(people["person_id"], run.year, run.region).implode()
    for some in people["person_id"].to_frame().iter_slices(PEOPLE_AT_ONCE):
        stored = bulk.find(YearAccount, "person_id", some["person_id"], ["id", "person_id", "year"])
        sums = moved_sums(some["person_id"], run.year)
        frame = (
            stored.filter(pl.col("year") == run.year)
            .join(sums, on="person_id", how="left")
            .select(
                "id",
                *(pl.col(name).fill_null(0) for name in SUMS),
                pl.col("person_id").is_in(waiting).alias("needs_replay"),
                pl.lit(timezone.now(), pl.Datetime("us", "UTC")).alias("updated_at"),
            )
        )
        with bulk.staged(YearAccount, frame) as staging:
            bulk.update_staged(YearAccount, staging, [*SUMS, "needs_replay", "updated_at"])


def _record(by: User, run: SettlementRun, summaries: list[pl.DataFrame]) -> None:
    """One entry for the run, and one for each person: bills, and each payer's part before and after, in yuan."""
    told = {name: run.totals[name] for name in ("bills", "changed", "new", "unresolved")}
    record(by=by, verb="coverage.settlementrun.confirmed", subject=run, year=run.year, purpose=run.purpose, **told)
    if not summaries:
        return
    sums = pl.concat(summaries).group_by("person_id", "path", maintain_order=True).agg(pl.all().sum())
    rows = [(row["person_id"], row["path"], _told(run, row)) for row in sums.iter_rows(named=True)]
    record_rows(by=by, verb="coverage.year.replayed", subject_kind="patients.person", rows=rows)


def _told(run: SettlementRun, row: dict[str, Any]) -> str:
    moved = {
        name: [yuan_text(row[f"old_{name}"]), yuan_text(row[name])]
        for name in PAYERS
        if row[f"old_{name}"] != row[name]
    }
    return as_json({"run": run.pk, "year": run.year, "bills": row["bills"]} | moved)
