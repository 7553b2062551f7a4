"""Writes: a year is computed anew as a proposal; a second person confirms it as a whole, or returns it."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core import bulk
from healthaid.core.decisions import require
from healthaid.core.killpoints import kill_point
from healthaid.coverage.actions.settlements import store_rule_sets
from healthaid.coverage.domain.enrolments import FIRST_YEAR
from healthaid.coverage.enums import RunPurpose, RunState
from healthaid.coverage.models import RunResult, SettlementRun
from healthaid.coverage.permissions.runs import may_decide, may_request
from healthaid.coverage.selectors.runs import code_of, is_computing, overtaken_by, run_for_page
from healthaid.coverage.settlement import ENGINE
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.coverage.settling.computing import bases_of
from healthaid.coverage.settling.totals import SUMS_BEFORE, Totals
from healthaid.coverage.settling.years import Year, as_local, bills_of, policy_seen
from healthaid.jobs.actions import enqueue
from healthaid.jobs.domain import Progress, no_progress
from healthaid.policy import catalogue
from healthaid.policy.domain import fault_of
from healthaid.policy.selectors.values import settable
from healthaid.policy.texts import FAULTS, number_typed
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from patients.models import Person

COMPUTE = "compute_settlement_run"


@transaction.atomic
def request_run(
    *,
    by: User,
    place: Place,
    year: int,
    purpose: str,
    person: Person | None = None,
    overrides: Mapping[str, str] | None = None,
) -> SettlementRun:
    """Have a county's year computed by a job, under the values confirmed when it runs; only a proposal comes of it.

    A replay without a person is about everybody whose year calls for one. A what-if takes `overrides`, values by
    parameter, which prevail over every document. Raises Refused, ValidationError.
    """
    run = _new_run(by, SettlementRun(place=place, year=year, purpose=purpose, person=person), overrides or {})
    run.job = enqueue(kind=COMPUTE, by=by, run=run.pk)
    run.save(update_fields=["job"])
    return run


def compute_now(
    *, by: User | None, place: Place, year: int, purpose: str, overrides: Mapping[str, str] | None = None
) -> SettlementRun:
    """The same for a command, computed before it returns; nobody (None) may ask for anything there."""
    with transaction.atomic():
        run = _new_run(by, SettlementRun(place=place, year=year, purpose=purpose), overrides or {})
    compute_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def _new_run(by: User | None, run: SettlementRun, overrides: Mapping[str, str]) -> SettlementRun:
    if run.place.level != Level.COUNTY:
        raise ValidationError({"place": _("请选择一个县。")})
    if by is not None:
        require(may_request(by, run.place, run.purpose))
    if not FIRST_YEAR <= run.year <= timezone.localdate().year:
        raise ValidationError({"year": _("请填写%(first)d年到今年之间的年度。") % {"first": FIRST_YEAR}})
    if run.purpose == RunPurpose.WHAT_IF:
        run.overrides = checked_overrides(overrides)
    elif is_computing(run):
        raise ValidationError(_("同一年度的核算正在计算，请等它完成。"))
    run.path, run.region, run.engine, run.requested_by = run.place.path, code_of(run.place), ENGINE, by
    run.full_clean()
    run.save()
    facts: dict[str, Any] = {"person": run.person_id} if run.person_id else {}
    facts |= {"year": run.year, "purpose": run.purpose} | run.overrides
    record(by=by, verb="coverage.settlementrun.requested", subject=run, **facts)
    return run


def checked_overrides(overrides: Mapping[str, str]) -> dict[str, str]:
    """The values as numbers that the parameters can take, at least one. Raises ValidationError that names the first."""
    if not overrides:
        raise ValidationError({"overrides": _("请至少改一项数值再试算。")})
    known = {parameter.name for parameter in settable()}
    found = {}
    for name, text in overrides.items():
        parameter = catalogue.parameters().get(name)
        if parameter is None or name not in known or parameter.unit in ("rule", "list"):
            raise ValidationError({"overrides": _("没有可以试算的政策参数：%(name)s") % {"name": name}})
        try:
            number = number_typed(str(text))
        except ValueError:
            raise ValidationError({"overrides": f"{parameter.label}：" + _("请填写数字。")}) from None
        if fault := fault_of(parameter, number):
            raise ValidationError({"overrides": f"{parameter.label}：{FAULTS[fault]}"})
        found[name] = f"{number:f}"
    return found


def compute_run(*, run_id: int, progress: Progress = no_progress) -> dict[str, Any]:
    """What the job does: write the run's result set. Safe to run twice; what an earlier try left is taken away first.

    Results go in as they come, and count for nobody until the last step says what they come to.
    """
    run = SettlementRun.objects.select_related("place", "requested_by").get(pk=run_id)
    if run.state != RunState.COMPUTING:
        return {"url": run.get_absolute_url()}
    if run.requested_by is not None:
        require(may_request(run.requested_by, run.place, run.purpose))  # under today's postings
    with transaction.atomic():
        RunResult.objects.filter(run=run).delete()
    seen = policy_seen(run.region)
    year, totals = Year(run, as_local(run.overrides)), Totals()
    rules: dict[int, int] = {}
    expected = bills_of(run).count()
    for frame in year.settled():
        progress(totals.counts["bills"], expected, _("计算"))
        with transaction.atomic():
            rules |= store_rule_sets({n: basis for n, basis in bases_of(year.table).items() if n not in rules})
            bulk.insert(RunResult, _as_results(run, frame, rules))
        totals.add(frame)
        kill_point("run-partly-computed")
    with transaction.atomic():
        run = SettlementRun.objects.select_for_update().get(pk=run.pk)
        if run.state == RunState.COMPUTING:
            run.state, run.totals = RunState.PROPOSED, totals.as_json()
            run.seen = {"bills": year.fingerprint.text(), "policy": seen}
            run.version += 1
            run.save(update_fields=["state", "totals", "seen", "version"])
            supersede(run, by=run.requested_by)
    return {"url": run.get_absolute_url(), "bills": totals.counts["bills"], "changed": totals.counts["changed"]}


def _as_results(run: SettlementRun, frame: pl.DataFrame, rules: Mapping[int, int]) -> pl.DataFrame:
    """The rows of the result set, in the order of their key."""
    return frame.select(
        pl.lit(run.pk, pl.Int64).alias("run_id"),
        pl.col("id").alias("bill_id"),
        pl.col("case").replace_strict(rules, default=None, return_dtype=pl.Int64).alias("rules_id"),
        "is_changed",
        pl.when("is_changed").then("now__id").alias("settlement_id"),
        "obstacle",
        *PAYERS,
        *SUMS_BEFORE,
    ).sort("bill_id")


@transaction.atomic
def return_run(*, by: User, run_id: int, reason: str) -> SettlementRun:
    """Send a proposal back; it never counts. Raises Refused, ValidationError without a reason."""
    run = locked_run(by, run_id)
    require(may_decide(by, run))
    if not reason.strip():
        raise ValidationError({"reason": _("请写明退回原因。")})
    run.state, run.reason = RunState.REJECTED, reason.strip()
    run.decided_by, run.decided_at = by, timezone.now()
    run.version += 1
    run.full_clean()
    run.save()
    record(by=by, verb="coverage.settlementrun.returned", subject=run, reason=run.reason)
    return run


def supersede(run: SettlementRun, *, by: User | None) -> None:
    """Close the proposals whose place the run takes, but for one that somebody else is deciding on now."""
    if run.purpose == RunPurpose.WHAT_IF:
        return
    for old in overtaken_by(run).select_for_update(skip_locked=True):
        old.state, old.superseded_by = RunState.SUPERSEDED, run
        old.version += 1
        old.save(update_fields=["state", "superseded_by", "version"])
        record(by=by, verb="coverage.settlementrun.superseded", subject=old, by_run=run.pk)


def locked_run(by: User, run_id: int) -> SettlementRun:
    """The run as the user sees it, held until the transaction ends. Raises DoesNotExist."""
    SettlementRun.objects.visible_to(by).select_for_update(of=("self",)).get(pk=run_id)
    return run_for_page(by, run_id)
