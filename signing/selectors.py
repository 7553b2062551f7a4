"""Reads of contracts; user first."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from facilities.models import CareTeam
from healthaid.core.scoping import Scoped
from healthaid.policy.domain import Missing
from healthaid.policy.selectors.rules import rules_at
from patients.models import Person
from signing.domain import due_by
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


def running_contracts_of(person_id: int) -> QuerySet[Contract]:
    """What runs for a person, whoever may see it."""
    return Contract.objects.filter(person=person_id, state=ContractState.ACTIVE)


def count_running(person_id: int) -> int:
    """How many contracts run for a person."""
    return running_contracts_of(person_id).count()


def expiring(today: date) -> Q:
    """Running contracts that end within the next days, or ended without having been renewed."""
    return Q(state=ContractState.ACTIVE, ends_on__lte=due_by(today))


def teams_for_filter(user: Scoped) -> QuerySet[CareTeam]:
    """The teams that hold contracts the user may read, in and out of use."""
    mine = Contract.objects.visible_to(user).order_by().values("team").distinct()
    return CareTeam.objects.filter(pk__in=mine).order_by("path", "name")


def person_to_sign(user: Scoped, pk: int) -> Person:
    """The person a contract is for. Raises DoesNotExist."""
    return Person.objects.visible_to(user).select_related("household__village").get(pk=pk)


PROMISED = {
    "visits": "contract.visits.hypertension",
    "checks": "contract.health_checks.hypertension",
    "elderly": "contract.health_checks.elderly",
    "antenatal": "contract.visits.antenatal",
    "postnatal": "contract.visits.postnatal",
    "months": "prescription.max_months",
}


def promised_services(contract: Contract) -> dict[str, Decimal]:
    """How often and how long the policy of the contract's place and first day promises what; absent where unknown."""
    rules = rules_at(contract.person.household.village, contract.starts_on)
    promised = {}
    for key, name in PROMISED.items():
        with suppress(Missing):
            promised[key] = rules.number(name)
    return promised
