"""Writes: bills are settled under the lock of their people's years, one or many at a time; sums are counted anew.

For the other nouns of this room: `settle_bill`, `settle_stored`, `settle_bills`, `lock_accounts`, `recount_accounts`.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.audit.actions import Act, record, record_act
from healthaid.core import bulk
from healthaid.core.decisions import require
from healthaid.core.fields import MoneyField
from healthaid.core.money import yuan_text
from healthaid.coverage import rulesets
from healthaid.coverage.enums import BillState
from healthaid.coverage.models import Bill, RuleSet, Settlement, YearAccount
from healthaid.coverage.permissions.bills import may_settle, may_settle_somewhere
from healthaid.coverage.selectors.bills import bill_for_page
from healthaid.coverage.selectors.settlements import moved_by
from healthaid.coverage.settlement import ENGINE
from healthaid.coverage.settlement.basis import Basis
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.coverage.settling import computing, facts
from healthaid.coverage.settling.facts import SUMS
from healthaid.jobs.actions import enqueue
from healthaid.jobs.domain import Progress, no_progress
from healthaid.jobs.models import Job

RETRY = "settle_waiting_bills"
AT_ONCE = 5_000  # people whose years are locked in one transaction
FOUND = ("id", "person_id", "path", "facility_path", "region", "served_on")
Years = Collection[tuple[int, int]]  # person and year


@transaction.atomic
def settle_bill(*, by: User, bill_id: int) -> Bill:
    """Settle a waiting bill, or say on it what stands in the way. Raises Refused, DoesNotExist."""
    bill = bill_for_page(by, bill_id)
    require(may_settle(by, bill))
    return settle_stored(by=by, bill=bill)


def settle_stored(*, by: User, bill: Bill) -> Bill:
    """The same within a transaction that has found the bill, or written it, and knows that the user may settle it."""
    settled = _settle(by, bulk.find(Bill, "id", pl.Series("id", [bill.pk]), FOUND))
    _record_each(by, settled.done)
    bill.refresh_from_db()
    return bill


def settle_bills(*, by: User, bill_ids: Sequence[int], progress: Progress = no_progress) -> dict[str, int]:
    """Settle those of many bills that wait and that the user may settle: {"settled", "waiting"}. Safe to run twice.

    Each transaction has all the bills of some thousand people, so that nobody's year is settled in halves.
    """
    mine = by.scope(Ability.SETTLE_BILLS)
    found = bulk.find(Bill, "id", pl.Series("id", bill_ids, pl.Int64), FOUND).sort("person_id", "id")
    inside = [any(map(mine.covers_path, paths)) for paths in found.select("path", "facility_path").iter_rows()]
    frame, counts, done = found.filter(pl.Series(inside, dtype=pl.Boolean)), {"settled": 0, "waiting": 0}, 0
    for some in _by_people(frame):
        progress(done, frame.height, _("结算"))
        with transaction.atomic():
            settled = _settle(by, some)
            _record_all(by, settled)
        counts["settled"] += settled.done.height
        counts["waiting"] += settled.waiting.height
        done += some.height
    return counts


@transaction.atomic
def order_settling(*, by: User) -> Job:
    """Have every waiting bill that the user may settle tried once more by a job. Raises Refused."""
    require(may_settle_somewhere(by))
    job = enqueue(kind=RETRY, by=by)
    record(by=by, verb="coverage.bill.retried", job=job.pk)
    return job


def settle_waiting(*, by: User, progress: Progress = no_progress) -> dict[str, Any]:
    """What the job does, under today's postings: settle what can be, and lead to what goes on waiting."""
    waiting = Bill.objects.visible_to(by, Ability.SETTLE_BILLS).filter(state=BillState.WAITING)
    counts = settle_bills(by=by, bill_ids=list(waiting.values_list("pk", flat=True)), progress=progress)
    return counts | {"url": f"{reverse('coverage:bill-list')}?state={BillState.WAITING}"}


