"""Writes: bills are entered and settled at once, corrected while they wait, reversed and entered anew."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.models import Facility
from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require, require_version
from healthaid.core.versions import assign, save_next
from healthaid.coverage.actions.settlements import lock_accounts, recount_accounts, settle_bill, settle_stored
from healthaid.coverage.domain.bills import STATED, imbalance
from healthaid.coverage.enums import BillState, Obstacle, Referral
from healthaid.coverage.models import Bill, Settlement
from healthaid.coverage.permissions.bills import may_change, may_enter, may_replace, may_reverse, may_settle_somewhere
from healthaid.coverage.phrases import balance_told, unsigned_told
from healthaid.coverage.selectors.bills import ITEMS, bill_for_page, facilities_for_bills
from healthaid.coverage.selectors.settlements import current_settlement, is_followed
from healthaid.coverage.settling.origin import level_at, tier_of
from healthaid.policy import catalogue
from healthaid.policy.selectors.rules import code_at
from patients.enums import LifeState
from patients.models import Person

MASKED = "***"
ILLNESS = frozenset({"diagnosis", "icd10", "disease"})


@transaction.atomic
def enter_bill(
    *,
    by: User,
    person_id: int,
    facility_id: int,
    replaces_id: int | None = None,
    today: date | None = None,
    **values: Any,
) -> Bill:
    """A bill of a person, settled at once when nothing is missing; it waits with its obstacle otherwise.

    `values` are those of `selectors.bills.ITEMS`. `replaces_id` names the reversed bill that this one corrects.
    Raises Refused, and ValidationError for a bill that cannot be.
    """
    require(may_settle_somewhere(by))
    person = Person.objects.visible_to(by).select_related("household__village").get(pk=person_id)
    facility = _facility(by, facility_id)
    require(may_enter(by, person, facility, disease=values.get("disease", "")))
    bill = Bill(person=person, path=person.path, obstacle={"code": Obstacle.QUEUED}, **_known(values))
    if replaces_id is not None:
        original = bill_for_page(by, replaces_id)
        require(may_replace(by, original))
        bill.replaces = original
    _place(bill, facility)
    _refuse_impossible(bill, today or timezone.localdate())
    # Person and facility were just read, and what the constraints say is among what cannot be.
    bill.full_clean(exclude=("person", "facility"), validate_constraints=False)
    bill.save()
    record(by=by, verb="coverage.bill.entered", subject=bill, person=person.pk, **_facts(bill))
    return settle_stored(by=by, bill=bill)


@transaction.atomic
def change_bill(
    *, by: User, bill_id: int, version: int, facility_id: int, today: date | None = None, **values: Any
) -> Bill:
    """Correct a bill that waits, and try to settle it. Raises Stale, Refused, ValidationError."""
    bill = _locked(by, bill_id)
    require(may_change(by, bill))
    require(may_enter(by, bill.person, bill.facility, disease=values.get("disease", bill.disease)))
    require_version(bill, version)
    before = {name: getattr(bill, name) for name in ("facility_id", "level", "tier")}
    if facility_id != bill.facility_id:
        _place(bill, _facility(by, facility_id))
    else:
        _place(bill, bill.facility)
    changes = assign(bill, _known(values))
    _place_in_county(bill)
    changes |= {name: [old, getattr(bill, name)] for name, old in before.items() if getattr(bill, name) != old}
    _refuse_impossible(bill, today or timezone.localdate())
    if changes:
        save_next(bill)
        record(by=by, verb="coverage.bill.changed", subject=bill, **_masked(bill, changes))
    return settle_bill(by=by, bill_id=bill.pk)


@transaction.atomic
def reverse_bill(*, by: User, bill_id: int, version: int, reason: str, today: date | None = None) -> Bill:
    """Take a bill back (冲红): it counts no more and stays readable, as do its settlement and its issued forms.

    Later settled bills of the year then call for a replay. Raises Stale, Refused, and ValidationError without a reason.
    """
    bill = _locked(by, bill_id)
    require(may_reverse(by, bill))
    require_version(bill, version)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明冲销原因。")})
    settlement = current_settlement(bill)
    bill.state, bill.obstacle = BillState.REVERSED, {}
    bill.reversed_on, bill.reversed_reason = today or timezone.localdate(), reason.strip()
    save_next(bill)
    if settlement is not None:
        Settlement.objects.filter(pk=settlement.pk).update(is_current=False)
        years = {(bill.person_id, bill.served_on.year)}
        recount_accounts(years, needs_replay=True if is_followed(bill) else None)
    record(by=by, verb="coverage.bill.reversed", subject=bill, reason=bill.reversed_reason)
    return bill


def _locked(by: User, pk: int) -> Bill:
    """The bill as the user sees it, with its person's year and itself held until the end of the transaction."""
    bill = bill_for_page(by, pk)
    columns = ("person_id", "path", "region", "served_on")
    lock_accounts(pl.DataFrame([[getattr(bill, name) for name in columns]], schema=columns, orient="row"))
    Bill.objects.select_for_update().get(pk=bill.pk)
    return bill_for_page(by, pk)


