"""A year computed anew: a proposal that changes nothing until a second person confirms it."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused
from healthaid.coverage import rulesets
from healthaid.coverage.actions import confirming
from healthaid.coverage.actions.bills import reverse_bill
from healthaid.coverage.actions.confirming import confirm_run
from healthaid.coverage.actions.onestop import issue_form
from healthaid.coverage.actions.runs import compute_run, request_run, return_run
from healthaid.coverage.models import Bill, RunResult, Settlement, SettlementRun, YearAccount
from healthaid.coverage.selectors.runs import without_year_end
from healthaid.coverage.settlement import bill as engine
from healthaid.coverage.settlement.engine import replay
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.coverage.settlement.rulebook import Rulebook
from healthaid.coverage.settling import years
from healthaid.coverage.settling.facts import SUMS, local_documents
from healthaid.jobs.leases import Progress
from healthaid.jobs.models import Job
from tests.coverage.regions import worked_region
from tests.factories.coverage import entered_bill, local_value
from tests.factories.patients import HouseholdFactory, PersonFactory, PovertySpellFactory

WORLD = worked_region

pytestmark = pytest.mark.django_db

YEAR_END = {"year": 2018, "purpose": "year_end"}
WHAT_IF = {"purpose": "what_if", "overrides": {"income.rural_per_capita.previous_year": "1000"}}
STORED = (*PAYERS, *(f"before_{name}" for name in SUMS), *(f"after_{name}" for name in SUMS))


@pytest.fixture
def compute(people, django_capture_on_commit_callbacks):
    """Asks for a run and lets its job work."""

    def computed(by=None, **facts):
        with django_capture_on_commit_callbacks(execute=True):
            run = request_run(by=by or people.insurance, place=people.county, **YEAR_END | facts)
        run.refresh_from_db()
        return run

    return computed


def stays(people, region, *days, patient=None):
    """A stay of example A for each day, in this order of arrival."""
    patient = patient or region.patient
    return [entered_bill(people.insurance, patient, region.county_hospital, served_on=day) for day in days]


def standing(person):
    """The current settlements of a person in the order of the year, and the year's sums."""
    rows = Settlement.objects.filter(bill__person=person, is_current=True).order_by("bill__served_on", "bill_id")
    account = YearAccount.objects.get(person=person)
    return list(rows.values_list("bill__served_on", *STORED)), [getattr(account, name) for name in SUMS]


def test_year_end_of_a_year_in_order_changes_nothing(people, region, compute):
    stays(people, region, date(2018, 7, 1), date(2018, 8, 1))

    run = compute()

    assert (run.state, run.totals["bills"], run.totals["changed"], run.totals["unresolved"]) == ("proposed", 2, 0, 0)
    assert run.totals["before"] == run.totals["after"]
    assert run.totals["after"]["personal"] == 2 * 194000


def test_promise_that_a_later_value_changes_is_held_against_every_bill_of_the_year(people, region, compute):
    bills = stays(people, region, date(2018, 7, 1), date(2018, 8, 1))
    settled = list(Settlement.objects.order_by("pk").values())
    amounts, _sums = standing(region.patient)
    local_value(people.county, "guarantee.county_stay.actual_rate", "0.95", starts_on=date(2018, 8, 1))

    run = compute()

    assert (run.totals["changed"], run.totals["sums_only"]) == (1, 1)
    confirm_run(by=people.official, run_id=run.pk)
    current = Settlement.objects.filter(is_current=True).order_by("bill__served_on")
    assert list(current.values_list("bill", "missed")) == [
        (bills[0].pk, ""),  # treated before the value began
        (bills[1].pk, "county_stay_actual_rate"),
    ]
    assert standing(region.patient)[0] == amounts
    kept = Settlement.objects.filter(pk__in=[row["id"] for row in settled]).order_by("pk").values()
    assert [row | {"is_current": True} for row in kept] == settled  # what was settled stays as it was
    assert compute().totals["changed"] == 0


