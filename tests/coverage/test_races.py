"""Many people decide on one proposal at the same moment: the year is corrected once."""

from datetime import date

import pytest

from healthaid.audit.models import Entry
from healthaid.coverage.actions import confirming
from healthaid.coverage.actions.runs import request_run, return_run
from healthaid.coverage.models import Settlement
from tests.factories.coverage import entered_bill, local_value
from tests.racing import CONDITIONS, at_once

pytestmark = CONDITIONS


@pytest.fixture
def proposal(people, region):
    """A replay that changes two bills: the later ones came first."""
    local_value(people.county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
    for month in (8, 9, 7):
        entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, month, 1))
    run = request_run(by=people.insurance, place=people.county, year=2018, purpose="replay")
    run.refresh_from_db()
    assert (run.state, run.totals["changed"]) == ("proposed", 2)
    return run


def confirmations():
    return Entry.objects.filter(verb="coverage.settlementrun.confirmed").count()


@pytest.mark.parametrize("most_at_once", [confirming.MOST_AT_ONCE, 0], ids=["at once", "by a job"])
def test_run_confirmed_by_many_at_once_corrects_the_year_once(people, proposal, monkeypatch, most_at_once):
    monkeypatch.setattr(confirming, "MOST_AT_ONCE", most_at_once)

    at_once(lambda: confirming.confirm_run(by=people.official, run_id=proposal.pk))

    proposal.refresh_from_db()
    assert (proposal.state, confirmations()) == ("confirmed", 1)
    assert Settlement.objects.filter(run=proposal).count() == 2
    assert Settlement.objects.filter(is_current=True).count() == 3


def test_run_confirmed_and_returned_at_once_meets_one_fate(people, proposal):
    done = at_once(
        lambda: confirming.confirm_run(by=people.official, run_id=proposal.pk),
        lambda: return_run(by=people.official, run_id=proposal.pk, reason="再核对"),
    )

    proposal.refresh_from_db()
    corrected = Settlement.objects.filter(run=proposal).count()
    assert len(done) == 1
    assert (proposal.state, confirmations(), corrected) in {("confirmed", 1, 2), ("rejected", 0, 0)}
