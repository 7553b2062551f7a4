"""Reads of illnesses. Sensitive ones are there only for users who may read them at that place."""

from django.db.models import QuerySet

from healthaid.accounts.enums import Ability
from healthaid.core.scoping import Scoped
from patients.models import Condition, Person


def readable_conditions(user: Scoped) -> QuerySet[Condition]:
    """The illnesses a user may know of: all that are not sensitive in reach, and sensitive ones by their own right."""
    reach = Condition.objects.visible_to(user)
    return reach.filter(is_sensitive=False) | reach.visible_to(user, Ability.READ_SENSITIVE)


def conditions_for_list(user: Scoped) -> QuerySet[Condition]:
    """Illnesses with person and village, and the file that treats them."""
    return readable_conditions(user).select_related("person__household__village__parent", "case")


def condition_for_page(user: Scoped, pk: int) -> Condition:
    """One illness with its person and its file. Raises DoesNotExist."""
    return conditions_for_list(user).get(pk=pk)


def conditions_of_person(user: Scoped, person_id: int) -> QuerySet[Condition]:
    """A person's illnesses, critical ones first."""
    return conditions_for_list(user).filter(person=person_id).order_by("-kind", "disease")


def person_for_condition(user: Scoped, pk: int) -> Person:
    """The person an illness is recorded for. Raises DoesNotExist."""
    return Person.objects.visible_to(user).select_related("household__village").get(pk=pk)
