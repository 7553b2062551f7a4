from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from patients.actions.households import (
    change_head,
    change_household,
    dissolve_household,
    move_household,
    register_household,
    split_household,
)
from patients.enums import LifeState, Relation
from patients.models import Condition, Household, Person
from tests.factories.conditions import ConditionFactory
from tests.factories.patients import HouseholdFactory, PersonFactory


def relations(household):
    return dict(Person.objects.filter(household=household).values_list("name", "relation"))


def last_entry(row):
    return Entry.objects.filter(subject_kind=row._meta.label_lower, subject_id=row.pk).latest("pk")


def test_register_household(people):
    household = register_household(
        by=people.worker, village_id=people.here.pk, number=" 5331 ", main_cause="01", phone="138 0000 1111"
    )

    household.refresh_from_db()
    assert (household.number, household.path, household.phone) == ("5331", people.here.path, "13800001111")
    assert last_entry(household).verb == "patients.household.registered"
    assert last_entry(household).changes["phone"] == ["", "138****1111"]


@pytest.mark.parametrize(
    ("who", "where", "error"),
    [
        ("worker", "elsewhere", ValidationError),  # not seen
        ("reader", "here", Refused),
        ("worker", "township", Refused),  # no village
        ("poverty", "elsewhere", None),
    ],
)
def test_register_household_only_in_own_villages(people, who, where, error):
    def register():
        register_household(by=getattr(people, who), village_id=getattr(people, where).pk, number="1")

    if error:
        with pytest.raises(error):
            register()
    else:
        register()

    assert Household.objects.count() == (0 if error else 1)


def test_register_household_with_a_taken_number(people, family):
    with pytest.raises(ValidationError) as refused:
        register_household(by=people.worker, village_id=people.here.pk, number=family[0].number)

    assert refused.value.message_dict == {"number": ["户编号已存在。"]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"lifted_on": date(2013, 1, 1)}, "lifted_on"),
        ({"risk_found_on": date(2021, 2, 1), "risk_removed_on": date(2021, 1, 1)}, "risk_removed_on"),
        ({"phone": "138"}, "phone"),
        ({"other_causes": "77"}, "other_causes"),
    ],
)
def test_change_household_refuses_what_cannot_be(people, family, values, field):
    with pytest.raises(ValidationError) as refused:
        change_household(by=people.worker, household_id=family[0].pk, version=1, **values)

    assert list(refused.value.message_dict) == [field]


def test_change_household_of_an_older_version_is_stale(people, family):
    household = family[0]
    change_household(by=people.worker, household_id=household.pk, version=1, main_cause="02")

    with pytest.raises(Stale):
        change_household(by=people.poverty, household_id=household.pk, version=1, main_cause="03")

    household.refresh_from_db()
    assert (household.main_cause, household.version) == ("02", 2)


def test_move_household_takes_members_and_their_conditions_along(people, family):
    household, head, _wife, _son = family
    illness = ConditionFactory(person=head, disease="end_stage_renal_disease")

    move_household(by=people.worker, household_id=household.pk, version=1, village_id=people.next_door.pk)

    household.refresh_from_db()
    assert (household.village, household.path) == (people.next_door, people.next_door.path)
    assert set(household.members.values_list("path", flat=True)) == {people.next_door.path}
    assert Condition.objects.get(pk=illness.pk).path == people.next_door.path
    assert last_entry(household).changes["village"] == ["芒坝村", "弄坎村"]
    for member in household.members.all():
        entry = last_entry(member)
        assert (entry.verb, entry.place_path) == ("patients.person.moved", people.next_door.path)
        assert entry.changes == {"path": [people.here.path, people.next_door.path]}


@pytest.mark.parametrize(
    ("who", "where", "error"),
    [
        ("worker", "elsewhere", ValidationError),
        ("worker", "here", ValidationError),
        ("neighbour", "next_door", Refused),
        ("other_worker", "elsewhere", Household.DoesNotExist),
    ],
)
def test_move_household_refused(people, family, who, where, error):
    household = family[0]

    with pytest.raises(error):
        move_household(
            by=getattr(people, who),
            household_id=household.pk,
            version=1,
            village_id=getattr(people, where).pk,
        )

    household.refresh_from_db()
    assert household.village == people.here


def test_split_household_founds_one_with_the_old_items(people, family):
    household, _head, wife, son = family

    founded = split_household(
        by=people.worker,
        household_id=household.pk,
        version=1,
        number="5331031000000002",
        relations={son.pk: Relation.HEAD, wife.pk: Relation.MOTHER},
    )

    assert relations(founded) == {"岩叫": "01", "刀玉香": "12"}
    assert relations(household) == {"岩温龙": "01"}
    assert (founded.split_from, founded.village, founded.identified_on) == (household, people.here, date(2014, 1, 1))
    assert founded.founded_on == localdate()
    assert last_entry(household).changes["into"] == "5331031000000002"
    household.refresh_from_db()
    assert household.version == 2


@pytest.mark.parametrize(
    ("leavers", "words"),
    [
        ({}, "请选择"),
        ({"head": "01"}, "户主不能分出"),
        ({"head": "01", "wife": "02", "son": "03"}, "全部成员"),
        ({"son": "03"}, "新户主"),
        ({"son": "01", "wife": "01"}, "新户主"),
        ({"stranger": "01"}, "请选择"),
    ],
)
def test_split_household_refused(people, family, leavers, words):
    household, head, wife, son = family
    stranger = PersonFactory(household=HouseholdFactory(village=people.here))
    named = {"head": head, "wife": wife, "son": son, "stranger": stranger}

    with pytest.raises(ValidationError, match=words):
        split_household(
            by=people.worker,
            household_id=household.pk,
            version=1,
            number="9",
            relations={named[name].pk: relation for name, relation in leavers.items()},
        )

    assert Household.objects.count() == 2


def test_change_head_swaps_without_two_heads(people, family):
    household, head, _wife, son = family

    change_head(
        by=people.worker,
        household_id=household.pk,
        version=1,
        relations={son.pk: Relation.HEAD, head.pk: Relation.FATHER},
    )

    assert relations(household) == {"岩温龙": "11", "刀玉香": "02", "岩叫": "01"}
    assert last_entry(household).changes["head"] == "岩叫"


@pytest.mark.parametrize("heads", [0, 2])
def test_change_head_needs_exactly_one(people, family, heads):
    household, head, _wife, son = family
    wanted = {head.pk: "11"} if heads == 0 else {son.pk: "01"}

    with pytest.raises(ValidationError, match="有且只有一名户主"):
        change_head(by=people.worker, household_id=household.pk, version=1, relations=wanted)

    assert relations(household)["岩温龙"] == "01"


def test_dissolve_household_only_when_nobody_is_left(people, family):
    household = family[0]
    today = date(2018, 6, 10)
    with pytest.raises(ValidationError, match="在册成员"):
        dissolve_household(by=people.worker, household_id=household.pk, version=1, on=today)

    Person.objects.update(life_state=LifeState.DEAD)
    dissolve_household(by=people.worker, household_id=household.pk, version=1, on=today)

    household.refresh_from_db()
    assert household.dissolved_on == today
    with pytest.raises(Refused, match="已销户"):
        change_household(by=people.worker, household_id=household.pk, version=2, main_cause="02")
