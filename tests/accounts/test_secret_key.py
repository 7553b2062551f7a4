"""A new SECRET_KEY: sessions go on while the old one is among the fallbacks, and end with it."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as real
from django.urls import reverse

OLD, NEW = "an-old-secret-key-" * 4, "a-new-secret-key-" * 4
READ = "from django.conf import settings; print(settings.SECRET_KEY_FALLBACKS)"


@pytest.fixture
def keys(settings):
    def hold(key, *fallbacks):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key, list(fallbacks)

    hold(OLD)
    return hold


def is_in(client):
    """Whether the client is still signed in."""
    answer = client.get(reverse("home"))
    return answer.status_code == 200 or not answer.url.startswith(reverse(real.LOGIN_URL))


def test_sessions_survive_a_new_key_and_die_with_the_old_one(people, client_of, keys):
    working, away = client_of(people.worker), client_of(people.official)

    keys(NEW, OLD)
    assert is_in(working)

    keys(NEW)
    assert is_in(working)  # the visit sealed the session under the new key
    assert not is_in(away)


def test_new_key_without_the_old_one_ends_every_session(people, client_of, keys):
    client = client_of(people.worker)
    assert is_in(client)

    keys(NEW)

    assert not is_in(client)


def test_form_opened_before_the_new_key_can_be_sent_after(people, client_of, keys):
    client = client_of(people.worker)
    client.handler.enforce_csrf_checks = True
    client.get(reverse("accounts:password"))
    token = client.cookies["csrftoken"].value

    keys(NEW, OLD)
    answer = client.post(reverse("set_language"), {"language": "en"}, headers={"X-CSRFToken": token})

    assert answer.status_code == 302


@pytest.mark.parametrize("by_file", [False, True])
def test_fallbacks_come_from_the_environment_or_a_file(tmp_path, by_file):
    name, text = "SECRET_KEY_FALLBACKS", "first,second"
    if by_file:
        kept = tmp_path / "fallbacks"
        kept.write_text(f"{text}\n", encoding="utf-8")
        name, text = f"{name}_FILE", str(kept)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "healthaid.settings", "DATA_DIR": str(tmp_path), name: text}

    told = subprocess.run(
        (sys.executable, "-c", READ), env=environment, cwd=real.BASE_DIR, capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == "['first', 'second']"
