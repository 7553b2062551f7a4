"""Taking a batch back: everything it wrote, as long as nothing later touched it."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from healthaid.accounts.models import Posting
from healthaid.audit.models import Entry
from healthaid.audit.verifying import verify_chain
from healthaid.core.decisions import Refused
from healthaid.exchange import actions
from patients.models import Household, Person, PovertySpell
from tests.exchange.sheets import applied, register_row, withdrawn

pytestmark = pytest.mark.django_db

KEPT = ("name", "education", "relation", "path", "phone_sealed", "identity_index", "poverty_status")


def standing():
    """Everything about the register that a batch may change, but versions and times."""
    return (
        list(Person.objects.order_by("pk").values_list("pk", *KEPT)),
        list(
            Household.objects.order_by("pk").values_list("pk", "number", "village", "income_per_head", "phone_sealed")
        ),
        list(PovertySpell.objects.order_by("pk").values_list("pk", "status", "starts_on", "ends_on")),
    )


def test_new_rows_go(people):
    batch = applied(people.poverty, [register_row(1), register_row(2, 与户主关系="配偶")])

    withdrawn(people.poverty, batch)

    assert (batch.state, standing()) == ("withdrawn", ([], [], []))
    assert Entry.objects.filter(verb="patients.person.import_withdrawn").count() == 2
    assert verify_chain().problem == ""


def test_changed_rows_are_as_before(people):
    applied(people.poverty, [register_row(1, 人联系电话="13800000001"), register_row(2, 与户主关系="配偶")])
    before = standing()
    batch = applied(
        people.poverty,
        [
            register_row(
                1,
                行政村="弄坎村",
                与户主关系="配偶",
                文化程度="高中",
                人联系电话="13800000002",
                人均纯收入="5000",
                脱贫属性="已脱贫",
                脱贫时间="2017-12-01",
            ),
            register_row(2, 行政村="弄坎村", 与户主关系="户主"),
            register_row(3, 2),
        ],
    )

    withdrawn(people.poverty, batch)

    assert standing() == before
    assert Person.objects.get(number__endswith="0001").phone == "13800000001"
    assert set(Person.objects.values_list("version", flat=True)) == {3}


def test_rows_touched_since_keep_the_batch(people):
    batch = applied(people.poverty, [register_row(1)])
    applied(people.poverty, [register_row(1, 民族="汉族")])

    withdrawn(people.poverty, batch)

    assert (batch.state, Person.objects.count()) == ("applied", 1)
    assert "没有撤回：有 1 条" in batch.message
    assert "导入后又被改过（岩温乙）" in batch.message
    assert Entry.objects.latest("pk").verb == "exchange.batch.withdrawal_refused"


def test_rows_that_hang_on_new_ones_keep_the_batch(people):
    batch = applied(people.poverty, [register_row(1)])
    person = Person.objects.get()
    person.conditions.create(disease="hypertension", kind="chronic", path=person.path)

    withdrawn(people.poverty, batch)

    assert (batch.state, PovertySpell.objects.count()) == ("applied", 1)
    assert "已有 1 条患病" in batch.message


def test_others_may_not_take_it_back(people):
    batch = applied(people.poverty, [register_row(1)])

    with pytest.raises(Refused, match="自己上传"):
        actions.withdraw_batch(by=people.worker, batch=batch)

    assert Person.objects.exists()


def test_it_is_taken_back_once(people):
    batch = applied(people.poverty, [register_row(1)])
    withdrawn(people.poverty, batch)

    with pytest.raises(Refused, match="只有已导入的批次"):
        actions.withdraw_batch(by=people.poverty, batch=batch)


def test_it_runs_as_a_job_with_progress_and_a_second_delivery_finds_it_done(people, django_capture_on_commit_callbacks):
    batch = applied(people.poverty, [register_row(1)])

    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw_batch(by=people.poverty, batch=batch)
    told = Entry.objects.count()
    actions.take_back_batch(batch_id=batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.job.kind, batch.job.state) == ("withdrawn", "withdraw_import", "done")
    assert (batch.job.total, Entry.objects.count()) == (2, told)
    assert not Person.objects.exists()


def test_it_waits_for_its_worker(people):
    batch = applied(people.poverty, [register_row(1)])

    actions.withdraw_batch(by=people.poverty, batch=batch)

    batch.refresh_from_db()
    assert (batch.state, Person.objects.count()) == ("withdrawing", 1)
    with pytest.raises(Refused, match="只有已导入的批次"):
        actions.withdraw_batch(by=people.poverty, batch=batch)


def test_it_needs_the_postings_of_the_day(people):
    batch = applied(people.poverty, [register_row(1)])
    actions.begin_withdrawal(by=people.poverty, batch=batch)
    Posting.objects.filter(user=people.poverty).update(ends_on=localdate() - timedelta(days=1))

    actions.withdraw(batch_id=batch.pk)

    batch.refresh_from_db()
    assert (batch.state, Person.objects.count()) == ("applied", 1)
    assert "职责不包括导入" in batch.message
