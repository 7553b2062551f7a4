"""A year computed anew: a proposal that changes nothing until a second person confirms it."""

import random
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from django.core.exceptions import ValidationError

from healthaid.core.decisions import Refused
from healthaid.coverage import rulesets
from healthaid.coverage.actions.bills import reverse_bill
from healthaid.coverage.actions.confirming import confirm_run
from healthaid.coverage.actions.runs import request_run, return_run
from healthaid.coverage.models import Bill, RunResult, Settlement, SettlementRun, YearAccount
from healthaid.coverage.settlement import bill as engine
from healthaid.coverage.settlement.engine import replay
from healthaid.coverage.settlement.rulebook import Rulebook
from healthaid.coverage.settling import years
from healthaid.coverage.settling.computing import PAID
from healthaid.coverage.settling.facts import SUMS, local_documents
from tests.factories.coverage import entered_bill, local_value
from tests.factories.patients import HouseholdFactory, PersonFactory, PovertySpellFactory

pytestmark = pytest.mark.django_db

YEAR_END = {"year": 2018, "purpose": "year_end"}
STORED = (*PAID, *(f"before_{name}" for name in SUMS), *(f"after_{name}" for name in SUMS))


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


def test_late_bill_is_replayed_once_somebody_else_confirms(people, region, compute):
    local_value(people.county, "income.rural_per_capita.previous_year", 3000, starts_on=date(2018, 1, 1))
    stays(people, region, date(2018, 8, 1), date(2018, 9, 1), date(2018, 7, 1))
    proposed = standing(region.patient)

    run = compute(purpose="replay")

    assert standing(region.patient) == proposed
    assert run.totals["changed"] == 2
    confirm_run(by=people.official, run_id=run.pk)
    assert [row[1 + PAID.index("personal")] for row in standing(region.patient)[0]] == [
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
    for patient in (region.patient, *others):
        PovertySpellFactory(person=patient) if patient != region.patient else None
        random.Random(patient.pk).shuffle(days)
        stays(people, region, *days, patient=patient)

    run = compute()
    confirm_run(by=people.official, run_id=run.pk)

    assert len({str(standing(patient)) for patient in (region.patient, *others)}) == 1
    assert compute().totals["changed"] == 0


def test_results_equal_the_engine_on_every_bill(people, region, compute, monkeypatch):
    chance = random.Random(3)
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
            assert [fen(getattr(result, name)) for name in PAID] == [getattr(settled.outcome, name) for name in PAID]
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
