"""How long a refused sign-in takes tells nobody whether the account exists (ASVS 5.0 6.3.8)."""

import time
from statistics import median

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from healthaid.accounts.models import User

TRIES = 9
MOST = 0.10  # of the time of a wrong password


@pytest.fixture
def accounts(people, settings):
    """Accounts with production's hashes: one in use, one disabled, one without any password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "axes" not in name]
    for user in (people.reader, people.signer):
        user.set_password("Ferry-Across-71")
        user.save()
    people.worker.set_unusable_password()
    people.worker.save()
    User.objects.filter(pk=people.signer.pk).update(is_active=False)
    return {"wrong": "reader", "unknown": "no-such-name", "disabled": "signer", "without": "worker"}


def try_once(username, number):
    """Processor seconds of one refused try, each from an address of its own, so that no lock interferes."""
    client = Client(REMOTE_ADDR=f"10.1.{number // 250}.{number % 250}")
    began = time.process_time()
    answer = client.post("/accounts/sign-in/", {"username": username, "password": "Wrong-Guess-55"})
    took = time.process_time() - began
    assert answer.status_code == 200
    return took


def test_refused_sign_in_takes_as_long_for_every_reason(accounts):
    times = {kind: [] for kind in accounts}
    try_once("warming-up", 999)
    for number in range(TRIES):
        for place, (kind, username) in enumerate(accounts.items()):
            times[kind].append(try_once(username, number * 4 + place))

    usual = median(times["wrong"])
    assert {kind: round(median(taken) / usual, 2) for kind, taken in times.items()} == {
        kind: pytest.approx(1, abs=MOST) for kind in accounts
    }


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
