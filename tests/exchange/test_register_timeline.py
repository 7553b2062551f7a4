"""The register against what is stored: days of being lifted, and households whose head leaves."""

from datetime import date

import pytest

from healthaid.exchange import actions
from patients.models import Household, Person, PovertySpell
from tests.exchange.sheets import applied, brought, errors, register_row, withdrawn

pytestmark = pytest.mark.django_db

LIFTED = {"脱贫属性": "已脱贫", "脱贫时间": "2017-12-01"}


def timeline(serial):
    """Status, first and last day of the person's spells."""
    spells = PovertySpell.objects.filter(person__number__endswith=f"{serial:04}").order_by("starts_on")
    return [(spell.status, str(spell.starts_on), str(spell.ends_on or "")) for spell in spells]


MOVED = (  # cells of the first sheet, cells of the second, the timeline then
    (LIFTED, {"脱贫时间": "2018-06-30"}, [("not_lifted", "2014-01-01", "2018-06-29"), ("lifted", "2018-06-30", "")]),
    (LIFTED, {"脱贫时间": "2016-03-01"}, [("not_lifted", "2014-01-01", "2016-02-29"), ("lifted", "2016-03-01", "")]),
    (
        {"脱贫属性": "已脱贫"},
        {"脱贫时间": "2017-12-01"},
        [("not_lifted", "2014-01-01", "2017-11-30"), ("lifted", "2017-12-01", "")],
    ),
    ({}, {"脱贫时间": "2017-12-01"}, [("not_lifted", "2014-01-01", "")]),
    (LIFTED, {"民族": "汉族"}, [("not_lifted", "2014-01-01", "2017-11-30"), ("lifted", "2017-12-01", "")]),
    (
        LIFTED,
        {"脱贫时间": "2014-01-01"},  # a spell lasts a day at least
        [("not_lifted", "2014-01-01", "2014-01-01"), ("lifted", "2014-01-02", "")],
    ),
)


def test_changed_day_of_being_lifted_moves_the_timeline(people):
    applied(people.poverty, [register_row(house, house, **before) for house, (before, *_later) in enumerate(MOVED)])

    rows = [register_row(house, house, **{"脱贫属性": "", **told}) for house, (_before, told, _) in enumerate(MOVED)]
    applied(people.poverty, rows)

    assert [timeline(house) for house in range(len(MOVED))] == [expected for *_cells, expected in MOVED]


def test_changed_day_moves_members_who_are_not_in_the_file_and_comes_back_with_the_batch(people):
    applied(people.poverty, [register_row(1, **LIFTED), register_row(2, 与户主关系="配偶", **LIFTED)])
    before = timeline(2)

    batch = applied(people.poverty, [register_row(1, 脱贫属性="", 脱贫时间="2018-06-30")])
    moved = timeline(2)
    withdrawn(people.poverty, batch)

    assert moved == [("not_lifted", "2014-01-01", "2018-06-29"), ("lifted", "2018-06-30", "")]
    assert timeline(2) == before == timeline(1)
    assert Household.objects.get().lifted_on == date(2017, 12, 1)


def test_head_who_leaves_members_behind_is_refused(people):
    applied(people.poverty, [register_row(1), register_row(2, 与户主关系="配偶")])

    batch, sheet = brought(people.poverty, [register_row(1, 2, 人编号="533103000010001")])

    assert batch.state == "faulty"
    assert errors(sheet) == [(2, "与户主关系", "此人是户 533103000001 的户主，导入后该户还有 1 名成员，却没有户主。")]
    actions.apply(batch_id=batch.pk)
    assert Person.objects.filter(household__number="533103000001").count() == 2


def test_head_who_is_head_no_longer_is_refused_also_where_the_row_names_no_household(people):
    applied(people.poverty, [register_row(1), register_row(2, 与户主关系="配偶")])

    _batch, sheet = brought(people.poverty, [register_row(1, 户编号="", 与户主关系="其他")])

    assert [row for row, _column, reason in errors(sheet) if "却没有户主" in reason] == [2]


@pytest.mark.parametrize(
    "rows",
    [
        [register_row(1, 2), register_row(2, 2, 与户主关系="配偶")],
        [register_row(1, 2), register_row(2, 与户主关系="户主")],
        [register_row(1, 2), register_row(2, 户编号="", 与户主关系="户主")],
    ],
)
def test_head_may_leave_with_everybody_or_a_successor(people, rows):
    applied(people.poverty, [register_row(1), register_row(2, 与户主关系="配偶")])

    for row in rows:
        row["人编号"] = ""
    batch = applied(people.poverty, rows)

    assert batch.state == "applied"
    assert Person.objects.get(number__endswith="10001").household.number == "533103000002"


def test_head_of_one_may_leave(people):
    applied(people.poverty, [register_row(1)])

    applied(people.poverty, [register_row(1, 2, 人编号="")])

    assert Person.objects.get().household.number == "533103000002"
