"""A batch on its way: received, checked, confirmed, applied; whole or not at all, once, under today's postings."""

from datetime import date

import polars as pl
import pytest

from healthaid.accounts.models import Posting
from healthaid.audit.models import Entry
from healthaid.audit.verifying import verify_chain
from healthaid.core.decisions import Refused
from healthaid.exchange import actions, applying
from healthaid.exchange.models import AppliedRow, FilePiece, ImportBatch, Problem
from patients.models import Household, Person, PovertySpell
from tests.exchange.sheets import applied, brought, counts, csv_file, register_row

pytestmark = pytest.mark.django_db


def test_import_needs_the_duty(people):
    with pytest.raises(Refused, match="职责不包括导入"):
        actions.receive(by=people.reader, kind="register", name="试点.csv", data=b"")

    assert not ImportBatch.objects.exists()


def test_checking_writes_no_row(people):
    batch, _sheet = brought(people.poverty, [register_row(1)])

    assert (batch.state, counts(batch)) == ("checked", (1, 0, 0, 0))
    assert not Person.objects.exists()


def test_one_bad_row_keeps_all_out(people):
    batch, _sheet = brought(people.poverty, [register_row(1), register_row(2, 2, 行政村="遮天村")])

    with pytest.raises(Refused, match="还有 1 行错误"):
        actions.approve(by=people.poverty, batch=batch)
    actions.apply(batch_id=batch.pk)

    assert not Person.objects.exists()
    assert Problem.objects.get(batch=batch).row == 3
    assert batch.error_file is not None


def test_only_the_uploader_confirms(people):
    batch, _sheet = brought(people.poverty, [register_row(1)])

    with pytest.raises(Refused, match="自己上传"):
        actions.approve(by=people.worker, batch=batch)


def test_second_import_of_the_same_rows_writes_nothing(people):
    rows = [register_row(1), register_row(2, 与户主关系="配偶")]
    applied(people.poverty, rows)
    before = AppliedRow.objects.count(), list(Person.objects.values_list("pk", "version", "updated_at"))

    batch = applied(people.poverty, rows[::-1])

    assert counts(batch) == (0, 0, 2, 0)
    assert (AppliedRow.objects.count(), list(Person.objects.values_list("pk", "version", "updated_at"))) == before


def test_delivered_twice_it_is_applied_once(people):
    batch, _sheet = brought(people.poverty, [register_row(1)])
    actions.approve(by=people.poverty, batch=batch)

    actions.apply_batch(batch_id=batch.pk)
    actions.apply_batch(batch_id=batch.pk)

    assert (Person.objects.count(), AppliedRow.objects.filter(model="patients.person").count()) == (1, 1)
    assert Entry.objects.filter(verb="exchange.batch.applied").count() == 1


def test_postings_of_the_day_of_writing_count(people):
    batch, _sheet = brought(people.poverty, [register_row(1)])
    actions.approve(by=people.poverty, batch=batch)
    Posting.objects.filter(user=people.poverty).update(ends_on=date(2017, 12, 31))

    actions.apply(batch_id=batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.error_count) == ("rejected", 1)
    assert not Person.objects.exists()


def test_database_that_moved_on_is_compared_again(people):
    first, _sheet = brought(people.poverty, [register_row(1)])
    actions.approve(by=people.poverty, batch=first)
    applied(people.worker, [register_row(1, 民族="汉族")])

    actions.apply(batch_id=first.pk)

    first.refresh_from_db()
    assert (first.state, counts(first)) == ("applied", (0, 1, 0, 0))
    assert Person.objects.get().ethnicity == "18"


def test_row_saved_between_plan_and_writing_makes_the_plan_again(people, monkeypatch):
    applied(people.poverty, [register_row(1)])
    batch, _sheet = brought(people.poverty, [register_row(1, 民族="汉族")])
    actions.approve(by=people.poverty, batch=batch)
    write, tries = applying.write, []

    def overtaken(plan, target):
        if not tries:
            Person.objects.update(version=2, education="5")
        tries.append(plan)
        return write(plan, target)

    monkeypatch.setattr(applying, "write", overtaken)
    actions.apply(batch_id=batch.pk)

    person = Person.objects.get()
    assert (len(tries), person.version, person.education, person.ethnicity) == (2, 3, "5", "01")


def test_every_written_row_is_in_the_record_and_the_chain_holds(people):
    applied(people.poverty, [register_row(1), register_row(2, 与户主关系="配偶")])
    applied(people.poverty, [register_row(1, 民族="汉族")])

    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs.count("patients.person.imported") == 3
    assert verbs.count("patients.household.imported") == 1
    assert verbs.count("exchange.batch.confirmed") == 2
    assert verify_chain().problem == ""


def test_clean_columns_are_kept_sealed_and_only_until_written(people):
    row = register_row(1)
    batch, _sheet = brought(people.poverty, [row])
    assert all(row["证件号码"].encode() not in bytes(piece.sealed) for piece in FilePiece.objects.all())

    actions.approve(by=people.poverty, batch=batch)
    actions.apply(batch_id=batch.pk)

    batch.refresh_from_db()
    assert batch.staged is None


def test_unreadable_file_says_why(people):
    batch = actions.receive(by=people.poverty, kind="register", name="试点.xlsx", data=b"nothing")

    actions.check(batch_id=batch.pk)

    batch.refresh_from_db()
    assert batch.state == "unreadable"
    assert "试点.xlsx" in batch.message


def test_upload_and_confirmation_run_as_jobs(people, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        batch = actions.upload(by=people.poverty, kind="register", name="a.csv", data=csv_file([register_row(1)]))
    batch.refresh_from_db()
    assert (batch.state, batch.job.state) == ("checked", "done")

    with django_capture_on_commit_callbacks(execute=True):
        actions.confirm_batch(by=people.poverty, batch=batch)

    batch.refresh_from_db()
    assert (batch.state, batch.job.kind, Person.objects.count()) == ("applied", "apply_import", 1)


@pytest.mark.parametrize("size", [2, 8])
def test_number_of_queries_does_not_grow_with_the_rows(people, size, django_assert_max_num_queries):
    rows = [register_row(number, number) for number in range(1, size + 1)]

    with django_assert_max_num_queries(175):
        applied(people.poverty, rows)


def test_export_holds_only_what_is_visible(people):
    applied(people.poverty, [register_row(1), register_row(2, 2, **{"乡（镇）": "遮冒乡", "行政村": "遮冒村"})])
    resource = actions.registry.sheet("register")

    def exported(user):
        frames = list(resource.chunks(resource.rows_for_export(user)))
        return pl.concat(frames)["village"].to_list() if frames else []

    assert exported(people.poverty) == ["芒坝村", "遮冒村"]
    assert exported(people.other_worker) == ["遮冒村"]
    assert exported(people.far_poverty) == []


def test_bulk_rows_equal_rows_saved_one_by_one(people):
    applied(people.poverty, [register_row(1)])
    person, household = Person.objects.get(), Household.objects.get()

    person.full_clean()
    household.full_clean()
    assert (person.life_state, person.version, household.version) == ("present", 1, 1)
    assert person.created_at == household.created_at
    assert PovertySpell.objects.get().person == person
