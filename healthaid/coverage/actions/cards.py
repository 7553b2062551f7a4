"""Writes: a special-disease card is applied for, diagnosed, entered, and then valid; or refused, extended, ended."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.models import Facility
from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require, require_version
from healthaid.core.versions import assign, save_next
from healthaid.coverage.domain.cards import diagnosis_counts
from healthaid.coverage.enums import CardState
from healthaid.coverage.models import SpecialCard
from healthaid.coverage.permissions.cards import (
    may_apply,
    may_apply_for,
    may_diagnose,
    may_end,
    may_enter,
    may_extend,
    may_refuse,
)
from healthaid.coverage.selectors.cards import conditions_without_card, readable_cards, running_cards_of
from healthaid.coverage.selectors.diagnosing import lowest_tier, too_low
from healthaid.coverage.selectors.diseases import diseases_in_force
from healthaid.coverage.selectors.eligibility import rules_for
from healthaid.coverage.selectors.enrolments import person_to_insure
from healthaid.policy import catalogue
from healthaid.policy.selectors.rules import rules_at
from patients.followers import Leaving
from patients.models import Person

MASKED = "***"


@transaction.atomic
def apply_for_card(
    *, by: User, person_id: int, disease: str, applied_on: date | None = None, today: date | None = None
) -> SpecialCard:
    """A card on its way for one of the 28 diseases in force where the person lives. Raises ValidationError."""
    person = person_to_insure(by, person_id)
    known = catalogue.diseases().get(disease)
    require(may_apply(by, person, is_sensitive=bool(known and known.is_sensitive)))
    day = today or timezone.localdate()
    _refuse_future(applied_on, "applied_on", day)
    if disease not in {each.code for each in diseases_in_force(rules_at(person.household.village, day))}:
        raise ValidationError({"disease": _("该病种不在当地生效的门诊慢特病病种内。")})
    return _apply(by, person, disease, applied_on or day)


@transaction.atomic
def apply_for_condition(*, by: User, condition_id: int, today: date | None = None) -> SpecialCard:
    """A card for a verified illness that belongs to the 28 and has none yet. Raises DoesNotExist for any other."""
    day = today or timezone.localdate()
    condition = conditions_without_card(by, day).get(pk=condition_id)
    require(may_apply_for(by, condition))
    return _apply(by, condition.person, condition.card_disease, day)  # type: ignore[attr-defined]  # annotated


@transaction.atomic
def apply_for_conditions(*, by: User, condition_ids: Sequence[int], today: date | None = None) -> int:
    """The same for chosen illnesses, all or none; how many cards. What has a card by now is passed over."""
    day = today or timezone.localdate()
    chosen: list[Any] = list(conditions_without_card(by, day).filter(pk__in=condition_ids).order_by("pk"))
    cards: set[tuple[int, str]] = set()
    for condition in chosen:
        require(may_apply_for(by, condition))
        if (condition.person_id, condition.card_disease) not in cards:  # two cancers are one card
            cards.add((condition.person_id, condition.card_disease))
            _apply(by, condition.person, condition.card_disease, day)
    return len(cards)


def _apply(by: User, person: Person, disease: str, applied_on: date) -> SpecialCard:
    if applied_on < person.born_on:
        raise ValidationError({"applied_on": _("申请日期早于出生日期。")})
    card = SpecialCard(
        person=person,
        path=person.path,
        disease=disease,
        is_sensitive=catalogue.diseases()[disease].is_sensitive,
        applied_on=applied_on,
    )
    card.full_clean()
    card.save()
    record(by=by, verb="coverage.card.requested", subject=card, person=person.pk, **told(card, disease=disease))
    return card


@transaction.atomic
def diagnose_card(
    *,
    by: User,
    card_id: int,
    version: int,
    hospital_id: int,
    diagnosed_on: date,
    today: date | None = None,
) -> SpecialCard:
    """A hospital of the level asked for on that day found the disease. Raises ValidationError and Stale."""
    card = locked_card(by, card_id)
    require(may_diagnose(by, card))
    require_version(card, version)
    hospital = Facility.objects.filter(pk=hospital_id, is_open=True).first()
    if hospital is None:
        raise ValidationError({"hospital": _("请选择在用的医院。")})
    _refuse_future(diagnosed_on, "diagnosed_on", today or timezone.localdate())
    rules = rules_for(card.person, diagnosed_on)
    if not diagnosis_counts(hospital.level, lowest_tier(rules)):
        raise ValidationError({"hospital": too_low(hospital.name, hospital.level, rules)})
    values = {
        "state": CardState.DIAGNOSED,
        "diagnosed_by": hospital,
        "diagnosed_level": hospital.level,
        "diagnosed_on": diagnosed_on,
    }
    return _change(by, card, "diagnosed", values)


@transaction.atomic
def enter_card(
    *,
    by: User,
    card_id: int,
    version: int,
    number: str,
    valid_from: date,
    valid_to: date | None = None,
    today: date | None = None,
) -> SpecialCard:
    """The insurance office entered the diagnosed card; it serves to its last day, inclusive. Raises Stale."""
    card = locked_card(by, card_id)
    require(may_enter(by, card))
    require_version(card, version)
    if card.diagnosed_on and valid_from < card.diagnosed_on:
        raise ValidationError({"valid_from": _("生效日期不能早于鉴定日期。")})
    if valid_to and valid_to < valid_from:
        raise ValidationError({"valid_to": _("截止日期不能早于生效日期。")})
    values = {
        "state": CardState.VALID,
        "number": number.strip(),
        "entered_on": today or timezone.localdate(),
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    return _change(by, card, "entered", values)


@transaction.atomic
def extend_card(*, by: User, card_id: int, version: int, valid_to: date) -> SpecialCard:
    """A later last day. Raises ValidationError for an earlier one, Stale."""
    card = locked_card(by, card_id)
    require(may_extend(by, card))
    require_version(card, version)
    if card.valid_to is None:
        raise ValidationError({"valid_to": _("该卡长期有效，无须延期。")})
    if valid_to <= card.valid_to:
        raise ValidationError({"valid_to": _("新的截止日期须晚于原来的。")})
    return _change(by, card, "extended", {"valid_to": valid_to})


@transaction.atomic
def refuse_card(*, by: User, card_id: int, version: int, reason: str) -> SpecialCard:
    """The person does not qualify, with a reason. Raises Stale."""
    card = locked_card(by, card_id)
    require(may_refuse(by, card))
    require_version(card, version)
    return _change(by, card, "turned_down", {"state": CardState.REFUSED, "reason": _reason(reason)})


@transaction.atomic
def end_card(
    *, by: User, card_id: int, version: int, reason: str, on: date | None = None, today: date | None = None
) -> SpecialCard:
    """The card no longer serves from a day on, today unless said otherwise, with a reason. Raises Stale."""
    card = locked_card(by, card_id)
    require(may_end(by, card))
    require_version(card, version)
    day = today or timezone.localdate()
    ended_on = on or day
    _refuse_future(ended_on, "on", day)
    if card.valid_from and ended_on < card.valid_from:
        raise ValidationError({"on": _("停用日期不能早于生效日期。")})
    return _change(by, card, "ended", {"state": CardState.ENDED, "ended_on": ended_on, "reason": _reason(reason)})


def end_cards_of(by: User, leaving: Leaving) -> int:
    """End what runs for a person who died or moved out. How many cards ended."""
    running = list(running_cards_of(leaving.person_id).select_for_update(of=("self",)))
    for card in running:
        reason = f"{leaving.reason} {leaving.on}"
        _change(by, card, "ended", {"state": CardState.ENDED, "ended_on": leaving.on, "reason": reason})
    return len(running)


def _change(by: User, card: SpecialCard, deed: str, values: dict[str, Any]) -> SpecialCard:
    changes = assign(card, values)
    save_next(card)
    record(by=by, verb=f"coverage.card.{deed}", subject=card, **told(card, **changes))
    return card


@transaction.atomic
def note_opening(*, by: User, card: SpecialCard, page: str) -> None:
    """Leave a trace when the card of a sensitive disease is shown; `page` says where."""
    if card.is_sensitive:
        record(by=by, verb="coverage.card.opened", subject=card, page=page)


def told(card: SpecialCard, **facts: Any) -> dict[str, Any]:
    """What the record may say of a card: of a sensitive disease only which items changed, for auditors read it too."""
    return dict.fromkeys(facts, MASKED) if card.is_sensitive else facts


def locked_card(by: User, pk: int) -> SpecialCard:
    """The card, if the user may know of it, locked until the end of the transaction. Raises DoesNotExist."""
    seen = readable_cards(by).get(pk=pk)
    return SpecialCard.objects.select_for_update(of=("self",)).select_related("person").get(pk=seen.pk)


def _reason(text: str) -> str:
    if not text.strip():
        raise ValidationError({"reason": _("请写明原因。")})
    return text.strip()


def _refuse_future(day: date | None, field: str, today: date) -> None:
    if day and day > today:
        raise ValidationError({field: _("日期不能晚于今天。")})
