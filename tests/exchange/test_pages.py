import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from healthaid.accounts.enums import Ability, Duty
from healthaid.audit.models import Entry
from healthaid.exchange import actions, files, registry
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import ImportBatch, StoredFile
from healthaid.jobs.actions import run_job
from healthaid.jobs.models import Job
from patients.models import Person
from tests.exchange.registers import GOOD, faulty, register
from tests.exchange.sheets import csv_file
from tests.factories.jobs import JobFactory

KIND = "register"


def page(name, *args):
    return reverse(f"exchange:{name}", args=args)


@pytest.fixture
def clerk(people, client_of):
    return client_of(people.poverty)


@pytest.fixture
def stranger(people, client_of):
    return client_of(people.far_poverty)


@pytest.fixture
def checked(people):
    """A batch of two new people, waiting for its uploader's word."""
    batch = actions.receive(by=people.poverty, kind=KIND, name="花名册.xlsx", data=register(people))
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED, list(batch.problems.values_list("row", "column", "reason"))
    return batch


@pytest.fixture
def wrong(people):
    """A batch with errors."""
    batch = actions.receive(by=people.poverty, kind=KIND, name="花名册.xlsx", data=faulty(people))
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.FAULTY
    return batch


def test_data_page_offers_what_the_duty_may_use(clerk, client_of, people):
    offered = clerk.get(page("batch-list")).content.decode()
    read = client_of(people.reader).get(page("batch-list")).content.decode()

    assert page("upload", KIND) in offered
    assert page("export", KIND) in offered
    assert page("upload", KIND) not in read
    assert page("export", KIND) in read


@pytest.mark.parametrize("rows", [1, 3])
def test_data_page_query_count_does_not_grow(clerk, people, rows, django_assert_num_queries):
    for number in range(rows):
        actions.receive(by=people.poverty, kind=KIND, name=f"{number}.xlsx", data=b"x")

    with django_assert_num_queries(9):
        response = clerk.get(page("batch-list"))

    assert len(response.context["page"].rows) == rows


def test_template_is_an_attachment_that_nobody_keeps(clerk):
    response = clerk.get(page("template", KIND))

    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0].max_column > 30


@pytest.mark.parametrize("name", ["template", "upload"])
def test_import_pages_are_refused_with_a_reason_to_readers(client_of, people, name):
    response = client_of(people.reader).get(page(name, KIND))

    assert response.status_code == 403
    assert "不包括导入" in response.content.decode()


@pytest.mark.parametrize("name", ["template", "upload", "export"])
def test_unknown_sheet_is_not_found(clerk, name):
    assert clerk.get(page(name, "nothing")).status_code == 404


