from datetime import date

import pytest
from django.core.exceptions import ValidationError

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from healthaid.core.identity import mask, traced
from patients.actions import persons
from patients.actions.persons import change_person, move_person, register_person, reveal
from patients.enums import DocumentKind, Relation, Sex
from patients.models import Condition, Person
from tests.factories.conditions import ConditionFactory
from tests.factories.patients import HouseholdFactory, PersonFactory, identity_number

BABY = {
    "name": "岩 三·龙",
    "document_kind": DocumentKind.HOUSEHOLD_BOOK,
    "identity": "",
    "sex": Sex.MALE,
    "born_on": date(2018, 1, 5),
    "relation": Relation.SON,
}
GOOD = {"identity": identity_number(3)}


def verbs(row):
    entries = Entry.objects.filter(subject_kind=row._meta.label_lower, subject_id=row.pk)
    return list(entries.order_by("pk").values_list("verb", flat=True))


def changes(row):
    entry = Entry.objects.filter(subject_kind=row._meta.label_lower, subject_id=row.pk).latest("pk")
    return entry.changes


# Registering


def test_register_person_takes_sex_and_birth_from_the_number(people, family):
    number = identity_number(7, date(1985, 6, 1), Sex.FEMALE)

    person = register_person(
        by=people.worker, household_id=family[0].pk, name="刀·玉 罕", identity=number, relation=Relation.DAUGHTER_IN_LAW
    )

    person.refresh_from_db()
    assert (person.sex, person.born_on, person.identity) == (Sex.FEMALE, date(1985, 6, 1), number)
    assert (person.name, person.given_name, person.initials) == ("刀·玉罕", "·玉罕", "dyh")
    assert (person.path, person.version) == (people.here.path, 1)
    assert verbs(person) == ["patients.person.registered"]


def test_register_person_leaves_no_number_in_the_record(people, family):
    number = identity_number(8)

    person = register_person(
        by=people.worker,
        household_id=family[0].pk,
        name="岩吞",
        identity=number,
        phone="13800001111",
        disability_certificate=f"{number}43",
        relation=Relation.OTHER,
    )

    said = str(changes(person))
    assert number not in said
    assert "13800001111" not in said
    assert (person.disability_kind, person.disability_grade) == ("4", "3")


def test_register_person_keeps_the_further_items_of_the_roster(people, family):
    items = {"marriage": "30", "is_away": True, "workplace": "昆明市", "speaks_mandarin": False}
    items |= {"certificate_year": 1950, "out_of_school_reason": "因残", "has_resident_pension": True}

    person = register_person(
        by=people.worker,
        household_id=family[0].pk,
        name="岩吞",
        relation=Relation.OTHER,
        card="t1234 5678",
        **GOOD,
        **items,
    )

    person.refresh_from_db()
    assert {name: getattr(person, name) for name in items} == items
    assert (person.card, "T12345678" in person.card_sealed) == ("T12345678", False)
    assert changes(person)["card"] == ["", "T1*****78"]


def test_insurance_of_employees_is_basic_insurance(people, family):
    head = family[1]

    change_person(
        by=people.worker, person_id=head.pk, version=1, has_employee_insurance=True, has_basic_insurance=False
    )

    head.refresh_from_db()
    assert head.has_basic_insurance is True


def test_register_child_without_a_number(people, family):
    child = register_person(by=people.worker, household_id=family[0].pk, **BABY)

    assert (child.identity, child.identity_index) == ("", None)
    assert child.name == "岩三·龙"


