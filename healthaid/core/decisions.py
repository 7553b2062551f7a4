"""May they? An answer with its reason, and the refusal that carries the reason to the page."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something may be done, and if not, why, in words for the person who asked."""

    allowed: bool
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(allowed=True)


def denied(reason: str | Promise) -> Decision:
    """A refusal with its reason."""
    return Decision(allowed=False, reason=reason)


class Refused(Exception):  # noqa: N818 -- named as the person meets it
    """An action was not allowed; the text is the reason, shown to the person."""


def require(decision: Decision) -> None:
    """Go on only when allowed. Raises Refused with the decision's reason otherwise."""
    if not decision:
        raise Refused(str(decision.reason))


class Stale(Exception):  # noqa: N818 -- a state of the form, not an error of the program
    """Somebody saved the row after the form was opened.

    `current` is the row as it stands now; the page shows both values and lets the person choose.
    """

    def __init__(self, current: object) -> None:
        super().__init__("stale")
        self.current = current


def require_version(row: Any, version: int) -> None:
    """Go on only when the row still is the version the person saw. Raises Stale with the row as it stands now."""
    if row.version != version:
        raise Stale(row)
