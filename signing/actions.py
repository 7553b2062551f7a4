"""Writes: contracts are signed, renewed and ended; a running one is never silently replaced."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.models import CareTeam
from facilities.selectors import teams_serving
from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require, require_version
from healthaid.core.versions import assign, save_next
from healthaid.policy.selectors.rules import rules_at
from healthaid.regions.actions import next_in_series
from healthaid.regions.models import Place
from patients.followers import Leaving
from patients.models import Person
from signing.domain import contract_number, first_day_without, renewal_period, service_year
from signing.enums import ContractState, Package
from signing.models import Contract
from signing.permissions import may_change, may_renew, may_sign
from signing.selectors import running_contracts_of


@transaction.atomic
def sign_contract(
    *,
    by: User,
    person_id: int,
    team_id: int,
    starts_on: date,
    ends_on: date | None = None,
    package: str = Package.BASIC,
    number: str = "",
) -> Contract:
    """A contract for a service year; without a last day it ends on the eve of the same day next year.

    Without a number the next one of the county and year is given. Raises ValidationError while another one runs.
    """
    person = Person.objects.visible_to(by).select_related("household__village").get(pk=person_id)
    require(may_sign(by, person))
    contract = Contract(
        person=person,
        path=person.path,
        team=team_for(person, team_id),
        package=package,
        starts_on=starts_on,
        ends_on=ends_on or service_year(starts_on).ends_on,
    )
    add(contract, number)
    record(by=by, verb="signing.contract.signed", subject=contract, person=person.pk, **facts(contract))
    return contract


@transaction.atomic
def change_contract(*, by: User, contract_id: int, version: int, **values: Any) -> Contract:
    """Correct team, package, number or days of a running contract. Raises Stale."""
    contract = locked_contract(by, contract_id)
    require(may_change(by, contract))
    require_version(contract, version)
    fields = ("number", "package", "starts_on", "ends_on")
    wanted = {name: values[name] for name in fields if name in values}
    if values.get("team_id", contract.team_id) != contract.team_id:
        wanted["team"] = team_for(contract.person, values["team_id"])
    changes = assign(contract, wanted)
    if changes:
        save_next(contract)
        record(by=by, verb="signing.contract.changed", subject=contract, **changes)
    return contract


@transaction.atomic
def renew_contract(
    *, by: User, contract_id: int, version: int, team_id: int | None = None, today: date | None = None
) -> Contract:
    """Close a running contract and open the next service year, with the same team unless another is named."""
    current = locked_contract(by, contract_id)
    require(may_renew(by, current))
    require_version(current, version)
    team = team_for(current.person, team_id or current.team_id)
    period = renewal_period(ended_on=current.ends_on, today=today or timezone.localdate())
    current.state = ContractState.RENEWED
    current.ended_on = first_day_without(ends_on=current.ends_on, closed_on=period.starts_on)
    save_next(current)
    renewed = Contract(
        person=current.person,
        path=current.person.path,
        team=team,
        package=current.package,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        renewed_from=current,
    )
    add(renewed, "")
    record(by=by, verb="signing.contract.renewed", subject=renewed, previous=current.pk, **facts(renewed))
    return renewed


@transaction.atomic
def end_contract(*, by: User, contract_id: int, version: int, reason: str, today: date | None = None) -> Contract:
    """End a running contract before its time, with a reason; from today on it no longer serves. Raises Stale."""
    contract = locked_contract(by, contract_id)
    require(may_change(by, contract))
    require_version(contract, version)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明解约原因。")})
    _end(by, contract, today or timezone.localdate(), reason.strip())
    return contract


def locked_contract(by: User, pk: int) -> Contract:
    """The contract, if the user sees it, locked until the end of the transaction. Raises DoesNotExist."""
    rows = Contract.objects.visible_to(by).select_related("person__household__village", "team")
    return rows.select_for_update(of=("self",)).get(pk=pk)


def team_for(person: Person, team_id: int) -> CareTeam:
    """A team that may serve the person. Raises ValidationError for any other."""
    team = teams_serving(person.path).filter(pk=team_id).first()
    if team is None:
        raise ValidationError({"team": _("该团队不服务此人所在的乡镇，或已停用。")})
    return team


def add(contract: Contract, number: str) -> None:
    """Save a new contract under a number of its own."""
    contract.number = number.strip() or next_numbers(contract.person.household.village, contract.starts_on.year, 1)[0]
    contract.full_clean()
    contract.save()


@transaction.atomic
def next_numbers(village: Place, year: int, count: int) -> list[str]:
    """Numbers of the village's county and a year that no contract bears yet; locks the series until the commit."""
    county = rules_at(village, date(year, 1, 1)).places[0]
    numbers: list[str] = []
    while len(numbers) < count:
        wanted = next_in_series(kind="contracts", county=county, year=year, count=count - len(numbers))
        candidates = [contract_number(county, year, sequence) for sequence in wanted]
        taken = set(Contract.objects.filter(number__in=candidates).values_list("number", flat=True))
        numbers += [number for number in candidates if number not in taken]
    return numbers


def facts(contract: Contract) -> dict[str, Any]:
    """What the record says about a new contract."""
    return {
        "number": contract.number,
        "team": contract.team_id,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
    }


def end_contracts_of(by: User, leaving: Leaving) -> int:
    """End what runs for a person who died or moved out. How many contracts ended."""
    running = list(running_contracts_of(leaving.person_id).select_for_update(of=("self",)))
    for contract in running:
        _end(by, contract, leaving.on, f"{leaving.reason} {leaving.on}")
    return len(running)


def _end(by: User, contract: Contract, on: date, reason: str) -> None:
    ended_on = first_day_without(ends_on=contract.ends_on, closed_on=on)
    changes = assign(contract, {"state": ContractState.ENDED, "ended_on": ended_on, "ended_reason": reason})
    save_next(contract)
    record(by=by, verb="signing.contract.ended", subject=contract, **changes)
