"""Contracts for tests; `person` and `team` are always given."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from signing.models import Contract


class ContractFactory(DjangoModelFactory):
    class Meta:
        model = Contract

    number = factory.Sequence(lambda number: f"XY{number:06}")
    path = factory.SelfAttribute("person.path")
    starts_on = date(2018, 1, 1)
    ends_on = date(2018, 12, 31)
    state = "active"
    ended_on = factory.LazyAttribute(lambda row: row.ends_on if row.state == "ended" else None)
