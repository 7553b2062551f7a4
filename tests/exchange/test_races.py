"""Fifty people press the same button: one batch is applied once, and taken back once."""

from healthaid.audit.models import Entry
from healthaid.audit.verifying import verify_chain
from healthaid.exchange import actions
from healthaid.exchange.models import AppliedRow, ImportBatch
from healthaid.jobs.models import Job
from patients.models import Person
from tests.exchange.sheets import applied, brought, register_row
from tests.racing import CONDITIONS, at_once

pytestmark = CONDITIONS


def entries(verb):
    return Entry.objects.filter(verb=verb).count()


def test_batch_confirmed_by_many_at_once_is_applied_once(people):
    batch, _sheet = brought(people.poverty, [register_row(1), register_row(2, 2)])

    done = at_once(lambda: actions.confirm_batch(by=people.poverty, batch=ImportBatch.objects.get(pk=batch.pk)))

    batch.refresh_from_db()
    assert (len(done), batch.state) == (1, "applied")
    assert (Job.objects.filter(kind="apply_import").count(), entries("exchange.batch.applied")) == (1, 1)
    assert Person.objects.count() == 2
    assert verify_chain().is_whole


def test_batch_taken_back_by_many_at_once_is_taken_back_once(people):
    batch = applied(people.poverty, [register_row(1), register_row(2, 2)])

    done = at_once(lambda: actions.withdraw_batch(by=people.poverty, batch=ImportBatch.objects.get(pk=batch.pk)))

    batch.refresh_from_db()
    assert (len(done), batch.state) == (1, "withdrawn")
    assert (Job.objects.filter(kind="withdraw_import").count(), entries("exchange.batch.withdrawn")) == (1, 1)
    assert not Person.objects.exists()
    assert verify_chain().is_whole


def test_batch_confirmed_and_discarded_at_once_meets_one_fate(people):
    batch, _sheet = brought(people.poverty, [register_row(1)])

    done = at_once(
        lambda: actions.confirm_batch(by=people.poverty, batch=ImportBatch.objects.get(pk=batch.pk)),
        lambda: actions.discard_batch(by=people.poverty, batch=ImportBatch.objects.get(pk=batch.pk)),
    )

    batch.refresh_from_db()
    assert len(done) == 1
    assert (batch.state, Person.objects.count(), AppliedRow.objects.exists()) in {
        ("applied", 1, True),
        ("rejected", 0, False),
    }