def test_late_bill_is_replayed_once_somebody_else_confirms(people, region, compute):
    local_value(people.county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
    stays(people, region, date(2018, 8, 1), date(2018, 9, 1), date(2018, 7, 1))
    proposed = standing(region.patient)

    run = compute(purpose="replay")

    assert standing(region.patient) == proposed
    assert run.totals["changed"] == 2
    confirm_run(by=people.official, run_id=run.pk)
    assert [row[1 + PAYERS.index("personal")] for row in standing(region.patient)[0]] == [
        Decimal("1940.00"),
        Decimal("1060.00"),
        Decimal("0.00"),
    ]
    account = YearAccount.objects.get()
    assert (account.personal, account.needs_replay) == (Decimal("3000.00"), False)
    corrections = Settlement.objects.filter(run=run)
    assert all(row.corrects and not row.corrects.is_current for row in corrections)


def test_year_comes_out_the_same_in_any_order_of_arrival(people, region, compute):
    local_value(people.county, "income.rural_per_capita.previous_year", 5000, starts_on=date(2018, 1, 1))
    days = [date(2018, month, 1) for month in (2, 3, 5, 6, 8, 11)]
    others = [PersonFactory(household__village=people.here) for _ in range(3)]
    for patient in others:
        PovertySpellFactory(person=patient)
    for patient in (region.patient, *others):
        random.Random(patient.pk).shuffle(days)  # noqa: S311 -- an order, not a secret
        stays(people, region, *days, patient=patient)

    run = compute()
    confirm_run(by=people.official, run_id=run.pk)

    assert len({str(standing(patient)) for patient in (region.patient, *others)}) == 1
    assert compute().totals["changed"] == 0


def test_results_equal_the_engine_on_every_bill(people, region, compute, monkeypatch):
    chance = random.Random(3)  # noqa: S311 -- the same bills every time
    patients = [PersonFactory(household=HouseholdFactory(village=people.here)) for _ in range(12)]
    for patient in patients:
        PovertySpellFactory(person=patient)
        for _ in range(chance.randrange(1, 6)):
            total = Decimal(chance.randrange(100, 9_000_000)).scaleb(-2)
            entered_bill(
                people.insurance,
                patient,
                chance.choice((region.county_hospital, region.prefecture_hospital, region.centre)),
                served_on=date(2018, 1, 1) + timedelta(days=chance.randrange(365)),
                total=total,
                in_policy=(total * Decimal(chance.choice(("0.8", "0.97", "1")))).quantize(Decimal("0.01")),
                disease=chance.choice(("", "", "lung_cancer", "end_stage_renal_disease")),
                referral=chance.choice(("compliant", "compliant", "hospital_fault", "patient_fault")),
                referral_note="说明",
            )
    monkeypatch.setattr(years, "AT_ONCE", 7)

    run = compute()

    rulebook = Rulebook(local_documents(["533103"]))
    for patient in patients:
        bills = [(bill.pk, as_engine(bill)) for bill in Bill.objects.filter(person=patient)]
        for number, settled in replay(bills, rulebook).items():
            result = RunResult.objects.select_related("rules").get(run=run, bill=number)
            amounts = [getattr(settled.outcome, name) for name in PAYERS]
            assert [fen(getattr(result, name)) for name in PAYERS] == amounts
            assert [fen(getattr(result, f"before_{name}")) for name in SUMS] == list(settled.bill.before)
            assert rulesets.from_json(result.rules.values).terms == settled.basis.terms


def fen(amount):
    return int(amount.scaleb(2))


def as_engine(bill):
    return engine.Bill(
        region=bill.region,
        on=bill.served_on,
        setting=bill.setting,
        level=bill.level,
        tier=int(bill.tier),
        referral=bill.referral,
        disease=bill.disease,
        total=fen(bill.total),
        in_policy=fen(bill.in_policy),
        necessary=fen(bill.necessary),
    )


def test_large_confirmation_is_a_job_that_counts_its_corrections(
    people, region, compute, monkeypatch, django_capture_on_commit_callbacks
):
    local_value(people.county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
    stays(people, region, date(2018, 8, 1), date(2018, 9, 1), date(2018, 7, 1))
    monkeypatch.setattr(confirming, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(confirming, "AT_ONCE", 1)
    told = []
    monkeypatch.setattr(Progress, "inside", lambda _self, done, total, step: told.append((done, total, step)))
    run = compute()

    with django_capture_on_commit_callbacks(execute=True):
        waiting = confirm_run(by=people.official, run_id=run.pk)

    assert waiting.state == "proposed"
    run.refresh_from_db()
    assert (run.state, run.decided_by, run.job.state) == ("confirmed", people.official, "done")
    assert (run.job.done, run.job.total, run.job.result["changed"]) == (2, 2, 2)
    assert told == [(0, 2, "写入更正"), (1, 2, "写入更正"), (2, 2, "汇总年度累计")]


def test_large_confirmation_by_the_requester_asks_for_no_job(people, region, compute, monkeypatch):
    stays(people, region, date(2018, 8, 1), date(2018, 7, 1))
    monkeypatch.setattr(confirming, "MOST_AT_ONCE", -1)
    run = compute(by=people.official)

    with pytest.raises(Refused, match="发起人"):
        confirm_run(by=people.official, run_id=run.pk)

    assert not Job.objects.filter(kind=confirming.CONFIRM).exists()


def test_requester_cannot_confirm_and_nothing_changes(people, region, compute):
    local_value(people.county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
    stays(people, region, date(2018, 8, 1), date(2018, 7, 1))
    run = compute(by=people.official)
    before = standing(region.patient)

    with pytest.raises(Refused, match="发起人"):
        confirm_run(by=people.official, run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, standing(region.patient)) == ("proposed", before)


@pytest.mark.parametrize("name", ["insurance", "worker", "far_poverty"])
def test_confirming_needs_the_duty_in_the_county(people, region, compute, name):
    stays(people, region, date(2018, 8, 1))
    run = compute(by=people.official)

    with pytest.raises((Refused, SettlementRun.DoesNotExist)):
        confirm_run(by=getattr(people, name), run_id=run.pk)


def late(people, region):
    stays(people, region, date(2018, 6, 1))


def reversed_bill(people, region):
    bill = Bill.objects.order_by("pk").first()
    reverse_bill(by=people.insurance, bill_id=bill.pk, version=bill.version, reason="录错")


def other_value(people, _region):
    local_value(people.county, "income.rural_per_capita.previous_year", 8000, starts_on=date(2018, 2, 1))


@pytest.mark.parametrize("event", [late, reversed_bill, other_value])
def test_outdated_proposal_is_closed_with_its_reason_and_a_new_one_goes_through(people, region, compute, event):
    stays(people, region, date(2018, 8, 1), date(2018, 7, 1))
    run = compute()
    event(people, region)

    closed = confirm_run(by=people.official, run_id=run.pk)

    assert (closed.state, closed.decided_by, "重新计算" in closed.reason) == ("superseded", people.official, True)
    assert not Settlement.objects.filter(run=run).exists()
    assert confirm_run(by=people.official, run_id=compute().pk).state == "confirmed"


def test_newer_proposal_of_the_same_kind_takes_the_place_of_the_waiting_one(people, region, compute):
    stays(people, region, date(2018, 8, 1))
    year_end, person, tried = compute(), compute(purpose="replay", person=region.patient), compute(**WHAT_IF)

    newer = compute()

    states = {run.pk: run.superseded_by for run in SettlementRun.objects.filter(state="superseded")}
    assert states == {year_end.pk: newer}
    assert not {person.pk, tried.pk} & set(states)


@pytest.mark.parametrize(("days", "closed"), [((8, 7), True), ((7, 8), False)])
def test_confirmed_corrections_close_every_proposal_about_the_same_people(people, region, compute, days, closed):
    stays(people, region, *(date(2018, month, 1) for month in days))
    year_end, person = compute(), compute(purpose="replay", person=region.patient)

    confirm_run(by=people.official, run_id=person.pk)

    year_end.refresh_from_db()
    assert (year_end.state, year_end.superseded_by) == (("superseded", person) if closed else ("proposed", None))


def test_job_knows_from_the_start_how_many_bills_there_are(people, region, compute, monkeypatch):
    stays(people, region, date(2018, 8, 1), date(2018, 9, 1))
    told = []
    monkeypatch.setattr(Progress, "__call__", lambda _self, done, total, step: told.append((done, total, step)))

    compute()

    assert told == [(0, 2, "计算")]


def test_returned_proposal_counts_never(people, region, compute):
    stays(people, region, date(2018, 8, 1), date(2018, 7, 1))
    run = compute()

    with pytest.raises(ValidationError, match="退回原因"):
        return_run(by=people.official, run_id=run.pk, reason=" ")
    return_run(by=people.official, run_id=run.pk, reason="等收入数据")

    with pytest.raises(Refused, match="已经处理"):
        confirm_run(by=people.official, run_id=run.pk)


def test_what_if_shows_the_difference_and_is_never_confirmed(people, region, compute):
    stays(people, region, date(2018, 8, 1))

    run = compute(purpose="what_if", overrides={"income.rural_per_capita.previous_year": "1,000元"})

    assert run.totals["before"]["personal"] - run.totals["after"]["personal"] == 94000
    assert run.overrides == {"income.rural_per_capita.previous_year": "1000"}
    with pytest.raises(Refused, match="试算"):
        confirm_run(by=people.official, run_id=run.pk)


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"no.such": "1"},
        {"safety_net.target": "1.5"},
        {"critical.deductible.ordinary": "-1"},
        {"safety_net.target": "x"},
    ],
)
def test_what_if_refuses_values_that_cannot_be(people, region, overrides):
    with pytest.raises(ValidationError):
        request_run(by=people.insurance, place=people.county, year=2018, purpose="what_if", overrides=overrides)

    assert not SettlementRun.objects.exists()


def test_replay_of_one_person_leaves_others_alone(people, region, compute):
    other = PersonFactory(household__village=people.here)
    PovertySpellFactory(person=other)
    for patient in (region.patient, other):
        stays(people, region, date(2018, 8, 1), date(2018, 7, 1), patient=patient)

    run = compute(purpose="replay", person=region.patient)
    confirm_run(by=people.official, run_id=run.pk)

    assert run.totals["bills"] == 2
    assert list(YearAccount.objects.order_by("person").values_list("needs_replay", flat=True)) == [False, True]


def test_bill_that_waits_is_settled_by_a_confirmed_run(people, region, compute):
    patient = PersonFactory(household__village=people.here)
    stays(people, region, date(2018, 8, 1), patient=patient)
    PovertySpellFactory(person=patient)

    run = compute()
    confirm_run(by=people.official, run_id=run.pk)

    bill = Bill.objects.get(person=patient)
    assert (run.totals["new"], bill.state, bill.obstacle) == (1, "settled", {})
    assert YearAccount.objects.get(person=patient).personal == Decimal("1940.00")


def test_bill_without_an_answer_is_told_with_its_parameter(people, region, compute):
    entered_bill(people.insurance, region.patient, region.provincial_hospital)

    run = compute()

    assert (run.totals["unresolved"], run.totals["reasons"][0]["parameter"]) == (
        1,
        "basic.inpatient.deductible.province",
    )
    assert RunResult.objects.get(run=run).obstacle["place"] == "533103"


def test_computing_twice_leaves_one_result_set(people, region, compute):
    stays(people, region, date(2018, 8, 1))
    run = compute()
    SettlementRun.objects.filter(pk=run.pk).update(state="computing")

    compute_run(run_id=run.pk)

    assert RunResult.objects.filter(run=run).count() == 1


def test_form_of_a_corrected_settlement_stays_and_a_new_one_names_it(people, region, compute):
    local_value(people.county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
    first, _late = stays(people, region, date(2018, 8, 1), date(2018, 7, 1))
    old = issue_form(by=people.insurance, bill_id=first.pk)
    content = old.content

    confirm_run(by=people.official, run_id=compute().pk)
    new = issue_form(by=people.insurance, bill_id=first.pk)

    old.refresh_from_db()
    assert (old.content, old.settlement.is_current, new.corrects) == (content, False, old)


def test_confirming_is_recorded_for_the_run_and_for_each_person(people, region, compute):
    local_value(people.county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
    stays(people, region, date(2018, 8, 1), date(2018, 7, 1), date(2018, 6, 1))

    run = compute()
    confirm_run(by=people.official, run_id=run.pk)

    assert Entry.objects.filter(verb="coverage.settlementrun.confirmed", subject_id=run.pk).count() == 1
    entry = Entry.objects.get(verb="coverage.year.replayed")
    assert (entry.subject_id, entry.changes["bills"]) == (region.patient.pk, 2)


def test_january_reminds_of_a_year_without_a_confirmed_run(people, region, compute):
    stays(people, region, date(2018, 8, 1))
    january = date(2019, 1, 10)

    assert [place.pk for place in without_year_end(people.insurance, january)] == [people.county.pk]
    assert not without_year_end(people.insurance, date(2019, 2, 1))
    confirm_run(by=people.official, run_id=compute().pk)
    assert not without_year_end(people.insurance, january)
