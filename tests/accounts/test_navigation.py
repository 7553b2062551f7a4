"""The rooms fill the main navigation."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from healthaid.accounts.enums import Ability
from healthaid.accounts.navigation import destinations_of


def names(*abilities):
    user = SimpleNamespace(can=lambda ability: ability in abilities)
    return [destination.name for destination in destinations_of(user)]


def test_rooms_stand_in_their_order():
    found = names(*Ability.values)

    assert found == [
        "home",
        "patients:person-list",
        "patients:case-list",
        "coverage:home",
        "signing:contract-list",
        "facilities:facility-list",
        "reports:report-list",
        "reports:dashboard",
        "exchange:batch-list",
        "policy:parameter-list",
        "accounts:account-list",
        "jobs:job-list",
        "jobs:health",
        "audit:entry-list",
        "regions:place-list",
    ]
    assert all(map(reverse, found))


@pytest.mark.parametrize(
    ("ability", "opened"),
    [
        (Ability.READ_AUDIT, ["audit:entry-list", "regions:place-list"]),
        (Ability.ADMINISTER, ["accounts:account-list", "jobs:job-list", "jobs:health", "regions:place-list"]),
        (Ability.READ_FACILITIES, ["facilities:facility-list"]),
    ],
)
def test_any_of_the_abilities_opens_an_entry(ability, opened):
    assert [name for name in names(ability) if name not in {"home", "policy:parameter-list"}] == opened
