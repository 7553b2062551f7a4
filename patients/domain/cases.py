"""Where the treatment of a critical illness may go from where it stands (standards of the special-treatment ledger).

untreated ──> treating ──> treated ──> treating (again)
    │            │            │
    ├────────────┼──> declined ──> treating (persuaded)
    └────────────┴──> excluded ──> untreated (a mistake)
any but died ──> died, which is final
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Problem = Literal["no_way", "reason", "outcome", "treated_on", "too_early", "in_future"]

WAYS: dict[str, frozenset[str]] = {
    "untreated": frozenset({"treating", "declined", "died", "excluded"}),
    "treating": frozenset({"treated", "declined", "died", "excluded"}),
    "treated": frozenset({"treating", "died"}),
    "declined": frozenset({"treating", "died", "excluded"}),
    "died": frozenset(),
    "excluded": frozenset({"untreated"}),
}
NEEDS_REASON = frozenset({"declined", "died", "excluded"})
OPEN_STATES = frozenset({"untreated", "treating"})


@dataclass(frozen=True, slots=True)
class Step:
    """A change of state that somebody asks for."""

    state: str
    reason: str = ""
    outcome: str = ""
    treated_on: date | None = None


def next_states(state: str) -> frozenset[str]:
    """Where a case may go from a state."""
    return WAYS[state]


def problems_of(step: Step, *, state: str, opened_on: date, today: date) -> list[Problem]:
    """Why a step may not be taken from the state; an empty list when it may. Leaving "excluded" needs a reason too."""
    found: list[Problem] = []
    if step.state not in WAYS[state]:
        found.append("no_way")
    if (step.state in NEEDS_REASON or state == "excluded") and not step.reason.strip():
        found.append("reason")
    if step.state == "treated":
        if not step.outcome:
            found.append("outcome")
        if step.treated_on is None:
            found.append("treated_on")
        elif step.treated_on < opened_on:
            found.append("too_early")
        elif step.treated_on > today:
            found.append("in_future")
    return found
