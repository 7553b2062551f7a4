"""Taking a batch back: everything it wrote, as long as nothing later touched it."""

import pytest

from healthaid.audit.models import Entry
from healthaid.audit.verifying import verify_chain
from healthaid.core.decisions import Refused
from healthaid.exchange import actions
from patients.models import Household, Person, PovertySpell
from tests.exchange.sheets import applied, register_row

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

    actions.withdraw_batch(by=people.poverty, batch=batch)

    batch.refresh_from_db()
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

    actions.withdraw_batch(by=people.poverty, batch=batch)

    assert standing() == before
    assert Person.objects.get(number__endswith="0001").phone == "13800000001"
    assert set(Person.objects.values_list("version", flat=True)) == {3}


def test_rows_touched_since_keep_the_batch(people):
    batch = applied(people.poverty, [register_row(1)])
    applied(people.poverty, [register_row(1, 民族="汉族")])

    with pytest.raises(Refused, match="导入后又被改过（岩温乙）"):
        actions.withdraw_batch(by=people.poverty, batch=batch)

    batch.refresh_from_db()
    assert (batch.state, Person.objects.count()) == ("applied", 1)


def test_rows_that_hang_on_new_ones_keep_the_batch(people):
    batch = applied(people.poverty, [register_row(1)])
    person = Person.objects.get()
    person.conditions.create(disease="hypertension", kind="chronic", path=person.path)

    with pytest.raises(Refused, match="已有 1 条患病"):
        actions.withdraw_batch(by=people.poverty, batch=batch)

    assert PovertySpell.objects.count() == 1


def test_others_may_not_take_it_back(people):
    batch = applied(people.poverty, [register_row(1)])

    with pytest.raises(Refused, match="自己上传"):
        actions.withdraw_batch(by=people.worker, batch=batch)

    assert Person.objects.exists()


def test_it_is_taken_back_once(people):
    batch = applied(people.poverty, [register_row(1)])
    actions.withdraw_batch(by=people.poverty, batch=batch)
    batch.refresh_from_db()

    with pytest.raises(Refused, match="只有已导入的批次"):
        actions.withdraw_batch(by=people.poverty, batch=batch)
