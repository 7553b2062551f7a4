from datetime import date

import pytest
from django.core.exceptions import ValidationError

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from patients.actions.leaving import record_death, record_move_out, reinstate_person
from patients.actions.persons import change_person
from patients.enums import LifeState
from tests.factories.patients import PovertySpellFactory

TODAY = date(2018, 6, 10)
DAY = date(2018, 6, 1)


@pytest.mark.parametrize(
    ("action", "state", "verb"),
    [
        (record_death, LifeState.DEAD, "patients.person.died"),
        (record_move_out, LifeState.MOVED_OUT, "patients.person.moved_out"),
    ],
)
def test_leaving_ends_the_standing_on_the_day(people, family, action, state, verb):
    head = family[1]
    spell = PovertySpellFactory(person=head)

    action(by=people.worker, person_id=head.pk, version=1, on=DAY, today=TODAY)

    head.refresh_from_db()
    spell.refresh_from_db()
    assert (head.life_state, head.left_on, head.version) == (state, DAY, 2)
    assert spell.ends_on == DAY
    assert Entry.objects.latest("pk").verb == verb


def test_leaving_drops_a_standing_that_begins_later(people, family):
    PovertySpellFactory(person=family[1], starts_on=date(2018, 6, 5))

    record_death(by=people.worker, person_id=family[1].pk, version=1, on=DAY, today=TODAY)

    assert not family[1].poverty_spells.exists()


@pytest.mark.parametrize(("on", "words"), [(date(2018, 6, 11), "晚于今天"), (date(1950, 3, 11), "早于出生日期")])
def test_leaving_refuses_impossible_days(people, family, on, words):
    with pytest.raises(ValidationError, match=words):
        record_death(by=people.worker, person_id=family[1].pk, version=1, on=on, today=TODAY)

    family[1].refresh_from_db()
    assert family[1].is_present


def test_nobody_dies_twice(people, family):
    record_death(by=people.worker, person_id=family[1].pk, version=1, on=DAY, today=TODAY)

    with pytest.raises(Refused, match="已死亡或迁出"):
        record_move_out(by=people.worker, person_id=family[1].pk, version=2, on=DAY, today=TODAY)


def test_leaving_of_an_older_version_is_stale(people, family):
    change_person(by=people.worker, person_id=family[1].pk, version=1, education="2")

    with pytest.raises(Stale):
        record_death(by=people.worker, person_id=family[1].pk, version=1, on=DAY, today=TODAY)


def test_leaving_refused_without_the_duty(people, family):
    with pytest.raises(Refused, match="花名册"):
        record_death(by=people.signer, person_id=family[1].pk, version=1, on=DAY, today=TODAY)


def test_reinstate_lets_the_standing_run_on(people, family):
    head = family[1]
    spell = PovertySpellFactory(person=head)
    record_death(by=people.worker, person_id=head.pk, version=1, on=DAY, today=TODAY)

    reinstate_person(by=people.worker, person_id=head.pk, version=2)

    head.refresh_from_db()
    spell.refresh_from_db()
    assert (head.is_present, head.left_on, spell.ends_on) == (True, None, None)
    with pytest.raises(Refused, match="无须恢复"):
        reinstate_person(by=people.worker, person_id=head.pk, version=3)


def test_reinstate_a_head_beside_a_new_one_is_refused(people, family):
    _household, head, _wife, son = family
    record_death(by=people.worker, person_id=head.pk, version=1, on=DAY, today=TODAY)
    change_person(by=people.worker, person_id=son.pk, version=1, relation="01")

    with pytest.raises(ValidationError, match="该户已有户主"):
        reinstate_person(by=people.worker, person_id=head.pk, version=2)
