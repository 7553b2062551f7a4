"""Accounts that nobody uses are disabled, after a warning, and never the last one that could enable others again."""

from datetime import UTC, datetime, timedelta

import pytest

from healthaid.accounts import actions
from healthaid.accounts.domain import days_left, indispensable
from healthaid.accounts.enums import Duty
from healthaid.accounts.models import User
from healthaid.accounts.tasks import disable_idle_accounts
from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused
from tests.factories.accounts import appointed

NOW = datetime(2026, 11, 22, 3, 20, tzinfo=UTC)


def used(days, *accounts, enabled=400):
    """Let accounts be enabled and last used so many days ago; never used for None."""
    last_login = None if days is None else NOW - timedelta(days=days)
    User.objects.filter(pk__in=[account.pk for account in accounts]).update(
        enabled_at=NOW - timedelta(days=enabled), last_login=last_login
    )


@pytest.fixture
def busy(people):
    """Everybody worked yesterday."""
    used(1, *User.objects.all())
    return people


def disabled():
    return set(User.objects.filter(is_active=False).values_list("username", flat=True))


@pytest.mark.parametrize(
    ("last_used", "enabled", "goes"),
    [
        (90, 400, False),  # the ninetieth day is still a day of use
        (91, 400, True),
        (None, 89, False),  # a new account that waits for its first use
        (None, 91, True),
        (200, 10, False),  # enabled again ten days ago
    ],
)
def test_idle_account_is_disabled_after_ninety_days(busy, last_used, enabled, goes):
    used(last_used, busy.reader, enabled=enabled)

    assert actions.disable_idle(now=NOW) == int(goes)

    assert disabled() == ({"reader"} if goes else set())


@pytest.mark.parametrize(("days", "gone"), [(0, set()), (30, {"reader"})])
def test_number_of_days_is_the_installations(busy, settings, days, gone):
    settings.ACCOUNT_IDLE_DAYS = days
    used(31, busy.reader)

    actions.disable_idle(now=NOW)

    assert disabled() == gone


def test_disabling_is_recorded_with_its_reason_and_ends_sessions(busy, client_of):
    window = client_of(busy.reader)
    used(91, busy.reader)

    actions.disable_idle(now=NOW)

    assert window.get("/accounts/me/").status_code == 302
    entry = Entry.objects.get(verb="accounts.user.disabled")
    assert (entry.actor_name, entry.subject_id, entry.place_path) == ("healthaid", busy.reader.pk, busy.here.path)
    assert entry.changes == {"reason": "90 天没有使用"}


def test_second_run_changes_nothing(busy):
    used(91, busy.reader)

    assert [actions.disable_idle(now=NOW), actions.disable_idle(now=NOW)] == [1, 0]


def test_task_is_scheduled_work(people):
    User.objects.filter(pk=people.reader.pk).update(enabled_at=NOW - timedelta(days=3650))

    disable_idle_accounts()

    assert disabled() == {"reader"}


def test_last_administrator_of_a_place_is_never_disabled(busy):
    used(400, busy.admin)

    assert actions.disable_idle(now=NOW) == 0


@pytest.mark.parametrize(("where", "gone"), [("prefecture", {"admin"}), ("county", {"admin"}), ("township", set())])
def test_idle_administrator_goes_where_another_in_use_covers_all_places(busy, where, gone):
    used(1, appointed("deputy", (Duty.ADMINISTRATOR, getattr(busy, where))))
    used(400, busy.admin)

    actions.disable_idle(now=NOW)

    assert disabled() == gone


def test_of_idle_administrators_the_one_used_last_stays(busy):
    deputy = appointed("deputy", (Duty.ADMINISTRATOR, busy.county))
    used(300, deputy)
    used(400, busy.admin)

    actions.disable_idle(now=NOW)

    assert disabled() == {"admin"}


@pytest.mark.parametrize(
    ("idle", "others", "kept"),
    [
        ([], ["1/"], set()),
        ([(1, ["1/2/"])], [], {1}),
        ([(1, ["1/2/"])], ["1/"], set()),
        ([(1, ["1/2/"])], ["1/2/3/"], {1}),  # what is covered below leaves the rest uncovered
        ([(1, ["1/20/"])], ["1/2/"], {1}),
        ([(1, ["1/2/"]), (2, ["1/2/"])], [], {1}),
        ([(1, ["1/2/3/"]), (2, ["1/2/"])], [], {1, 2}),
        ([(1, ["1/2/", "1/9/"])], ["1/2/"], {1}),
    ],
)
def test_indispensable(idle, others, kept):
    assert indispensable(idle, others) == kept


@pytest.mark.parametrize(
    ("unused", "limit", "left"),
    [(75, 90, None), (76, 90, 14), (89, 90, 1), (90, 90, 0), (500, 90, 0), (500, 0, None)],
)
def test_days_left(unused, limit, left):
    assert days_left(NOW - timedelta(days=unused), NOW, limit) == left


def test_enable_needs_a_reason_and_begins_the_days_anew(busy, client_of):
    used(91, busy.reader)
    actions.disable_idle(now=NOW)
    window = client_of(busy.admin)

    without = window.post(f"/accounts/{busy.reader.pk}/enable/", {"reason": " "})
    window.post(f"/accounts/{busy.reader.pk}/enable/", {"reason": "休假后返岗"})

    assert without.status_code == 422
    reader = User.objects.get(pk=busy.reader.pk)
    assert reader.is_active
    assert reader.enabled_at > NOW - timedelta(days=1)
    actions.disable_idle(now=reader.enabled_at + timedelta(days=89))
    assert "reader" not in disabled()
    assert Entry.objects.get(verb="accounts.user.enabled").changes == {"reason": "休假后返岗"}


def test_enable_of_an_account_in_use_is_refused(busy):
    with pytest.raises(Refused, match="启用中"):
        actions.enable_account(by=busy.admin, account_id=busy.reader.pk, reason="x")


def test_enable_elsewhere_is_unseen(busy):
    User.objects.filter(pk=busy.far_poverty.pk).update(is_active=False)

    with pytest.raises(User.DoesNotExist):
        actions.enable_account(by=busy.admin, account_id=busy.far_poverty.pk, reason="x")


def test_administrator_is_warned_on_home_page_list_and_account(people, client_of):
    """Fourteen days before; the count on the home page is the length of the list it opens."""
    long_ago = datetime.now(tz=UTC) - timedelta(days=80)
    User.objects.filter(username__in=["reader", "far_poverty"]).update(enabled_at=long_ago)
    window = client_of(people.admin)

    [card] = [card for card in window.get("/").context["page"].cards if card.url.startswith("/accounts/")]
    listed = window.get(card.url)

    assert card.count.number == 1
    assert [row.username for row in listed.context["page"].rows] == ["reader"]
    assert "10 天内停用" in listed.content.decode()
    assert "10 天内将自动停用" in window.get(f"/accounts/{people.reader.pk}/").content.decode()
    assert "自动停用" not in window.get(f"/accounts/{people.signer.pk}/").content.decode()