def _by_people(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The bills of some thousand people at a time."""
    people = frame["person_id"].unique(maintain_order=True)
    for start in range(0, len(people), AT_ONCE):
        some = people.slice(start, AT_ONCE)
        yield frame.filter(pl.col("person_id").is_in(some.implode()))


def _settle(by: User, found: pl.DataFrame) -> computing.Settled:
    """Settle what waits among the bills."""
    known_years = lock_accounts(found)
    bulk.lock(Bill, found["id"])
    bills = facts.bills_waiting(found["id"])
    before = facts.settled_before(bills.join(known_years, on=["person_id", "year"], how="semi"))
    local = facts.local_documents(bills["region"].unique().to_list())
    settled = computing.settle(facts.with_facts(bills), before, local)
    _write_settlements(by, settled.done, store_rule_sets(settled.bases))
    _write_bills(settled)
    _add_to_accounts(settled.done)
    return settled


def lock_accounts(bills: pl.DataFrame) -> pl.DataFrame:
    """Hold the years into which bills fall until the transaction ends; those that are new begin at nothing.

    The frame has "person_id", "path", "region" and "served_on". Whoever changes what counts into a year holds it.
    Gives "id", "person_id" and "year" of the years that were there before.
    """
    year = pl.col("served_on").dt.year().cast(pl.Int64).alias("year")
    wanted = bills.select("person_id", "path", "region", year).unique(["person_id", "year"])
    pairs = ["person_id", "year"]
    known = _accounts(wanted)
    missing = wanted.join(known, on=pairs, how="anti").with_columns(
        *(pl.lit(0, pl.Int64).alias(name) for name in SUMS),
        pl.lit(value=False).alias("needs_replay"),
        pl.lit(timezone.now(), pl.Datetime("us", "UTC")).alias("updated_at"),
    )
    if missing.height:
        with bulk.staged(YearAccount, missing) as staging:
            bulk.insert_staged(YearAccount, staging, or_skip=True)
    bulk.lock(YearAccount, (_accounts(wanted) if missing.height else known)["id"])
    return known


def _accounts(wanted: pl.DataFrame) -> pl.DataFrame:
    """The stored years among those of the frame's "person_id" and "year", with their "id"."""
    pairs = ["person_id", "year"]
    found = bulk.find(YearAccount, "person_id", wanted["person_id"], ["id", *pairs])
    return found.join(wanted, on=pairs, how="semi")


def store_rule_sets(bases: Mapping[int, Basis]) -> dict[int, int]:
    """The stored RuleSet of each case, by its number; equal ones are kept once."""
    values = {number: rulesets.as_json(basis) for number, basis in bases.items()}
    digests = {number: rulesets.digest(each) for number, each in values.items()}
    stored = RuleSet.objects.filter(digest__in=set(digests.values()))
    known = dict(stored.values_list("digest", "pk"))
    new = {digest: values[number] for number, digest in digests.items() if digest not in known}
    if new:
        made = [RuleSet(digest=digest, engine=ENGINE, values=each) for digest, each in new.items()]
        RuleSet.objects.bulk_create(made, ignore_conflicts=True)
        known = dict(stored.all().values_list("digest", "pk"))
    return {number: known[digest] for number, digest in digests.items()}


def _write_settlements(by: User, done: pl.DataFrame, rules: Mapping[int, int]) -> None:
    when = pl.lit(timezone.now(), pl.Datetime("us", "UTC")).alias("settled_at")
    frame = done.select(
        pl.col("id").alias("bill_id"),
        pl.col("case").replace_strict(rules, default=None, return_dtype=pl.Int64).alias("rules_id"),
        pl.lit(value=True).alias("is_current"),
        *PAYERS,
        pl.col("settled_total").alias("total"),
        *(f"{when}_{name}" for when in ("before", "after") for name in SUMS),
        "missed",
        "warnings",
        when,
        pl.lit(by.pk, pl.Int64).alias("settled_by_id"),
    )
    bulk.insert(Settlement, frame)


def _write_bills(settled: computing.Settled) -> None:
    now = pl.lit(timezone.now(), pl.Datetime("us", "UTC")).alias("updated_at")
    done = settled.done.select(
        "id",
        pl.lit(BillState.SETTLED.value).alias("state"),
        pl.lit("{}").alias("obstacle"),
        pl.col("price").alias("package_price"),
        now,
    )
    waiting = settled.waiting.select("id", "obstacle", now)
    for frame in (done, waiting):
        if frame.height:
            with bulk.staged(Bill, frame) as staging:
                bulk.update_staged(Bill, staging, [name for name in frame.columns if name != "id"])


def _add_to_accounts(done: pl.DataFrame) -> None:
    """Move the years' sums by what the bills added; a bill that came behind later ones calls for a replay."""
    if done.is_empty():
        return
    moved = done.group_by("person_id", "year").agg(
        *((pl.col(f"after_{name}") - pl.col(f"before_{name}")).sum().alias(f"moved_{name}") for name in SUMS),
        pl.col("is_late").any(),
    )
    columns = ["id", "person_id", "year", "needs_replay", *SUMS]
    stored = bulk.find(YearAccount, "person_id", done["person_id"].unique(), columns)
    frame = stored.join(moved, on=["person_id", "year"]).select(
        "id",
        *((pl.col(name) + pl.col(f"moved_{name}")).alias(name) for name in SUMS),
        (pl.col("needs_replay") | pl.col("is_late")).alias("needs_replay"),
        pl.lit(timezone.now(), pl.Datetime("us", "UTC")).alias("updated_at"),
    )
    with bulk.staged(YearAccount, frame) as staging:
        bulk.update_staged(YearAccount, staging, [*SUMS, "needs_replay", "updated_at"])


def recount_accounts(years: Years, *, needs_replay: bool | None = None) -> None:
    """Count the sums of locked years anew from the current settlements, and mark whether a replay is called for."""
    people = {person for person, _year in years}
    rows = Settlement.objects.filter(bill__person__in=people, is_current=True)
    sums = moved_by(rows.filter(bill__served_on__year__in={year for _person, year in years}))
    money = MoneyField()
    changed = []
    for account in YearAccount.objects.filter(person__in=people):
        if (account.person_id, account.year) not in years:
            continue
        counted = sums.get((account.person_id, account.year), dict.fromkeys(SUMS, 0))
        for name, amount in counted.items():
            setattr(account, name, money.from_db_value(amount))
        if needs_replay is not None:
            account.needs_replay = needs_replay
        account.updated_at = timezone.now()
        changed.append(account)
    YearAccount.objects.bulk_update(changed, [*SUMS, "needs_replay", "updated_at"], batch_size=500)


def _record_each(by: User, done: pl.DataFrame) -> None:
    """An entry for each settled bill, with what everybody pays in yuan."""
    for pk, path, *amounts in done.select("id", "path", *PAYERS).iter_rows():
        paid = dict(zip(PAYERS, map(yuan_text, amounts), strict=True))
        act = Act("coverage.bill.settled", Bill._meta.label_lower, pk, path, paid)  # noqa: SLF001
        record_act(by=by, act=act)


def _record_all(by: User, settled: computing.Settled) -> None:
    """One entry for many bills: how many, and a digest of what was settled, so that the rows cannot change unseen.

    The settlements themselves say who settled which bill when.
    """
    written = settled.done.select("id", *PAYERS).sort("id").write_csv(include_header=False)
    digest = hashlib.sha256(written.encode()).hexdigest()
    counts: dict[str, Any] = {"settled": settled.done.height, "waiting": settled.waiting.height}
    record(by=by, verb="coverage.settlement.settled", **counts, digest=digest)
