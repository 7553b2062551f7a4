"""Reads of outpatient special-disease cards; those of sensitive diseases only for users who may know of them."""

from collections import defaultdict
from datetime import date

import polars as pl
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from facilities.models import Facility
from facilities.selectors import hospitals_serving
from healthaid.accounts.enums import Ability
from healthaid.core import bulk
from healthaid.core.scoping import Scoped, under
from healthaid.coverage.domain.cards import expiring_by
from healthaid.coverage.enums import CardState
from healthaid.coverage.models import SpecialCard
from healthaid.coverage.selectors.diseases import (
    card_disease,
    card_diseases,
    card_diseases_by_code,
    collective_diseases,
    listed_where,
)
from healthaid.coverage.selectors.places import by_place
from healthaid.policy.selectors.diseases import prefix_sets
from patients.enums import ConditionState, LifeState
from patients.models import Condition, Person
from patients.selectors.conditions import readable_conditions

OVER = (CardState.REFUSED, CardState.ENDED)
RUNNING = (CardState.APPLIED, CardState.DIAGNOSED, CardState.VALID)


def readable_cards(user: Scoped) -> QuerySet[SpecialCard]:
    """The cards a user may know of: all that are not sensitive in reach, and sensitive ones by their own right."""
    reach = SpecialCard.objects.visible_to(user)
    return reach.filter(is_sensitive=False) | reach.visible_to(user, Ability.READ_SENSITIVE)


def cards_for_list(user: Scoped) -> QuerySet[SpecialCard]:
    """Cards with person, village, township and hospital."""
    return readable_cards(user).select_related("person__household__village__parent", "diagnosed_by")


def card_for_page(user: Scoped, pk: int) -> SpecialCard:
    """One card with its person and hospital. Raises DoesNotExist."""
    return cards_for_list(user).get(pk=pk)


def cards_of_person(user: Scoped, person_id: int) -> QuerySet[SpecialCard]:
    """A person's cards, newest first."""
    return cards_for_list(user).filter(person=person_id).order_by("-applied_on", "-pk")


def running_cards_of(person_id: int) -> QuerySet[SpecialCard]:
    """What runs for a person, whoever may know of it."""
    return SpecialCard.objects.filter(person=person_id, state__in=RUNNING)


def count_running(person_id: int) -> int:
    """How many cards run for a person or are on their way."""
    return running_cards_of(person_id).count()


def expiring(today: date) -> Q:
    """Valid cards that end within the next days, or have ended without anybody saying so."""
    return Q(state=CardState.VALID, valid_to__lte=expiring_by(today))


def hospitals_near(village_path: str) -> QuerySet[Facility]:
    """Open hospitals of a village's county, prefecture and province; a lower one is refused with the reason."""
    return hospitals_serving(village_path).order_by("name")


# People who qualify


def conditions_without_card(user: Scoped, today: date) -> QuerySet[Condition]:
    """Verified illnesses of people present that belong to the 28 where those are in force, and have no running card.

    Each is told its `card_disease`. Sensitive ones are there only for users who may know of them.
    """
    rows = user.scope(Ability.READ_COVERAGE).narrow(readable_conditions(user))
    listed = by_place(listed_where(today), lambda said: Q() if said.value else None)
    rows = rows.filter(listed, state=ConditionState.VERIFIED, person__life_state=LifeState.PRESENT)
    rows = rows.annotate(card_disease=_card_disease(today)).exclude(card_disease="")
    running = SpecialCard.objects.filter(person=OuterRef("person"), disease=OuterRef("card_disease"), state__in=RUNNING)
    return rows.filter(~Exists(running)).select_related("person__household__village__parent")


def _card_disease(today: date) -> Case:
    """The outpatient disease that an illness belongs to, in the database's terms."""
    own: dict[str, list[str]] = defaultdict(list)
    for code, disease in card_diseases().items():
        own[disease].append(code)
    cases = [When(disease__in=codes, then=Value(disease)) for disease, codes in own.items()]
    sets = prefix_sets()
    collective = collective_diseases()
    among = {each.code for diseases in collective.values() for each in diseases}
    # The sets of the most specific branch come first; what they do not name there is no outpatient disease.
    for path in (*sets.paths(among, today), ""):
        branch = under("path", path) if path else Q()
        for code, prefixes in card_diseases_by_code(sets, path, today).items():
            cases += [
                When(branch, disease=code, icd10__startswith=prefix, then=Value(disease))
                for prefix, disease in prefixes.items()
            ]
        cases.append(When(branch, disease__in=list(collective), then=Value("")))
    return Case(*cases, default=Value(""), output_field=CharField())


# For the settlement


def serving_on(day: date) -> Q:
    """Cards that serve on the day: from their first day to the last one or the eve of their end."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day)) & (Q(ended_on=None) | Q(ended_on__gt=day))


def has_valid_card(person: Person, disease: str, day: date) -> bool:
    """Whether a card of the person serves on the day for a disease of the catalogue, or the one it lies within."""
    return SpecialCard.objects.filter(serving_on(day), person=person, disease=card_disease(disease)).exists()


def with_serving_card(asked: pl.DataFrame) -> pl.Series:
    """The same for many: those of the rows (id, person_id, benefit, served_on) with a card for the benefit that day.

    The benefit is an outpatient disease, as `card_disease` names it. The ids are unique.
    """
    if asked.is_empty():
        return asked["id"]
    columns = ["person_id", "disease", "valid_from", "valid_to", "ended_on"]
    cards = bulk.find(SpecialCard, "person_id", asked["person_id"].unique(), columns)
    beside = asked.select("id", "person_id", "benefit", "served_on").join(
        cards, left_on=["person_id", "benefit"], right_on=["person_id", "disease"]
    )
    day = pl.col("served_on")
    lasts = (pl.col("valid_to").is_null() | (day <= pl.col("valid_to"))) & (
        pl.col("ended_on").is_null() | (day < pl.col("ended_on"))
    )
    return beside.filter((pl.col("valid_from") <= day) & lasts)["id"].unique()
