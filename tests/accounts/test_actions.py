"""Who may make, change, appoint and disable whom; each refusal beside its success."""

from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from healthaid.accounts import actions
from healthaid.accounts.enums import Ability, Duty
from healthaid.accounts.models import Posting, User
from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused
from tests.conftest import TODAY
from tests.factories.accounts import PostingFactory, appointed
from tests.factories.regions import PlaceCodeFactory


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def new_account(by, **fields):
    given = {"username": "newcomer", "full_name": "新人", "unit": "", "duty": Duty.READER, **fields}
    return actions.create_account(by=by, **given)


def test_create_account_appoints_and_records(people):
    account, password = new_account(people.admin, place=people.here, username=" ＮewComer ")

    assert account.username == "newcomer"
    assert account.check_password(password)
    assert account.must_change_password
    assert account.can(Ability.READ_PEOPLE)
    assert list(Entry.objects.order_by("pk").values_list("verb", "place_path", "subject_id")) == [
        ("accounts.user.created", people.here.path, account.pk),
        ("accounts.posting.added", people.here.path, account.pk),
    ]


def test_record_of_a_new_account_holds_no_password(people):
    _account, password = new_account(people.admin, place=people.here)

    assert not [entry for entry in Entry.objects.all() if password in entry.changes_json]


@pytest.mark.parametrize(
    ("password", "is_taken"), [("Ferry-Across-71", True), ("short", False), ("newcomer-Across-71", False)]
)
def test_first_password_that_is_given_satisfies_the_policy(people, monkeypatch, password, is_taken):
    PlaceCodeFactory(place=people.here, code="533103100201")
    monkeypatch.setenv("FIRST_PASSWORD", password)

    with nullcontext() if is_taken else pytest.raises(CommandError):
        call_command("create_account", "newcomer", "--duty", "reader", "--place", "533103100201")

    assert User.objects.filter(username="newcomer").exists() == is_taken


@pytest.mark.parametrize("username", ["signer", "SIGNER", "ｓｉｇｎｅｒ"])
def test_create_account_refuses_the_same_name_in_another_spelling(people, username):
    with pytest.raises(ValidationError):
        new_account(people.admin, place=people.here, username=username)

    assert User.objects.filter(full_name="新人").count() == 0


@pytest.mark.parametrize("where", ["far_away", "prefecture", "country"])
def test_create_account_refused_outside_the_administrators_places(people, where):
    with pytest.raises(Refused, match="管辖的地方"):
        new_account(people.admin, place=getattr(people, where))

    assert verbs() == []


@pytest.mark.parametrize("who", ["poverty", "auditor", "nobody"])
def test_create_account_refused_without_the_duty(people, who):
    with pytest.raises(Refused):
        new_account(getattr(people, who), place=people.here)


def test_add_posting_widens_the_scope(people):
    actions.add_posting(
        by=people.admin, account_id=people.reader.pk, duty=Duty.READER, place=people.next_door, starts_on=TODAY
    )

    reader = User.objects.get(pk=people.reader.pk)
    assert reader.scope(Ability.READ_PEOPLE).prefixes == {people.here.path, people.next_door.path}
    assert verbs() == ["accounts.posting.added"]


@pytest.mark.parametrize(
    ("who", "duty"),
    [
        ("auditor", Duty.ADMINISTRATOR),
        ("auditor", Duty.READER),
        ("signer", Duty.AUDITOR),
        ("signer", Duty.ADMINISTRATOR),
    ],
)
def test_add_posting_refused_when_duties_exclude_each_other(people, who, duty):
    account = getattr(people, who)

    with pytest.raises(Refused, match="不能由同一人担任"):
        actions.add_posting(by=people.admin, account_id=account.pk, duty=duty, place=people.here, starts_on=TODAY)

    assert account.postings.count() == 1


def test_add_posting_of_an_excluded_duty_after_the_other_has_ended(people):
    people.auditor.postings.update(ends_on=TODAY)

    actions.add_posting(
        by=people.admin,
        account_id=people.auditor.pk,
        duty=Duty.READER,
        place=people.here,
        starts_on=TODAY + timedelta(days=1),
    )

    assert people.auditor.postings.count() == 2


