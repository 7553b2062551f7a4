"""Many people decide on one local value at the same moment: one decision counts."""

from datetime import date
from decimal import Decimal

import pytest

from healthaid.audit.models import Entry
from healthaid.policy.actions import confirm_value, return_value, withdraw_value
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalValue
from healthaid.policy.selectors.rules import local_values
from tests.factories.policy import ConfirmedValueFactory, LocalDocumentFactory, LocalValueFactory
from tests.racing import CONDITIONS, at_once

pytestmark = CONDITIONS


def decisions():
    return Entry.objects.filter(
        verb__in=[f"policy.localvalue.{verb}" for verb in ("confirmed", "returned", "withdrawn")]
    ).count()


@pytest.fixture
def document(coded):
    return LocalDocumentFactory(place=coded.county)


def test_value_confirmed_by_many_at_once_counts_once(coded, document):
    old = ConfirmedValueFactory(document=document, entered_by=coded.insurance)
    value = LocalValueFactory(document=document, entered_by=coded.insurance, corrects=old, number=Decimal(9000))

    done = at_once(lambda: confirm_value(by=coded.official, value_id=value.pk, version=1))

    old.refresh_from_db()
    assert (len(done), decisions(), old.state) == (1, 1, ValueState.SUPERSEDED)
    assert local_values("533103", date(2018, 7, 15)) == {"critical.deductible.ordinary": Decimal(9000)}


def test_value_confirmed_returned_and_withdrawn_at_once_meets_one_fate(coded, document):
    value = LocalValueFactory(document=document, entered_by=coded.insurance)

    done = at_once(
        lambda: confirm_value(by=coded.official, value_id=value.pk, version=1),
        lambda: return_value(by=coded.official, value_id=value.pk, version=1, reason="文号不对"),
        lambda: withdraw_value(by=coded.insurance, value_id=value.pk, version=1),
    )

    assert (len(done), decisions()) == (1, 1)
    assert LocalValue.objects.get(pk=value.pk).state == done[0].state != ValueState.ENTERED
