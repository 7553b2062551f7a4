"""Signing in and out, time limits, old passwords, and the administrators' pages."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from healthaid.accounts.enums import Duty
from healthaid.accounts.models import Posting, User, UserSession
from healthaid.accounts.tasks import clear_sessions
from healthaid.audit.models import Entry
from tests.factories.accounts import PASSWORD
from tests.factories.regions import PlaceCodeFactory, PlaceFactory

SIGN_IN, PROFILE = "/accounts/sign-in/", "/accounts/me/"
NOW = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)


def sign_in(client, username, password=PASSWORD):
    return client.post(SIGN_IN, {"username": username, "password": password})


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_sign_in_and_out_are_recorded_with_the_address(client, people):
    response = sign_in(client, "reader")
    assert response.status_code == 302
    assert client.get(PROFILE).status_code == 200

    client.post("/accounts/sign-out/")

    assert client.get(PROFILE).status_code == 302
    assert verbs() == ["accounts.user.signed_in", "accounts.user.signed_out"]
    assert Entry.objects.first().changes == {"address": "127.0.0.1"}
    assert Entry.objects.first().place_path == people.here.path


def test_address_of_a_forged_header_is_not_believed(people):
    sign_in(Client(headers={"X-Forwarded-For": "10.9.8.7"}), "reader")

    assert Entry.objects.first().changes == {"address": "127.0.0.1"}


@pytest.mark.parametrize("username", ["READER", "ｒｅａｄｅｒ", " reader "])
def test_sign_in_takes_the_name_in_any_spelling(client, people, username):
    assert sign_in(client, username).status_code == 302


def test_sign_in_changes_the_session_key(client, people):
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key

    sign_in(client, "reader")

    assert client.session.session_key != before
    assert not UserSession.objects.filter(session_key=before).exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_sign_out_by_a_link_does_nothing(people, client_of, method):
    window = client_of(people.reader)

    assert getattr(window, method)("/accounts/sign-out/").status_code == 405
    assert window.get(PROFILE).status_code == 200


def test_wrong_password_and_unknown_name_get_the_same_answer(client, people):
    wrong, unknown = sign_in(client, "reader", "x"), sign_in(client, "no-such-name", "x")

    own = r'value="[^"]*"|[A-Za-z0-9]{64}'  # what was typed, and the form's token
    pages = [re.sub(own, "", answer.content.decode()) for answer in (wrong, unknown)]
    assert pages[0] == pages[1]
    assert pages[0].count("账号或密码不正确") == 1
    assert list(Entry.objects.order_by("pk").values_list("verb", "subject_id")) == [
        ("accounts.user.sign_in_failed", people.reader.pk),
        ("accounts.user.sign_in_failed", None),
    ]


def test_what_was_typed_as_an_unknown_name_is_not_kept(client, people):
    sign_in(client, "My-Secret-Password-9", "x")

    assert "secret" not in "".join(Entry.objects.values_list("changes_json", flat=True)).casefold()


def test_disabled_account_gets_the_answer_of_a_wrong_password(client, people):
    User.objects.filter(pk=people.reader.pk).update(is_active=False)

    assert "账号或密码不正确" in sign_in(client, "reader").content.decode()


def test_lock_after_five_failures_refuses_the_right_password_for_half_an_hour(client, people):
    with time_machine.travel(NOW, tick=False) as clock:
        for _try in range(4):
            assert sign_in(client, "reader", "wrong").status_code == 200
        assert sign_in(client, "reader", "wrong").status_code == 429

        clock.shift(timedelta(minutes=29))
        refused = sign_in(client, "reader")
        clock.shift(timedelta(minutes=31))
        taken = sign_in(client, "reader")

    assert refused.status_code == 429
    assert "锁定" in refused.content.decode()
    assert taken.status_code == 302
    assert verbs()[-3:] == ["accounts.user.locked_out", "accounts.user.locked_out", "accounts.user.signed_in"]


def test_lock_holds_for_one_account_at_one_address_only(client, people):
    for _try in range(5):
        sign_in(client, "reader", "wrong")

    assert sign_in(client, "signer").status_code == 302
    assert sign_in(Client(REMOTE_ADDR="10.0.0.2"), "reader").status_code == 302


@pytest.mark.parametrize(("minutes", "open_"), [(29, True), (31, False)])
def test_session_ends_after_idle_time(client, people, minutes, open_):
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, "reader")
        clock.shift(timedelta(minutes=minutes))

        assert (client.get(PROFILE).status_code == 200) is open_


def test_session_lives_while_used_but_not_beyond_its_whole_time(client, people):
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, "reader")
        for _step in range(35):  # 11 h 40 min
            clock.shift(timedelta(minutes=20))
            assert client.get(PROFILE).status_code == 200
        clock.shift(timedelta(minutes=21))

        assert client.get(PROFILE).status_code == 302


def test_session_is_not_kept_alive_by_a_page_that_fetches_by_itself(client, people):
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, "reader")
        for _step in range(3):
            clock.shift(timedelta(minutes=10))
            client.get(PROFILE, headers={"X-Unattended": "1"})
        clock.shift(timedelta(minutes=1))

        assert client.get(PROFILE).status_code == 302


def test_signed_in_pages_are_not_stored(client_of, people):
    assert "no-store" in client_of(people.reader).get(PROFILE).headers["Cache-Control"]


def test_expired_password_opens_only_the_change_page(people, client_of):
    User.objects.filter(pk=people.admin.pk).update(must_change_password=True)
    window = client_of(people.admin)

    for address in ("/accounts/", PROFILE, "/jobs/"):
        assert window.get(address).headers["Location"] == "/accounts/password/"
    assert window.post(f"/accounts/{people.reader.pk}/disable/").headers["Location"] == "/accounts/password/"
    assert "首次密码" in window.get("/accounts/password/").content.decode()
    assert User.objects.get(pk=people.reader.pk).is_active


def test_password_change_opens_the_portal_and_ends_other_sessions(people, client_of):
    User.objects.filter(pk=people.reader.pk).update(must_change_password=True)
    window, other = client_of(people.reader), client_of(people.reader)
    before = window.session.session_key

    answer = window.post(
        "/accounts/password/", {"present": PASSWORD, "password": "Ferry-Across-99", "again": "Ferry-Across-99"}
    )

    assert answer.headers["Location"] == "/"
    assert window.session.session_key != before
    assert window.get(PROFILE).status_code == 200
    assert other.get(PROFILE).status_code == 302


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (("wrong", "Ferry-Across-99", "Ferry-Across-99"), "现在的密码不正确"),
        ((PASSWORD, "Ferry-Across-99", "Ferry-Across-98"), "不一致"),
        ((PASSWORD, "weak", "weak"), "至少 12 位"),
        ((PASSWORD, PASSWORD, PASSWORD), "最近 5 次"),
    ],
)
def test_password_change_refused(people, client_of, typed, problem):
    form = dict(zip(("present", "password", "again"), typed, strict=True))

    answer = client_of(people.reader).post("/accounts/password/", form)

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert User.objects.get(pk=people.reader.pk).check_password(PASSWORD)


def test_profile_lists_own_sessions_and_ends_another_one(client, people, client_of):
    other = client_of(people.reader)
    client_of(people.signer)
    sign_in(client, "reader")
    listed = client.get(PROFILE).context["sessions"]
    number = next(n for n, session in enumerate(listed) if session.session_key == other.session.session_key)

    client.post(reverse("accounts:session-end", args=[number]))

    assert len(listed) == 2
    assert other.get(PROFILE).status_code == 302
    assert client.get(PROFILE).status_code == 200
    assert people.signer.sessions.count() == 1


def test_ending_a_session_that_is_not_there_is_404(people, client_of):
    assert client_of(people.reader).post(reverse("accounts:session-end", args=[7])).status_code == 404


def test_clear_sessions_keeps_the_living(people, client_of):
    client_of(people.reader)
    UserSession.objects.create(session_key="old", session_data="", expire_date=NOW - timedelta(days=900))

    clear_sessions()

    assert UserSession.objects.count() == 1


def account_form(**changes):
    return {
        "username": "newcomer",
        "full_name": "新人",
        "unit": "",
        "duty": Duty.READER,
        "place": "芒坝村",
        "starts_on": "2018-06-10",
        "ends_on": "",
    } | changes


def test_account_create_shows_the_first_password_once(people, client_of):
    window = client_of(people.admin)

    answer = window.post("/accounts/new/", account_form(), follow=True)

    account = User.objects.get(username="newcomer")
    password = answer.context["first_password"]
    assert account.check_password(password)
    assert password in answer.content.decode()
    assert password not in str(dict(window.session))
    assert password not in window.get(f"/accounts/{account.pk}/").content.decode()


@pytest.mark.parametrize("written", ["2019年6月10日", "20190610", "2019.6.10"])
def test_days_of_a_posting_are_read_as_anywhere(people, client_of, written):
    client_of(people.admin).post("/accounts/new/", account_form(ends_on=written))

    assert Posting.objects.get(user__username="newcomer").ends_on == date(2019, 6, 10)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"place": "姐坝村"}, "没有“姐坝村”"),  # another county's
        ({"place": "试点州"}, "没有“试点州”"),  # above the administrator's
        ({"username": "a b"}, "3 至 40 位"),
        ({"username": "reader"}, "已存在"),
        ({"ends_on": "2018-01-01"}, "截止"),
    ],
)
def test_account_create_refused(people, client_of, changes, problem):
    answer = client_of(people.admin).post("/accounts/new/", account_form(**changes))

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert Posting.objects.filter(user__full_name="新人").count() == 0


def test_account_form_asks_which_place_of_one_name(people, client_of):
    PlaceCodeFactory(place=PlaceFactory(parent=people.other_township, name="芒坝村"), code="533103200201")
    PlaceCodeFactory(place=people.here, code="533103100201")
    window = client_of(people.admin)

    unclear = window.post("/accounts/new/", account_form()).content.decode()
    clear = window.post("/accounts/new/", account_form(place="533103200201"))

    assert "533103100201" in unclear
    assert "533103200201" in unclear
    assert clear.status_code == 302


def test_account_list_shows_own_places_only(people, client_of):
    page = client_of(people.admin).get("/accounts/").content.decode()

    assert "查阅员" in page
    assert "邻县扶贫办" not in page
    assert "州级查阅员" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_account_list_query_count_does_not_grow(people, client_of, rows, django_assert_num_queries):
    User.objects.exclude(username__in=["admin", "reader", "signer"][:rows]).delete()
    window = client_of(people.admin)
    window.get("/accounts/")

    with django_assert_num_queries(6):
        page = window.get("/accounts/")

    assert len(page.context["table"].rows) == rows


@pytest.mark.parametrize(
    ("method", "page"),
    [
        ("get", ""),
        ("get", "change/"),
        ("post", "change/"),
        ("get", "postings/new/"),
        ("post", "postings/new/"),
        ("post", "disable/"),
        ("post", "enable/"),
        ("post", "password/"),
    ],
)
def test_account_of_another_county_is_404(people, client_of, method, page):
    answer = getattr(client_of(people.admin), method)(f"/accounts/{people.far_poverty.pk}/{page}")

    assert answer.status_code == 404
    assert User.objects.get(pk=people.far_poverty.pk).is_active
    assert verbs() == ["core.row.unseen"]


def test_administrators_own_account_cannot_be_disabled(people, client_of):
    answer = client_of(people.admin).post(f"/accounts/{people.admin.pk}/disable/")

    assert answer.status_code == 403
    assert "自己" in answer.content.decode()
    assert User.objects.get(pk=people.admin.pk).is_active


@pytest.mark.parametrize("who", ["signer", "poverty", "official", "auditor", "nobody"])
def test_account_pages_are_for_administrators(people, client_of, who):
    window = client_of(getattr(people, who))

    assert window.get("/accounts/").status_code == 403
    assert window.get("/accounts/new/").status_code == 403


def test_language_switch_is_open_to_all(client):
    answer = client.post("/language/", {"language": "en", "next": SIGN_IN})

    assert answer.status_code == 302
    assert client.cookies["django_language"].value == "en"


@pytest.mark.django_db
def test_sign_in_page_says_how_to_begin_when_nobody_can(client):
    assert "create_account" in client.get(SIGN_IN).content.decode()


def test_sign_in_page_says_no_such_thing_later(client, people):
    assert "create_account" not in client.get(SIGN_IN).content.decode()


def test_navigation_shows_what_duties_open(people, client_of):
    def names(user):
        return [place["name"] for place in client_of(user).get(PROFILE).context["navigation"]]

    own = {"accounts:account-list", "jobs:job-list"}
    assert own <= set(names(people.admin))
    assert not own & set(names(people.auditor))
    assert "audit:entry-list" in names(people.auditor)
    assert not [name for name in names(people.admin) if name.startswith(("patients:", "signing:", "exchange:"))]
    assert set(names(people.nobody)) <= {"home", "policy:parameter-list"}
    assert "patients:person-list" in names(people.signer)


@pytest.mark.parametrize("username", ["a\x00b", "x" * 5000, "\u202e\u0000", ""])
def test_name_that_no_account_can_have_is_refused_as_any_other(client, people, username):
    answer = sign_in(client, username, "x")

    assert answer.status_code == 200
    assert [entry.subject_id for entry in Entry.objects.all()] == [None]
