"""Reads of contracts; user first."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from healthaid.core.scoping import Scoped
from signing.domain import EXPIRING_DAYS
from signing.enums import ContractState
from signing.models import Contract


def contracts_for_list(user: Scoped) -> QuerySet[Contract]:
    """Contracts with person, household, village and team."""
    return Contract.objects.visible_to(user).select_related("person__household__village", "team__facility")


def contract_for_page(user: Scoped, pk: int) -> Contract:
    """One contract with what came before and after it. Raises DoesNotExist."""
    rows = Contract.objects.visible_to(user).select_related(
        "person__household__village__parent", "team__facility", "renewed_from", "renewal"
    )
    return rows.get(pk=pk)


def contracts_of_person(user: Scoped, person_id: int) -> QuerySet[Contract]:
    """A person's contracts, newest first."""
    return contracts_for_list(user).filter(person=person_id).order_by("-starts_on", "-pk")


def active_contract_of(user: Scoped, person_id: int) -> Contract | None:
    """The running contract of a person, if any."""
    return contracts_of_person(user, person_id).filter(state=ContractState.ACTIVE).first()


def expiring(today: date) -> Q:
    """Running contracts that end within the next days, or ended without having been renewed."""
    return Q(state=ContractState.ACTIVE, ends_on__lte=today + timedelta(days=EXPIRING_DAYS))