def _facility(by: User, pk: int) -> Facility:
    facility = facilities_for_bills(by).filter(pk=pk).first()
    if facility is None:
        raise ValidationError({"facility": _("请选择任职范围内或上级的在用医疗机构。")})
    return facility


def _place(bill: Bill, facility: Facility) -> None:
    """Level and tier of the facility as they are when the bill is entered, and where person and bill belong."""
    bill.facility, bill.facility_path = facility, facility.path
    bill.level, bill.tier = level_at(facility), tier_of(facility.kind, facility.level)
    _place_in_county(bill)


def _place_in_county(bill: Bill) -> None:
    try:
        bill.region = code_at(bill.person.household.village)
    except ValueError as error:
        raise ValidationError(_("此人所在的县没有区划代码，无法确定参保地。")) from error
    illness = catalogue.diseases().get(bill.disease)
    bill.is_sensitive = bool(illness and illness.is_sensitive)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ITEMS if name in values}


def _refuse_impossible(bill: Bill, today: date) -> None:
    """What cannot be, whatever the policy says. Raises ValidationError beside the field."""
    wrong = _wrong_days(bill, today)
    if bill.disease and bill.disease not in catalogue.diseases():
        wrong["disease"] = _("病种目录中没有这个病种。")
    if bill.referral != Referral.COMPLIANT and not bill.referral_note.strip():
        wrong["referral_note"] = _("请写明转诊情况的原因。")
    if Bill.objects.filter(facility=bill.facility, number=bill.number, reversed_on=None).exclude(pk=bill.pk).exists():
        wrong["number"] = _("该机构的结算单号已登记。")
    if bill.total is not None:
        wrong |= _wrong_amounts(bill)
        found = imbalance(_fen(bill.total) or 0, {name: _fen(getattr(bill, name)) for name in STATED})
        if found and not found.is_tolerable:
            wrong[found.cells[0] if found.cells else "total"] = balance_told(_fen(bill.total) or 0, found)
    if wrong:
        raise ValidationError(wrong)


def _wrong_days(bill: Bill, today: date) -> dict[str, str]:
    person = bill.person
    if bill.served_on > today:
        return {"served_on": _("日期不能晚于今天。")}
    if bill.served_on < person.born_on:
        return {"served_on": _("日期早于此人的出生日期。")}
    if person.life_state == LifeState.DEAD and person.left_on and bill.served_on > person.left_on:
        return {"served_on": _("日期晚于此人的死亡日期。")}
    if bill.admitted_on and bill.admitted_on > bill.served_on:
        return {"admitted_on": _("入院日期不能晚于出院日期。")}
    return {}


def _wrong_amounts(bill: Bill) -> dict[str, str]:
    """The first amount that does not fit into the one before, or is less than nothing."""
    if bill.in_policy > bill.total:
        return {"in_policy": _("政策范围内费用不能大于总费用。")}
    if bill.in_policy < 0:
        return {"in_policy": _("政策范围内费用不能小于0，也不能大于总费用。")}
    if not 0 <= bill.necessary <= bill.total - bill.in_policy:
        return {"necessary": _("必须的目录外费用不能大于总费用减政策范围内费用。")}
    return {"necessary": unsigned_told()} if bill.necessary and not bill.is_signed else {}


def _fen(amount: Decimal | None) -> int | None:
    return None if amount is None else int(Decimal(amount).scaleb(2))


def _facts(bill: Bill) -> dict[str, Any]:
    """What the record says about a new bill."""
    facts = {name: getattr(bill, name) for name in ("number", "setting", "served_on", "total", "in_policy", "referral")}
    facts |= {"facility": bill.facility_id, "disease": MASKED if bill.is_sensitive else bill.disease}
    return facts | ({"replaces": bill.replaces_id} if bill.replaces_id else {})


def _masked(bill: Bill, changes: dict[str, Any]) -> dict[str, Any]:
    """Changes of a sensitive illness tell that they were, not what they are."""
    if not bill.is_sensitive:
        return changes
    return {name: MASKED if name in ILLNESS else change for name, change in changes.items()}