def test_register_person_upgrades_fifteen_digits_and_says_so(people, family):
    person = register_person(
        by=people.worker,
        household_id=family[0].pk,
        name="岩罕",
        identity="533123501203002",
        relation=Relation.FATHER,
    )

    assert person.identity == "533123195012030020"
    assert changes(person)["upgraded_from"] == "533123*********"


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"identity": "533103195003120019"}, "identity", "校验码"),
        ({"identity": ""}, "identity", "请填写证件号码"),
        (GOOD | {"sex": Sex.FEMALE}, "sex", "号码表明性别为男"),
        (GOOD | {"born_on": date(1950, 3, 13)}, "born_on", "1950-03-12"),
        (GOOD | {"phone": "1380000"}, "phone", "区号"),
        (GOOD | {"disability_certificate": identity_number(4) + "43"}, "disability_certificate", "前18位"),
        (GOOD | {"disability_certificate": identity_number(3) + "83"}, "disability_certificate", "第19位"),
        (GOOD | {"name": "岩*"}, "name", "隐去"),
        (GOOD | {"card": "已办"}, "card", "6到32位"),
        (GOOD | {"certificate_year": 1949}, "certificate_year", "出生年份"),
        (GOOD | {"certificate_year": 2999}, "certificate_year", "今年"),
        (GOOD | {"marriage": "11"}, "marriage", ""),
        (GOOD | {"work_months": 13}, "work_months", ""),
    ],
)  # fmt: skip
def test_register_person_refuses_what_cannot_be(people, family, values, field, words):
    given = {"name": "岩保", "relation": Relation.OTHER} | values

    with pytest.raises(ValidationError) as refused:
        register_person(by=people.worker, household_id=family[0].pk, **given)

    assert list(refused.value.message_dict) == [field]
    assert words in refused.value.message_dict[field][0]
    assert Person.objects.count() == 3


def test_register_person_names_the_bearer_only_inside_the_scope(people, family):
    hidden = PersonFactory(household=HouseholdFactory(village=people.elsewhere), name="岩秘密")

    with pytest.raises(ValidationError, match="岩温龙"):
        register_person(
            by=people.worker, household_id=family[0].pk, name="甲", identity=family[1].identity, relation="99"
        )
    with pytest.raises(ValidationError, match="任职范围以外") as refused:
        register_person(by=people.worker, household_id=family[0].pk, name="甲", identity=hidden.identity, relation="99")

    assert "秘密" not in str(refused.value)


def test_register_second_head_is_refused(people, family):
    with pytest.raises(ValidationError, match="该户已有户主"):
        register_person(by=people.worker, household_id=family[0].pk, **BABY | {"relation": Relation.HEAD})


@pytest.mark.parametrize(("who", "error"), [("signer", Refused), ("reader", Refused), ("outsider", None)])
def test_register_person_refused_without_the_duty_here(people, family, who, error):
    with pytest.raises(error or family[0].DoesNotExist):
        register_person(by=getattr(people, who), household_id=family[0].pk, **BABY)

    assert Person.objects.count() == 3


# Correcting


def test_change_person_records_old_and_new_and_counts_versions(people, family):
    _household, head, _wife, _son = family

    change_person(by=people.worker, person_id=head.pk, version=1, education="2", phone="13900002222")

    head.refresh_from_db()
    assert (head.version, head.phone, head.education) == (2, "13900002222", "2")
    assert changes(head) == {"education": ["", "2"], "phone": ["", "139****2222"]}


def test_change_person_without_a_difference_writes_nothing(people, family):
    change_person(by=people.worker, person_id=family[1].pk, version=1, name="岩温龙", education="")

    assert Person.objects.get(pk=family[1].pk).version == 1
    assert not Entry.objects.exists()


def test_change_person_of_an_older_version_is_stale(people, family):
    head = family[1]
    change_person(by=people.worker, person_id=head.pk, version=1, education="2")

    with pytest.raises(Stale) as stale:
        change_person(by=people.poverty, person_id=head.pk, version=1, education="3")

    assert stale.value.current.education == "2"
    head.refresh_from_db()
    assert head.education == "2"


def test_change_of_the_number_frees_the_old_one(people, family):
    head = family[1]
    old, new = head.identity, identity_number(99)

    change_person(by=people.worker, person_id=head.pk, version=1, identity=new)
    other = register_person(by=people.worker, household_id=family[0].pk, name="甲", identity=old, relation="99")

    head.refresh_from_db()
    assert (head.identity, other.identity) == (new, old)


def test_change_to_a_taken_number_is_refused(people, family):
    other = PersonFactory(household=HouseholdFactory(village=people.here))

    with pytest.raises(ValidationError, match="已登记"):
        change_person(by=people.worker, person_id=family[1].pk, version=1, identity=other.identity)


