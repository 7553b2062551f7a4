"""Where sessions are kept: Django's database store, with the account, address and browser beside the data."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from healthaid.accounts.models import UserSession


class SessionStore(DatabaseStore):
    """Used by name in SESSION_ENGINE."""

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        session: Any = super().create_model_instance(data)
        session.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        session.address = data.get("address", "")
        session.browser = data.get("browser", "")
        if "began" in data:
            session.began_at = datetime.fromtimestamp(data["began"], tz=UTC)
        return session
