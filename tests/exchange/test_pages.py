"""Pages of data exchange: what is offered, uploads, and export without rows."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from healthaid.accounts.enums import Ability, Duty
from healthaid.exchange import actions, files, registry
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import ImportBatch
from patients.models import Person
from tests.exchange.pages import page, upload
from tests.exchange.registers import GOOD, KIND, register
from tests.exchange.sheets import csv_file
from tests.factories.jobs import JobFactory


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


def test_columns_of_the_file_that_nothing_uses_are_named(clerk, people):
    rows = [{"姓名": "岩罕", "证件号码": GOOD, "户编号": "H1", "血型": "A", "错误原因": "", "微信号": "x"}]
    batch = actions.receive(by=people.poverty, kind=KIND, name="花名册.csv", data=csv_file(rows))
    actions.check(batch_id=batch.pk)

    shown = clerk.get(page("batch-detail", batch.pk)).content.decode()

    assert "血型、微信号。" in shown


def test_export_is_refused_without_the_duty(client_of, people):
    client = client_of(people.admin)

    assert client.get(page("export", KIND)).status_code == 403
    assert client.post(page("export", KIND), {"fmt": "xlsx"}).status_code == 403


def test_forgetting_leaves_a_batch_that_is_still_at_work(people):
    batch = actions.receive(by=people.poverty, kind=KIND, name="a.xlsx", data=b"x")

    actions.forget_files(now=timezone.now() + timedelta(days=100))

    assert files.read(batch.file) == b"x"


def test_file_with_sensitive_illnesses_is_gone_for_who_may_no_longer_read_them(people, client_of):
    with files.FileWriter("患病核实表.xlsx", files.XLSX) as out:
        out.write(b"rows")
    made = actions.handed_out(by=people.hospital, file=out.file, ability=Ability.READ_PEOPLE)
    JobFactory(requested_by=people.hospital, result=made)
    manager = client_of(people.hospital)
    assert manager.get(made["url"]).status_code == 200

    people.hospital.postings.update(duty=Duty.POVERTY_OFFICE)

    assert manager.get(made["url"]).status_code == 404