def test_administrator_cannot_appoint_oneself(people):
    with pytest.raises(Refused, match="自己"):
        actions.add_posting(
            by=people.admin, account_id=people.admin.pk, duty=Duty.ADMINISTRATOR, place=people.here, starts_on=TODAY
        )


def test_administrator_does_not_see_accounts_of_other_counties(people):
    with pytest.raises(User.DoesNotExist):
        actions.disable_account(by=people.admin, account_id=people.far_poverty.pk)


def test_administrator_may_not_change_who_also_works_outside(people):
    PostingFactory(user=people.reader, duty=Duty.READER, place=people.far_away)

    with pytest.raises(Refused, match="管辖范围之外"):
        actions.change_account(by=people.admin, account_id=people.reader.pk, full_name="改名", unit="")


def test_change_account_records_old_and_new(people):
    actions.change_account(by=people.admin, account_id=people.reader.pk, full_name="新名", unit="卫健局")

    assert Entry.objects.get().changes == {"full_name": ["查阅员", "新名"], "unit": ["", "卫健局"]}


def test_change_account_without_a_change_leaves_no_entry(people):
    actions.change_account(by=people.admin, account_id=people.reader.pk, full_name="查阅员", unit="")

    assert verbs() == []


def test_end_posting_ends_the_scope_after_its_last_day(people):
    posting = people.reader.postings.get()

    actions.end_posting(by=people.admin, posting_id=posting.pk, ends_on=date(2018, 6, 30))

    assert people.reader.current_postings(date(2018, 6, 30))
    assert not people.reader.current_postings(date(2018, 7, 1))
    assert not User.objects.get(pk=people.reader.pk).scope()
    assert Entry.objects.get().changes["ends_on"] == [None, "2018-06-30"]


def test_end_posting_before_it_began_is_refused(people):
    posting = people.reader.postings.get()

    with pytest.raises(ValidationError):
        actions.end_posting(by=people.admin, posting_id=posting.pk, ends_on=posting.starts_on - timedelta(days=1))


def test_end_posting_elsewhere_is_unseen(people):
    posting = people.far_poverty.postings.get()

    with pytest.raises(Posting.DoesNotExist):
        actions.end_posting(by=people.admin, posting_id=posting.pk, ends_on=TODAY)


def test_reset_password_makes_the_old_one_useless(people):
    account, password = actions.reset_password(by=people.admin, account_id=people.reader.pk)

    assert account.check_password(password)
    assert account.must_change_password
    assert verbs() == ["accounts.user.password_reset"]


@pytest.mark.django_db
def test_create_account_command_makes_the_first_administrator(capsys):
    from tests.factories.regions import line_of_places  # noqa: PLC0415 -- no other test here needs bare places

    county = line_of_places("中国", "试点省", "试点州", "芒坝市")[-1]
    PlaceCodeFactory(place=county, code="533103")

    call_command("create_account", "chief", "--duty", "administrator", "--place", "533103")

    user = User.objects.get()
    password = capsys.readouterr().out.split()[1]
    assert user.check_password(password)
    assert user.scope(Ability.ADMINISTER).prefixes == {county.path}
    assert verbs() == ["accounts.user.created", "accounts.posting.added"]


@pytest.mark.django_db
def test_create_account_command_says_that_places_are_missing():
    with pytest.raises(CommandError, match="533103"):
        call_command("create_account", "chief", "--duty", "administrator", "--place", "533103")

    assert User.objects.count() == 0


def test_disabled_account_may_nothing_and_its_sessions_are_gone(people, client_of):
    window = client_of(people.reader)

    actions.disable_account(by=people.admin, account_id=people.reader.pk)

    assert people.reader.sessions.count() == 0
    assert window.get("/accounts/me/").status_code == 302
    assert verbs() == ["accounts.user.disabled"]


def test_rights_follow_a_new_posting_at_the_next_request(people, client_of):
    """Nothing about rights is kept in the session."""
    user = appointed("mover", (Duty.ADMINISTRATOR, people.here))
    window = client_of(user)
    assert window.get("/accounts/").status_code == 200

    user.postings.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert window.get("/accounts/").status_code == 403