def test_change_takes_a_wrong_number_away_for_a_reason(people, family):
    head = family[1]
    wrong = head.identity

    change_person(
        by=people.worker, person_id=head.pk, version=1, identity="", document_kind="02", reason="误填其弟的号码"
    )

    head.refresh_from_db()
    assert (head.identity, head.identity_index, head.identity_last4) == ("", None, None)
    assert changes(head) == {
        "document_kind": ["01", "02"],
        "identity": [traced(mask(wrong)), ""],
        "reason": "误填其弟的号码",
    }


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"document_kind": "02"}, "reason"),
        ({"document_kind": "02", "reason": " "}, "reason"),
        ({"document_kind": "01", "reason": "误填"}, "identity"),
    ],
)
def test_change_takes_no_number_away_without_reason_and_fitting_document(people, family, values, named):
    head = family[1]
    kept = head.identity

    with pytest.raises(ValidationError) as refused:
        change_person(by=people.worker, person_id=head.pk, version=1, identity="", **values)

    assert list(refused.value.message_dict) == [named]
    head.refresh_from_db()
    assert (head.identity, head.version) == (kept, 1)


# Moving


def test_move_person_takes_conditions_along(people, family):
    _household, _head, _wife, son = family
    illness = ConditionFactory(person=son, disease="end_stage_renal_disease")
    target = HouseholdFactory(village=people.next_door)

    moved = move_person(
        by=people.worker, person_id=son.pk, version=1, household_number=target.number, relation=Relation.SON_IN_LAW
    )

    assert (moved.household_id, moved.path, moved.relation) == (target.pk, people.next_door.path, "06")
    assert Condition.objects.get(pk=illness.pk).path == people.next_door.path
    assert changes(son)["household"] == ["5331031000000001", target.number]


def test_move_person_out_of_reach_looks_like_an_unknown_household(people, family):
    target = HouseholdFactory(village=people.elsewhere)

    with pytest.raises(ValidationError, match="没有这个户编号"):
        move_person(
            by=people.worker, person_id=family[3].pk, version=1, household_number=target.number, relation=Relation.OTHER
        )


def test_move_head_into_a_headed_household_is_refused(people, family):
    target = PersonFactory(household=HouseholdFactory(village=people.here)).household

    with pytest.raises(ValidationError, match="该户已有户主"):
        move_person(
            by=people.worker, person_id=family[3].pk, version=1, household_number=target.number, relation=Relation.HEAD
        )


# Full numbers


def test_reveal_leaves_a_trace(people, family):
    head = family[1]

    assert reveal(by=people.reader, row=head, item="identity") == head.identity
    assert verbs(head) == ["patients.person.identity_revealed"]
    assert head.identity not in str(changes(head))


def test_reveal_of_a_card_leaves_a_trace_and_counts(people, family, monkeypatch):
    monkeypatch.setattr(persons, "REVEALS_AN_HOUR", 1)
    person = PersonFactory(household=family[0], relation=Relation.OTHER, card="T12345678")

    assert reveal(by=people.reader, row=person, item="card") == "T12345678"
    assert verbs(person) == ["patients.person.card_revealed"]
    with pytest.raises(Refused, match="次数过多"):
        reveal(by=people.reader, row=person, item="card")


def test_reveal_is_refused_to_who_does_not_see_the_person(people, family):
    with pytest.raises(Refused):
        reveal(by=people.outsider, row=family[1], item="identity")

    assert not Entry.objects.exists()


def test_reveal_asks_for_a_reason_only_who_knows_of_the_illness(people, family):
    head = family[1]
    ConditionFactory(person=head, disease="severe_mental_disorder", is_sensitive=True)

    with pytest.raises(Refused, match="事由"):
        reveal(by=people.worker, row=head, item="identity", reason=" ")
    assert reveal(by=people.civil, row=head, item="identity") == head.identity  # asking would tell
    assert reveal(by=people.worker, row=head, item="identity", reason="办理出院") == head.identity
    assert changes(head) == {"reason": "办理出院"}


def test_reveal_has_an_hourly_limit(people, family, monkeypatch):
    monkeypatch.setattr(persons, "REVEALS_AN_HOUR", 2)
    for _ in range(2):
        reveal(by=people.worker, row=family[1], item="phone")

    with pytest.raises(Refused, match="次数过多"):
        reveal(by=people.worker, row=family[1], item="phone")
    assert reveal(by=people.signer, row=family[1], item="phone") == ""
