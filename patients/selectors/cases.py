"""Reads of treatment files: reached through the patient's village or the designated hospital."""

from collections import Counter

from django.db.models import Count, QuerySet

from facilities.models import Facility
from healthaid.accounts.enums import Ability
from healthaid.core.scoping import Scoped
from patients.enums import CaseState
from patients.models import CriticalCase


def readable_cases(user: Scoped) -> QuerySet[CriticalCase]:
    """The files a user may know of; those of sensitive illnesses by their own right."""
    reach = CriticalCase.objects.visible_to(user)
    return reach.filter(condition__is_sensitive=False) | reach.visible_to(user, Ability.READ_SENSITIVE)


def cases_for_list(user: Scoped) -> QuerySet[CriticalCase]:
    """Files with patient, village, illness and hospital."""
    return readable_cases(user).select_related("person__household__village__parent", "condition", "hospital")


def case_for_page(user: Scoped, pk: int) -> CriticalCase:
    """One file with patient, village, illness and hospital. Raises DoesNotExist."""
    return cases_for_list(user).get(pk=pk)


def cases_of_person(user: Scoped, person_id: int) -> QuerySet[CriticalCase]:
    """A person's files, newest first."""
    return cases_for_list(user).filter(person=person_id)


def cases_by_state(user: Scoped) -> list[tuple[CaseState, int]]:
    """How many readable files stand in each state, in the order of treatment; one query."""
    counted: Counter[str] = Counter()
    for state, number in readable_cases(user).order_by().values_list("state").annotate(Count("pk")):
        counted[state] = number
    return [(state, counted[state]) for state in CaseState]


def hospitals_for_filter(user: Scoped) -> QuerySet[Facility]:
    """The designated hospitals of the files a user may know of."""
    mine = readable_cases(user).order_by().values("hospital").distinct()
    return Facility.objects.filter(pk__in=mine).order_by("name")
