from datetime import date

import pytest
from django.core.exceptions import ValidationError

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from patients.actions.standings import set_poverty_status, withdraw_spell
from patients.domain.spells import Overlap, Spell, ended_by
from patients.selectors.persons import status_on
from tests.factories.patients import PovertySpellFactory

TODAY = date(2018, 6, 10)


def day(text):
    return date.fromisoformat(text)


def spell(text):
    first, _slash, last = text.partition("/")
    return Spell(day(first), day(last) if last else None)


@pytest.mark.parametrize(
    ("there", "new", "ended"),
    [
        ([], "2018-01-01", []),
        (["2014-01-01"], "2018-01-01", ["2017-12-31"]),
        (["2014-01-01/2015-12-31"], "2016-01-01", []),
        (["2014-01-01/2015-12-31", "2016-01-01"], "2018-01-01", ["2017-12-31"]),
        (["2016-01-01"], "2014-01-01/2015-12-31", []),
    ],
)
def test_new_spell_ends_the_running_one_the_day_before(there, new, ended):
    assert [last for _spell, last in ended_by(spell(new), map(spell, there))] == [day(text) for text in ended]


@pytest.mark.parametrize(
    ("there", "new"),
    [
        (["2014-01-01"], "2014-01-01"),
        (["2014-01-01"], "2013-01-01"),
        (["2014-01-01/2015-12-31"], "2015-12-31"),
        (["2014-01-01"], "2015-01-01/2015-12-31"),
        (["2014-01-01/2015-12-31", "2016-01-01"], "2015-06-01"),
    ],
)
def test_new_spell_never_lies_over_another(there, new):
    with pytest.raises(Overlap):
        ended_by(spell(new), map(spell, there))


def test_set_poverty_status_keeps_the_timeline_and_today(people, family):
    head = family[1]
    PovertySpellFactory(person=head)

    set_poverty_status(
        by=people.worker, person_id=head.pk, version=1, status="lifted", starts_on=day("2018-01-01"), today=TODAY
    )

    head.refresh_from_db()
    assert (head.poverty_status, head.version) == ("lifted", 2)
    assert [
        status_on(head, day(text)) for text in ("2013-12-31", "2014-01-01", "2017-12-31", "2018-01-01", "2026-01-01")
    ] == ["", "not_lifted", "not_lifted", "lifted", "lifted"]
    assert Entry.objects.latest("pk").changes["poverty_status"] == ["not_lifted", "lifted"]


@pytest.mark.parametrize(
    ("starts_on", "words"),
    [("2018-06-11", "晚于今天"), ("1949-01-01", "早于出生"), ("2013-01-01", "未脱贫（2014-01-01 至 今）")],
)
def test_set_poverty_status_refuses_days(people, family, starts_on, words):
    PovertySpellFactory(person=family[1])

    with pytest.raises(ValidationError, match=words):
        set_poverty_status(
            by=people.worker, person_id=family[1].pk, version=1, status="lifted", starts_on=day(starts_on), today=TODAY
        )

    assert family[1].poverty_spells.count() == 1


def test_set_poverty_status_refused_without_the_duty_or_on_an_older_version(people, family):
    values = {"person_id": family[1].pk, "status": "lifted", "starts_on": day("2018-01-01"), "today": TODAY}

    with pytest.raises(Refused):
        set_poverty_status(by=people.signer, version=1, **values)
    with pytest.raises(Stale):
        set_poverty_status(by=people.worker, version=2, **values)


def test_withdraw_spell_lets_the_one_before_run_on(people, family):
    head = family[1]
    first = PovertySpellFactory(person=head)
    new = set_poverty_status(
        by=people.worker, person_id=head.pk, version=1, status="lifted", starts_on=day("2018-01-01"), today=TODAY
    )

    withdraw_spell(by=people.worker, person_id=head.pk, version=2, spell_id=new.pk)

    first.refresh_from_db()
    head.refresh_from_db()
    assert first.ends_on is None
    assert head.poverty_status == "not_lifted"
