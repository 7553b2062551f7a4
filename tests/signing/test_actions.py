from datetime import date

import pytest
from django.core.exceptions import ValidationError

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from patients.enums import LifeState
from patients.followers import Leaving
from patients.models import Person
from signing.actions import (
    change_contract,
    end_contract,
    end_contracts_of,
    next_numbers,
    renew_contract,
    sign_contract,
)
from signing.enums import ContractState
from signing.models import Contract
from tests.factories.conditions import person_in
from tests.factories.facilities import CareTeamFactory, FacilityFactory
from tests.factories.signing import ContractFactory

FIRST = date(2018, 6, 10)


def sign(by, person, team, **values):
    return sign_contract(by=by, person_id=person.pk, team_id=team.pk, starts_on=FIRST, **values)


def test_sign_contract_numbers_it_and_ends_it_after_a_year(coded, person, team):
    contract = sign(coded.signer, person, team)

    assert (contract.number, contract.ends_on, contract.state) == (
        "533103-2018-00001",
        date(2019, 6, 9),
        ContractState.ACTIVE,
    )
    entry = Entry.objects.get(verb="signing.contract.signed")
    assert (entry.actor, entry.subject_id, entry.place_path) == (coded.signer, contract.pk, person.path)


def test_sign_contract_takes_the_number_on_the_paper(coded, person, team):
    assert sign(coded.signer, person, team, number=" XY-7 ").number == "XY-7"
    with pytest.raises(ValidationError, match="协议编号已存在"):
        sign(coded.signer, person_in(coded.here), team, number="XY-7")


def test_sign_contract_once_while_one_runs(coded, person, team):
    sign(coded.signer, person, team)

    with pytest.raises(ValidationError, match="此人已有履约中的签约"):
        sign(coded.signer, person, team)
    assert Contract.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "problem"),
    [
        ("reader", Refused),
        ("neighbour", Refused),  # signs next door, and only reads here
        ("insurance", Refused),
        ("outsider", Person.DoesNotExist),
        ("admin", Person.DoesNotExist),
    ],
)
def test_sign_contract_is_for_signers_of_the_place(coded, person, team, who, problem):
    with pytest.raises(problem):
        sign(getattr(coded, who), person, team)

    assert not Contract.objects.exists()


@pytest.mark.parametrize("state", [LifeState.DEAD, LifeState.MOVED_OUT])
def test_sign_contract_needs_a_present_person(coded, team, state):
    with pytest.raises(Refused, match="已死亡或迁出"):
        sign(coded.signer, person_in(coded.here, life_state=state), team)


def test_sign_contract_refuses_a_team_that_does_not_serve_here(coded, person):
    far = CareTeamFactory(facility=FacilityFactory(parent=coded.elsewhere))

    with pytest.raises(ValidationError, match="不服务此人所在的乡镇"):
        sign(coded.signer, person, far)


def test_sign_contract_ends_not_before_it_starts(coded, person, team):
    with pytest.raises(ValidationError, match="截止日期不能早于起始日期"):
        sign(coded.signer, person, team, ends_on=date(2018, 6, 9))


def test_numbers_skip_those_already_on_paper(coded, person, team):
    ContractFactory(number="533103-2018-00002", person=person, team=team)

    assert next_numbers(coded.here, 2018, 3) == ["533103-2018-00001", "533103-2018-00003", "533103-2018-00004"]
    assert next_numbers(coded.here, 2018, 1) == ["533103-2018-00005"]
    assert next_numbers(coded.here, 2019, 1) == ["533103-2019-00001"]


def test_renew_contract_opens_the_next_year(coded, person, team):
    current = sign(coded.signer, person, team)

    renewed = renew_contract(by=coded.signer, contract_id=current.pk, version=1, today=date(2019, 6, 1))

    current.refresh_from_db()
    assert (current.state, current.ended_on) == (ContractState.RENEWED, date(2019, 6, 10))
    assert (renewed.starts_on, renewed.ends_on, renewed.team, renewed.renewed_from, renewed.number) == (
        date(2019, 6, 10),
        date(2020, 6, 9),
        team,
        current,
        "533103-2019-00001",
    )
    with pytest.raises(Refused, match="履约中"):
        renew_contract(by=coded.signer, contract_id=current.pk, version=2)


def test_renew_contract_is_refused_for_the_dead(coded, person, team):
    current = sign(coded.signer, person, team)
    Person.objects.filter(pk=person.pk).update(life_state=LifeState.DEAD)

    with pytest.raises(Refused, match="已死亡或迁出"):
        renew_contract(by=coded.signer, contract_id=current.pk, version=1)


def test_end_contract_with_a_reason_makes_room_for_another(coded, person, team):
    contract = sign(coded.signer, person, team)
    with pytest.raises(ValidationError, match="解约原因"):
        end_contract(by=coded.signer, contract_id=contract.pk, version=1, reason=" ")

    ended = end_contract(by=coded.worker, contract_id=contract.pk, version=1, reason="外出务工", today=date(2018, 9, 1))

    assert (ended.state, ended.ended_reason, ended.version) == (ContractState.ENDED, "外出务工", 2)
    assert ended.ended_on == date(2018, 9, 1)
    assert sign(coded.signer, person, team).number == "533103-2018-00002"


@pytest.mark.parametrize("act", [renew_contract, end_contract, change_contract])
def test_contract_is_never_changed_over_a_newer_version(coded, person, team, act):
    contract = sign(coded.signer, person, team)
    change_contract(by=coded.worker, contract_id=contract.pk, version=1, package="chronic")
    values = {"reason": "外出"} if act is end_contract else {}

    with pytest.raises(Stale):
        act(by=coded.signer, contract_id=contract.pk, version=1, **values)


@pytest.mark.parametrize("act", [renew_contract, end_contract, change_contract])
def test_contract_is_changed_only_by_signers_of_the_place(coded, person, team, act):
    contract = sign(coded.signer, person, team)
    values = {"reason": "外出"} if act is end_contract else {}

    with pytest.raises(Refused):
        act(by=coded.reader, contract_id=contract.pk, version=1, **values)
    with pytest.raises(Contract.DoesNotExist):
        act(by=coded.outsider, contract_id=contract.pk, version=1, **values)


def test_change_contract_says_what_changed(coded, person, team):
    contract = sign(coded.signer, person, team)
    other = CareTeamFactory(facility=FacilityFactory(parent=coded.here))

    changed = change_contract(by=coded.signer, contract_id=contract.pk, version=1, team_id=other.pk, package="elderly")

    assert (changed.team, changed.package, changed.version) == (other, "elderly", 2)
    assert Entry.objects.get(verb="signing.contract.changed").changes["package"] == ["basic", "elderly"]


def test_contracts_end_with_the_person(coded, person, team):
    contract = sign(coded.signer, person, team)
    ended = end_contracts_of(coded.worker, Leaving(person.pk, FIRST, is_death=True, reason="死亡"))

    contract.refresh_from_db()
    assert (ended, contract.state, contract.ended_reason) == (1, ContractState.ENDED, "死亡 2018-06-10")
    assert contract.ended_on == FIRST
    assert end_contracts_of(coded.worker, Leaving(person.pk, FIRST, is_death=True, reason="死亡")) == 0
