"""Result sets that no longer can count are removed; what settlements and forms rest on stays."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused
from healthaid.coverage.actions.clearing import RESULTS_KEPT, clear_run_results
from healthaid.coverage.actions.confirming import confirm_run
from healthaid.coverage.actions.onestop import issue_form
from healthaid.coverage.actions.runs import compute_now, return_run
from healthaid.coverage.models import OneStopForm, RunResult, Settlement, SettlementRun
from tests.coverage.regions import worked_region
from tests.factories.coverage import entered_bill, local_value

pytestmark = pytest.mark.django_db


def year_with_a_late_bill(people):
    """A year in which a run changes something."""
    region = worked_region(people)
    local_value(people.county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
    return [
        entered_bill(people.insurance, region.patient, region.county_hospital, served_on=date(2018, month, 1))
        for month in (8, 7)
    ]


WORLD = year_with_a_late_bill


@pytest.fixture
def late(world):
    return world


def computed(people, purpose="year_end", **facts):
    return compute_now(by=people.insurance, place=people.county, year=2018, purpose=purpose, **facts)


def after(days):
    return timezone.now() + RESULTS_KEPT + timedelta(days=days)


def what_if(people):
    return computed(people, "what_if", overrides={"income.rural_per_capita.previous_year": "1000"})


def returned(people):
    run = computed(people)
    return return_run(by=people.official, run_id=run.pk, reason="等收入数据")


def superseded(people):
    run = computed(people)
    computed(people)
    return run


def failed(people):
    run = computed(people)
    SettlementRun.objects.filter(pk=run.pk).update(state="computing")
    return run


@pytest.mark.parametrize("make", [what_if, returned, superseded, failed])
def test_results_out_of_use_go_when_their_time_is_over(people, late, make):
    run = make(people)
    totals = SettlementRun.objects.get(pk=run.pk).totals

    assert clear_run_results(now=after(-1)) == 0
    assert clear_run_results(now=after(1)) == 2

    run.refresh_from_db()
    assert (run.totals, run.cleared_at is None) == (totals, False)
    assert not RunResult.objects.filter(run=run).exists()
    assert Entry.objects.filter(verb="coverage.settlementrun.cleared", subject_id=run.pk).count() == 1
    assert clear_run_results(now=after(2)) == 0


def proposed(people):
    return computed(people)


def confirmed(people):
    return confirm_run(by=people.official, run_id=computed(people).pk)


def confirmed_and_still_current(people):
    run = confirmed(people)
    confirmed(people)  # finds nothing to change: the settlements of the first run stay current
    return run


def confirmed_with_a_form(people):
    run = confirmed(people)
    issue_form(by=people.insurance, bill_id=Settlement.objects.filter(run=run).latest("pk").bill_id)
    local_value(people.county, "safety_net.target", "0.95", starts_on=date(2018, 1, 1))
    confirmed(people)
    return run


@pytest.mark.parametrize("make", [proposed, confirmed, confirmed_and_still_current, confirmed_with_a_form])
def test_what_still_counts_or_is_rested_on_stays(people, late, make):
    run = make(people)
    kept = list(Settlement.objects.order_by("pk").values()), list(OneStopForm.objects.values())

    clear_run_results(now=after(1))

    run.refresh_from_db()
    assert (run.cleared_at, RunResult.objects.filter(run=run).count()) == (None, 2)
    assert (list(Settlement.objects.order_by("pk").values()), list(OneStopForm.objects.values())) == kept


def test_clearing_that_was_killed_goes_on_and_is_recorded_once(people, late):
    run = what_if(people)
    SettlementRun.objects.filter(pk=run.pk).update(cleared_at=timezone.now())

    assert clear_run_results(now=after(1)) == 2

    assert not Entry.objects.filter(verb="coverage.settlementrun.cleared").exists()


def test_cleared_proposal_cannot_be_confirmed_and_says_so(people, late, client_of):
    run = superseded(people)
    clear_run_results(now=after(1))

    with pytest.raises(Refused, match="重新计算"):
        confirm_run(by=people.official, run_id=run.pk)

    page = client_of(people.official).get(run.get_absolute_url()).content.decode()
    assert "逐笔结果已于" in page
    assert "没有差异" not in page
