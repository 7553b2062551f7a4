"""How long the database may work, wait or stand idle: short for a person who waits, long for jobs and commands.

PostgreSQL keeps the limits itself, so that what a dead or stuck process left behind ends as well. SQLite knows only
how long a writer waits for its turn.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections

# As PostgreSQL calls them (SQLSTATE), and SQLite's word for a writer whose turn did not come.
HIT = {"57014": "statement", "55P03": "lock", "25P03": "idle", "SQLITE_BUSY": "lock"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that a statement, a wait for a lock and an idle transaction may last; 0 is without end."""

    statement: int
    lock: int
    idle: int

    def added_to(self, options: dict[str, Any]) -> dict[str, Any]:
        """The OPTIONS of a PostgreSQL database with these limits in the place of earlier ones."""
        own = (
            f"-c statement_timeout={self.statement}s -c lock_timeout={self.lock}s"
            f" -c idle_in_transaction_session_timeout={self.idle}s"
        )
        return options | {"options": f"{options.get('options', '')} {own}".strip()}


def limit_requests() -> None:
    """For a process that answers requests: connections opened from now on have the short limits, WEB_LIMITS."""
    for alias in connections:
        database = connections.settings[alias]
        if database["ENGINE"].endswith("postgresql"):
            database["OPTIONS"] = settings.WEB_LIMITS.added_to(database["OPTIONS"])


def limit_hit(error: BaseException | None) -> str:
    """Which limit ended the work that failed: "statement", "lock" or "idle"; empty for any other failure."""
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
        if code in HIT:
            return HIT[code]
        error = error.__cause__ or error.__context__
    return ""
