"""Pages once a batch is applied: it is taken back, its rows go out, and what was made for that is forgotten."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from healthaid.audit.models import Entry
from healthaid.exchange import actions, files
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import ImportBatch
from healthaid.jobs.actions import run_job
from healthaid.jobs.models import Job
from patients.models import Person
from tests.exchange.pages import page, upload
from tests.exchange.registers import KIND, checked_batch, faulty_batch, register


def registered_people(people):
    """The applied batch of two people."""
    batch = checked_batch(people)
    actions.approve(by=people.poverty, batch=batch)
    actions.apply(batch_id=batch.pk)
    assert Person.objects.count() == 2
    return batch


WORLD = registered_people


@pytest.fixture
def applied(world):
    return world


def sheet_rows(response):
    data = response.content if not response.streaming else b"".join(response.streaming_content)
    return list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))


def test_applied_batch_is_taken_back_by_its_button(clerk, applied):
    clerk.post(page("batch-withdraw", applied.pk))
    assert "撤回中" in clerk.get(page("batch-progress", applied.pk)).content.decode()
    assert Person.objects.count() == 2

    run_job(job_id=ImportBatch.objects.get().job_id)

    applied.refresh_from_db()
    assert applied.state == BatchState.WITHDRAWN
    assert not Person.objects.exists()


def test_refused_taking_back_says_why_on_the_page(clerk, applied):
    person = Person.objects.first()
    person.conditions.create(disease="hypertension", kind="chronic", path=person.path)
    clerk.post(page("batch-withdraw", applied.pk))

    run_job(job_id=ImportBatch.objects.get().job_id)

    shown = clerk.get(page("batch-detail", applied.pk)).content.decode()
    assert "没有撤回：本批新增的" in shown
    assert page("batch-withdraw", applied.pk) in shown
    assert Person.objects.count() == 2


def test_file_whose_rows_all_stand_in_the_portal_asks_for_nothing(clerk, people, settled):
    with settled():
        response = upload(clerk, register(people))

    shown = clerk.get(response.url).content.decode()
    assert "<dt>未变</dt><dd><a" in shown
    assert "文件内容与系统中的完全一致" in shown
    assert "确认导入" not in shown


def test_small_export_comes_at_once_and_leaves_a_trace(clerk, people):
    response = clerk.post(page("export", KIND), {"fmt": "xlsx"})

    assert len(sheet_rows(response)) == 3
    assert response["Cache-Control"] == "no-store"
    entry = Entry.objects.get(verb="exchange.sheet.exported")
    assert entry.actor_id == people.poverty.pk


def test_export_holds_only_what_one_may_read(stranger):
    assert len(sheet_rows(stranger.post(page("export", KIND), {"fmt": "xlsx"}))) == 1


def test_export_of_a_place_holds_its_people(clerk, people):
    here = clerk.post(page("export", KIND), {"fmt": "xlsx", "place": people.township.pk})
    there = clerk.post(page("export", KIND), {"fmt": "xlsx", "place": people.other_township.pk})

    assert (len(sheet_rows(here)), len(sheet_rows(there))) == (3, 1)


@pytest.mark.parametrize("data", [{"fmt": "exe"}, {"fmt": "xlsx", "place": "999999"}, {"fmt": "xlsx", "place": "x"}])
def test_export_with_a_made_up_choice_is_refused(clerk, data):
    assert clerk.post(page("export", KIND), data).status_code == 422


def test_export_of_a_place_one_does_not_see_is_refused(clerk, people):
    assert clerk.post(page("export", KIND), {"fmt": "xlsx", "place": people.far_away.pk}).status_code == 422


def test_big_export_is_a_job_whose_file_only_its_asker_gets(clerk, stranger, settled, monkeypatch):
    monkeypatch.setattr(actions, "EXPORTED_AT_ONCE", 1)

    with settled():
        response = clerk.post(page("export", KIND), {"fmt": "xlsx"})

    job = Job.objects.get(kind="export_sheet")
    assert response.url == reverse("jobs:job-detail", args=[job.pk])
    url = job.result["url"]
    assert len(sheet_rows(clerk.get(url))) == 3
    assert stranger.get(url).status_code == 404


def test_old_files_are_forgotten_and_newer_ones_stay(clerk, people, settled, monkeypatch):
    wrong = faulty_batch(people)
    monkeypatch.setattr(actions, "EXPORTED_AT_ONCE", 1)
    with settled():
        clerk.post(page("export", KIND), {"fmt": "xlsx"})
    url = Job.objects.get(kind="export_sheet").result["url"]

    actions.forget_files(now=timezone.now() + timedelta(days=1))
    assert clerk.get(url).status_code == 200
    assert clerk.get(page("batch-errors", wrong.pk)).status_code == 200

    actions.forget_files(now=timezone.now() + timedelta(days=100))
    assert clerk.get(url).status_code == 404
    assert clerk.get(page("batch-errors", wrong.pk)).status_code == 404
    assert clerk.get(page("batch-detail", wrong.pk)).status_code == 200
    assert files.read(wrong.file) == b""


def test_export_is_gone_for_its_asker_after_signing_out_or_moving_away(people, clerk, settled, monkeypatch):
    """The address of a made file opens nothing by itself."""
    monkeypatch.setattr(actions, "EXPORTED_AT_ONCE", 1)
    with settled():
        clerk.post(page("export", KIND), {"fmt": "xlsx"})
    url = Job.objects.get(kind="export_sheet").result["url"]
    assert clerk.get(url).status_code == 200

    people.poverty.postings.update(place=people.township)
    assert clerk.get(url).status_code == 404
    clerk.logout()
    assert clerk.get(url).url.startswith(reverse("accounts:sign-in"))
    clerk.force_login(people.official)  # another duty of the same county
    assert clerk.get(url).status_code == 404
