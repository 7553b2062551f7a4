"""One refused password for each rule, beside good ones."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError

from healthaid.accounts.actions import change_password, first_password
from healthaid.accounts.hashers import SM3PasswordHasher
from healthaid.accounts.models import FormerPassword
from healthaid.accounts.passwords import POLICIES, PasswordPolicy, is_expired, weaknesses
from tests.factories.accounts import UserFactory

GRADED, MODERN = POLICIES["graded"], POLICIES["modern"]


@pytest.mark.parametrize("password", ["Ferry-Across-71", "三月的凤尾竹Bamboo8", "xk7#mq2$vd9!", "A1" + "b" * 126])
def test_graded_policy_takes_good_passwords(password):
    assert list(weaknesses(password, GRADED, ())) == []


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("Short-1a", "至少 12 位"),
        ("A1" + "b" * 127, "最多 128 位"),
        ("bamboobridges", "3 种"),
        ("bamboobridges7", "3 种"),
        ("Ferry-13988887777", "手机号或身份证号"),
        ("Ferry-53310319700101123X", "手机号或身份证号"),
        ("Password-1234", "常见密码"),
        ("Qwer-1234-!!", "常见密码"),
    ],
)
def test_graded_policy_refuses(password, problem):
    assert [text for text in weaknesses(password, GRADED, ()) if problem in text]


@pytest.mark.parametrize(
    ("password", "is_good"),
    [("bamboo bridges over", True), ("bamboo bridge", False), ("passwordpassword1", True)],
)
def test_modern_policy_asks_for_length_only(password, is_good):
    assert (list(weaknesses(password, MODERN, ())) == []) is is_good


@pytest.mark.parametrize(
    "password",
    [
        "Yansigner-2018!",  # the account's name
        "YanYisheng-2018!",  # 岩医生 in pinyin
        "Mangba-2018-88!",  # 芒坝, the town
        "Fupin-Yunnan-88!",
        "岩医生-Bamboo-88",
    ],
)
def test_policy_refuses_names_of_person_place_and_trade(people, password):
    people.signer.username = "yansigner"

    with pytest.raises(ValidationError, match="姓名、账号、单位或地名"):
        PasswordPolicy().validate(password, people.signer)


def test_policy_takes_what_names_nobody(people):
    PasswordPolicy().validate("Ferry-Across-72", people.signer)


def test_policy_help_text_follows_the_chosen_policy(settings):
    assert "12" in PasswordPolicy().get_help_text()
    assert "90" in PasswordPolicy().get_help_text()

    settings.PASSWORD_POLICY = "modern"

    assert "15" in PasswordPolicy().get_help_text()
    assert "90" not in PasswordPolicy().get_help_text()


def test_change_password_bars_the_last_five_and_frees_the_sixth(people):
    user = people.signer
    for number in range(6):
        change_password(by=user, password=f"Ferry-Across-8{number}")

    with pytest.raises(ValidationError, match="最近 5 次"):
        change_password(by=user, password="Ferry-Across-81")
    change_password(by=user, password="Ferry-Across-80")

    assert user.check_password("Ferry-Across-80")
    assert FormerPassword.objects.filter(user=user).count() == 5


def test_change_password_that_is_weak_changes_nothing(people):
    before = people.signer.password

    with pytest.raises(ValidationError):
        change_password(by=people.signer, password="weak")

    people.signer.refresh_from_db()
    assert people.signer.password == before


SET_AT = datetime(2018, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "policy", "must_change", "expired"),
    [
        (89, "graded", False, False),
        (90, "graded", False, True),
        (900, "modern", False, False),
        (0, "modern", True, True),
    ],
)
def test_password_expires(settings, days, policy, must_change, expired):
    settings.PASSWORD_POLICY = policy
    user = UserFactory.build(password_set_at=SET_AT, must_change_password=must_change)

    assert is_expired(user, SET_AT + timedelta(days=days)) is expired


def test_first_password_satisfies_the_policy_and_differs():
    made = {first_password() for _number in range(50)}

    assert len(made) == 50
    assert all(list(weaknesses(password, GRADED, ())) == [] for password in made)


@pytest.mark.parametrize("hasher", ["pbkdf2_sm3", "scrypt"])
def test_password_hashers_of_the_settings_work(settings, monkeypatch, hasher):
    from healthaid.settings import PASSWORD_HASHERS  # noqa: PLC0415 -- the tests' own settings replace them

    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    monkeypatch.setattr(SM3PasswordHasher, "iterations", 1000)  # as many as show that it works
    encoded = make_password("Ferry-Across-71", hasher=hasher)

    assert encoded.startswith(f"{hasher}$")
    assert check_password("Ferry-Across-71", encoded)
    assert not check_password("Ferry-Across-72", encoded)
