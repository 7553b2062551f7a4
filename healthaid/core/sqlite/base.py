"""SQLite polls for its write lock and so lets one writer starve another; two lock files make the writers queue.

Take the gate, take the main lock, leave the gate, write, leave the main lock: who waits at the gate is next.
The locks belong to open files, so a killed process leaves none behind.
"""

import fcntl
import os
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class Turnstile:
    """The two lock files beside a database file."""

    def __init__(self, database: str) -> None:
        self.paths = [Path(f"{database}.{name}.lock") for name in ("gate", "main")]
        self.held: int | None = None

    def enter(self) -> None:
        """Wait for the turn to write."""
        gate, main = (os.open(path, os.O_RDWR | os.O_CREAT, 0o600) for path in self.paths)
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(main, fcntl.LOCK_EX)
            self.held = main
        finally:
            os.close(gate)

    def leave(self) -> None:
        """Let the next writer in."""
        if self.held is not None:
            os.close(self.held)
            self.held = None


class DatabaseWrapper(base.DatabaseWrapper):
    """Each transaction passes the turnstile; single statements outside one rely on SQLite's own waiting."""

    _turnstile: Turnstile | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.is_in_memory_db():
            self._turnstile = Turnstile(conn_params["database"])
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        if self._turnstile:
            self._turnstile.enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> Any:
        done = super()._commit()  # type: ignore[misc]  # a commit that fails is rolled back, and leaves there
        self._leave()
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> None:
        super()._close()  # type: ignore[misc]
        self._leave()

    def _leave(self) -> None:
        if self._turnstile:
            self._turnstile.leave()