@pytest.fixture
def settled(django_capture_on_commit_callbacks):
    """Within it what is queued is done at once, as a worker would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def upload(client, data, name="花名册.xlsx", key="0" * 36):
    return client.post(page("upload", KIND), {"file": SimpleUploadedFile(name, data), "form_key": key})


def test_upload_is_checked_confirmed_and_applied(clerk, people, settled):
    with settled():
        response = upload(clerk, register(people))
    batch = ImportBatch.objects.get()
    assert response.url == page("batch-detail", batch.pk)
    assert batch.state == BatchState.CHECKED
    assert "确认导入 2 行" in clerk.get(response.url).content.decode()
    assert not Person.objects.exists()

    with settled():
        clerk.post(page("batch-confirm", batch.pk))

    batch.refresh_from_db()
    assert batch.state == BatchState.APPLIED
    assert Person.objects.count() == 2
    done = clerk.get(response.url).content.decode()
    assert "已写入系统：新增 2 行，修改 0 行。" in done
    assert f'href="{reverse("patients:person-list")}">打开名单' in done
    assert "撤回本批" in done


def test_every_sheet_leads_to_the_list_of_its_rows():
    assert len([reverse(sheet.list_page) for sheet in registry.sheets()]) >= 10


def test_applied_batch_is_taken_back_by_its_button(clerk, registered, checked):
    clerk.post(page("batch-withdraw", checked.pk))
    assert "撤回中" in clerk.get(page("batch-progress", checked.pk)).content.decode()
    assert Person.objects.count() == 2

    run_job(job_id=ImportBatch.objects.get().job_id)

    checked.refresh_from_db()
    assert checked.state == BatchState.WITHDRAWN
    assert not Person.objects.exists()


def test_refused_taking_back_says_why_on_the_page(clerk, registered, checked):
    person = Person.objects.first()
    person.conditions.create(disease="hypertension", kind="chronic", path=person.path)
    clerk.post(page("batch-withdraw", checked.pk))

    run_job(job_id=ImportBatch.objects.get().job_id)

    shown = clerk.get(page("batch-detail", checked.pk)).content.decode()
    assert "没有撤回：本批新增的" in shown
    assert page("batch-withdraw", checked.pk) in shown
    assert Person.objects.count() == 2


def test_upload_sent_twice_makes_one_batch(clerk, people):
    first = upload(clerk, register(people))
    second = upload(clerk, register(people))

    assert first.url == second.url
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize(("data", "limit", "reason"), [(b"", 1, "空"), (b"x", 0, "大于0MB")])
def test_upload_of_nothing_or_too_much_is_refused_beside_the_field(clerk, settings, data, limit, reason):
    settings.UPLOAD_LIMIT_MB = limit

    response = upload(clerk, data)

    assert response.status_code == 422
    assert reason in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_unreadable_file_says_why_and_leads_to_the_template(clerk, people):
    batch = actions.receive(by=people.poverty, kind=KIND, name="表.xls", data=b"<html>")
    actions.check(batch_id=batch.pk)

    shown = clerk.get(page("batch-detail", batch.pk)).content.decode()
    assert "网页" in shown
    assert f'href="{page("template", KIND)}"' in shown
    assert f'href="{page("upload", KIND)}"' in shown


def test_faulty_batch_lists_problems_masked_and_offers_no_confirmation(clerk, wrong):
    shown = clerk.get(page("batch-detail", wrong.pk)).content.decode()

    assert "性别与身份证号" in shown or "校验码" in shown
    assert GOOD not in shown
    assert page("batch-confirm", wrong.pk) not in shown
    assert page("batch-errors", wrong.pk) in shown
    refusal = clerk.post(page("batch-confirm", wrong.pk))
    assert refusal.status_code == 403
    assert "行错误" in refusal.content.decode()


def test_columns_of_the_file_that_nothing_uses_are_named(clerk, people):
    rows = [{"姓名": "岩罕", "证件号码": GOOD, "户编号": "H1", "血型": "A", "错误原因": "", "微信号": "x"}]
    batch = actions.receive(by=people.poverty, kind=KIND, name="花名册.csv", data=csv_file(rows))
    actions.check(batch_id=batch.pk)

    shown = clerk.get(page("batch-detail", batch.pk)).content.decode()

    assert "血型、微信号。" in shown


def test_error_file_is_handed_out_with_a_trace(clerk, wrong, people):
    response = clerk.get(page("batch-errors", wrong.pk))

    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    assert "错误原因" in [cell.value for cell in sheet[2]]
    entry = Entry.objects.latest("pk")
    assert (entry.verb, entry.actor_id) == ("exchange.file.downloaded", people.poverty.pk)


def test_batch_without_problems_has_no_error_file(clerk, checked):
    assert clerk.get(page("batch-errors", checked.pk)).status_code == 404


def test_progress_asks_for_the_page_when_the_work_is_over(clerk, people, checked):
    waiting = actions.receive(by=people.poverty, kind=KIND, name="a.xlsx", data=b"x")
    begun = timezone.now() - timedelta(seconds=30)
    waiting.job = JobFactory(state="running", total=2_000, done=500, started_at=begun)
    waiting.save()

    still = clerk.get(page("batch-progress", waiting.pk))
    over = clerk.get(page("batch-progress", checked.pk))

    assert "hx-get" in still.content.decode()
    assert "500 / 2,000，约还需 1 分钟" in " ".join(still.content.decode().split())
    assert "HX-Refresh" not in still
    assert over["HX-Refresh"] == "true"


def test_discarded_batch_forgets_what_it_would_have_written(clerk, checked):
    clerk.post(page("batch-discard", checked.pk))

    staged, checked.staged = checked.staged_id, None
    checked.refresh_from_db()
    assert checked.state == BatchState.REJECTED
    assert not StoredFile.objects.filter(pk=staged).exists()
    assert Entry.objects.latest("pk").verb == "exchange.batch.discarded"


@pytest.mark.parametrize("name", ["batch-detail", "batch-progress", "batch-errors"])
def test_batch_of_another_is_not_found(stranger, wrong, name):
    assert stranger.get(page(name, wrong.pk)).status_code == 404


@pytest.mark.parametrize("name", ["batch-confirm", "batch-discard", "batch-withdraw"])
def test_button_of_another_is_not_found_and_changes_nothing(stranger, checked, name):
    assert stranger.post(page(name, checked.pk)).status_code == 404

    checked.refresh_from_db()
    assert checked.state == BatchState.CHECKED


@pytest.mark.parametrize("name", ["batch-confirm", "batch-discard", "batch-withdraw"])
def test_buttons_do_nothing_when_only_looked_at(clerk, checked, name):
    assert clerk.get(page(name, checked.pk)).status_code == 405


@pytest.mark.parametrize("page_key", ["abc", "x:y:z"])
def test_made_up_page_key_is_not_found(clerk, wrong, page_key):
    assert clerk.get(page("batch-detail", wrong.pk), {"after": page_key}).status_code == 404


@pytest.fixture
def registered(people, checked):
    actions.approve(by=people.poverty, batch=checked)
    actions.apply(batch_id=checked.pk)
    assert Person.objects.count() == 2


def test_file_whose_rows_all_stand_in_the_portal_asks_for_nothing(clerk, registered, people, settled):
    with settled():
        response = upload(clerk, register(people))

    shown = clerk.get(response.url).content.decode()
    assert "<dt>未变</dt><dd><a" in shown
    assert "文件内容与系统中的完全一致" in shown
    assert "确认导入" not in shown


def sheet_rows(response):
    data = response.content if not response.streaming else b"".join(response.streaming_content)
    return list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))


def test_small_export_comes_at_once_and_leaves_a_trace(clerk, registered, people):
    response = clerk.post(page("export", KIND), {"fmt": "xlsx"})

    assert len(sheet_rows(response)) == 3
    assert response["Cache-Control"] == "no-store"
    entry = Entry.objects.get(verb="exchange.sheet.exported")
    assert entry.actor_id == people.poverty.pk


def test_export_holds_only_what_one_may_read(stranger, registered):
    assert len(sheet_rows(stranger.post(page("export", KIND), {"fmt": "xlsx"}))) == 1


def test_export_of_a_place_holds_its_people(clerk, registered, people):
    here = clerk.post(page("export", KIND), {"fmt": "xlsx", "place": people.township.pk})
    there = clerk.post(page("export", KIND), {"fmt": "xlsx", "place": people.other_township.pk})

    assert (len(sheet_rows(here)), len(sheet_rows(there))) == (3, 1)


@pytest.mark.parametrize("data", [{"fmt": "exe"}, {"fmt": "xlsx", "place": "999999"}, {"fmt": "xlsx", "place": "x"}])
def test_export_with_a_made_up_choice_is_refused(clerk, registered, data):
    assert clerk.post(page("export", KIND), data).status_code == 422


def test_export_of_a_place_one_does_not_see_is_refused(clerk, registered, people):
    assert clerk.post(page("export", KIND), {"fmt": "xlsx", "place": people.far_away.pk}).status_code == 422


def test_export_is_refused_without_the_duty(client_of, people):
    client = client_of(people.admin)

    assert client.get(page("export", KIND)).status_code == 403
    assert client.post(page("export", KIND), {"fmt": "xlsx"}).status_code == 403


def test_big_export_is_a_job_whose_file_only_its_asker_gets(clerk, stranger, registered, settled, monkeypatch):
    monkeypatch.setattr(actions, "EXPORTED_AT_ONCE", 1)

    with settled():
        response = clerk.post(page("export", KIND), {"fmt": "xlsx"})

    job = Job.objects.get(kind="export_sheet")
    assert response.url == reverse("jobs:job-detail", args=[job.pk])
    url = job.result["url"]
    assert len(sheet_rows(clerk.get(url))) == 3
    assert stranger.get(url).status_code == 404


def test_file_of_a_batch_is_not_handed_out_as_an_export(clerk, wrong):
    assert clerk.get(page("file", wrong.file_id)).status_code == 404
    assert files.read(wrong.file)


def test_old_files_are_forgotten_and_newer_ones_stay(clerk, wrong, registered, settled, monkeypatch):
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


def test_forgetting_leaves_a_batch_that_is_still_at_work(people):
    batch = actions.receive(by=people.poverty, kind=KIND, name="a.xlsx", data=b"x")

    actions.forget_files(now=timezone.now() + timedelta(days=100))

    assert files.read(batch.file) == b"x"


def test_export_is_gone_for_its_asker_after_signing_out_or_moving_away(people, clerk, registered, settled, monkeypatch):
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


def test_batch_is_gone_for_its_uploader_as_long_as_the_postings_do_not_reach_it(people, clerk, wrong):
    """A transfer takes the pages, the list and the error file of a batch with it."""
    addresses = [page(name, wrong.pk) for name in ("batch-detail", "batch-progress", "batch-errors")]
    held = people.poverty.postings.get()

    def answers():
        listed = clerk.get(page("batch-list"))
        rows = len(listed.context["page"].rows) if listed.status_code == 200 else 0
        return [clerk.get(address).status_code for address in addresses], rows

    assert answers() == ([200] * 3, 1)
    for place in (people.township, people.other_county):  # a smaller branch, another county
        people.poverty.postings.update(place=place)
        assert answers() == ([404] * 3, 0)
        assert clerk.post(page("batch-discard", wrong.pk)).status_code == 404
    people.poverty.postings.all().delete()
    assert answers() == ([404] * 3, 0)
    people.poverty.postings.create(duty=held.duty, place=people.prefecture, starts_on=held.starts_on)
    assert answers() == ([200] * 3, 1)
    clerk.logout()
    assert [clerk.get(address).status_code for address in addresses] == [302] * 3


def test_file_with_sensitive_illnesses_is_gone_for_who_may_no_longer_read_them(people, client_of):
    with files.FileWriter("患病核实表.xlsx", files.XLSX) as out:
        out.write(b"rows")
    made = actions.handed_out(by=people.hospital, file=out.file, ability=Ability.READ_PEOPLE)
    JobFactory(requested_by=people.hospital, result=made)
    manager = client_of(people.hospital)
    assert manager.get(made["url"]).status_code == 200

    people.hospital.postings.update(duty=Duty.POVERTY_OFFICE)

    assert manager.get(made["url"]).status_code == 404
