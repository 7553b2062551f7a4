"""A refused sign-in does the same work whether the account exists or not, so its time tells nobody (ASVS 5.0 6.3.8)."""

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from healthaid.accounts.models import User


@pytest.fixture
def accounts(people, settings, monkeypatch):
    """Accounts with production's kind of hash, made quickly: one in use, one disabled, one without any password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    monkeypatch.setattr(ScryptPasswordHasher, "work_factor", 2)
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "axes" not in name]
    for user in (people.reader, people.signer):
        user.set_password("Ferry-Across-71")
        user.save()
    people.worker.set_unusable_password()
    people.worker.save()
    User.objects.filter(pk=people.signer.pk).update(is_active=False)
    return {"wrong": "reader", "unknown": "no-such-name", "disabled": "signer", "without": "worker"}


def try_once(username, number):
    """One refused try, each from an address of its own, so that no lock interferes."""
    client = Client(REMOTE_ADDR=f"10.1.{number // 250}.{number % 250}")
    answer = client.post("/accounts/sign-in/", {"username": username, "password": "Wrong-Guess-55"})
    assert answer.status_code == 200


def test_refused_sign_in_hashes_once_for_every_reason(accounts, monkeypatch):
    hashed = []
    encode = ScryptPasswordHasher.encode
    monkeypatch.setattr(
        ScryptPasswordHasher, "encode", lambda self, *given, **more: hashed.append(1) or encode(self, *given, **more)
    )
    counts, queries = {}, {}
    try_once("warming-up", 998)
    for number, (kind, username) in enumerate(accounts.items()):
        hashed.clear()
        with CaptureQueriesContext(connection) as asked:
            try_once(username, 500 + number)
        counts[kind], queries[kind] = len(hashed), len(asked)

    assert counts == dict.fromkeys(accounts, 1)
    assert max(queries.values()) - min(queries.values()) <= 1  # the places of a known account
