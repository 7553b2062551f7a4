"""A duty counts where it is held, on the days it is held."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from healthaid.accounts.enums import Ability, Duty
from tests.factories.accounts import PostingFactory, UserFactory


def test_scope_of_the_neighbour_signs_only_next_door(people):
    assert people.neighbour.scope(Ability.SIGN).prefixes == {people.next_door.path}
    assert people.neighbour.scope(Ability.READ_PEOPLE).prefixes == {people.here.path, people.next_door.path}


def test_scope_without_a_posting_is_empty(people):
    assert not people.nobody.scope()


@pytest.mark.parametrize("who", ["admin", "auditor"])
def test_scope_of_administrator_and_auditor_holds_no_people(people, who):
    user = getattr(people, who)

    assert user.scope()
    assert not user.scope(Ability.READ_PEOPLE)
    assert not user.scope(Ability.READ_SENSITIVE)


@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [(0, None, True), (-1, 0, True), (1, None, False), (-9, -1, False)],
)
def test_scope_counts_postings_of_today_with_both_ends(people, starts, ends, held):
    today = timezone.localdate()
    posting = PostingFactory(
        duty=Duty.READER,
        place=people.here,
        starts_on=today + timedelta(starts),
        ends_on=None if ends is None else today + timedelta(ends),
    )

    assert posting.user.can(Ability.READ_PEOPLE) is held


def test_scope_of_a_disabled_account_is_empty(people):
    people.signer.is_active = False

    assert not people.signer.scope(Ability.SIGN)


def test_current_postings_on_a_named_day(people):
    user = UserFactory()
    PostingFactory(
        user=user, duty=Duty.READER, place=people.here, starts_on=date(2017, 1, 1), ends_on=date(2017, 12, 31)
    )

    assert len(user.current_postings(date(2017, 12, 31))) == 1
    assert user.current_postings(date(2018, 1, 1)) == []
