"""What comes from the broker or a session is JSON and nothing that can run."""

import pickle
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import ContentDisallowed
from kombu.message import Message

from healthaid.accounts.models import UserSession
from healthaid.accounts.sessions import SessionStore
from healthaid.celery import app

ran = []


class Trap:
    """Runs when it is unpickled."""

    def __reduce__(self):
        return ran.append, ("ran",)


def test_pickled_message_is_refused_unread():
    message = Message(
        body=pickle.dumps([[Trap()], {}, {}]),
        content_type="application/x-python-serialize",
        content_encoding="binary",
        accept=app.conf.accept_content,
    )

    with pytest.raises(ContentDisallowed):
        message.decode()

    assert ran == []
    assert (app.conf.accept_content, app.conf.task_serializer, app.conf.event_serializer) == (["json"], "json", "json")


@pytest.mark.django_db
def test_pickled_session_is_an_empty_one():
    kept = UserSession.objects.create(
        session_key="0" * 32,
        session_data=pickle.dumps({"_auth_user_id": Trap()}, protocol=0).decode("ascii"),
        expire_date=timezone.now() + timedelta(hours=1),
    )

    assert SessionStore(kept.session_key).load() == {}
    assert ran == []
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"
    assert {cache["BACKEND"] for cache in settings.CACHES.values()} == {
        "django.core.cache.backends.locmem.LocMemCache"  # of one process: nobody else writes into it
    }
