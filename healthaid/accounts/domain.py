"""Which duty gives which abilities. Separation of duties follows GB/T 22239-2019 8.1.4.2 d."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from healthaid.accounts.enums import Ability, Duty

IDLE_WARNING_DAYS = 14  # before an unused account is disabled, administrators are told

_EVERYONE_IN_THE_FIELD = frozenset(
    {Ability.READ_PLACES, Ability.READ_PEOPLE, Ability.READ_FACILITIES, Ability.READ_REPORTS}
)

ABILITIES: dict[str, frozenset[str]] = {
    Duty.VILLAGE_DOCTOR: _EVERYONE_IN_THE_FIELD | {Ability.READ_SENSITIVE, Ability.EDIT_CONDITIONS, Ability.SIGN},
    Duty.TOWNSHIP_WORKER: _EVERYONE_IN_THE_FIELD
    | {
        Ability.READ_SENSITIVE,
        Ability.EDIT_REGISTER,
        Ability.EDIT_CONDITIONS,
        Ability.MANAGE_CASES,
        Ability.SIGN,
        Ability.EDIT_FACILITIES,
        Ability.READ_COVERAGE,
    },
    Duty.CASE_MANAGER: _EVERYONE_IN_THE_FIELD
    | {
        Ability.READ_SENSITIVE,
        Ability.EDIT_CONDITIONS,
        Ability.MANAGE_CASES,
        Ability.READ_COVERAGE,
        Ability.KEEP_INSTALMENTS,
    },
    Duty.CDC: _EVERYONE_IN_THE_FIELD
    | {Ability.READ_SENSITIVE, Ability.EDIT_CONDITIONS, Ability.MANAGE_CASES, Ability.MANAGE_MENTAL_CASES},
    Duty.INSURANCE: _EVERYONE_IN_THE_FIELD
    | {
        Ability.READ_SENSITIVE,  # a card or a bill for a mental illness is theirs to settle
        Ability.EDIT_POLICY,
        Ability.READ_COVERAGE,
        Ability.EDIT_ENROLMENT,
        Ability.SETTLE_BILLS,
        Ability.KEEP_INSTALMENTS,
        Ability.PAY_FUNDS,
    },
    Duty.CIVIL_AFFAIRS: _EVERYONE_IN_THE_FIELD | {Ability.EDIT_POLICY, Ability.READ_COVERAGE, Ability.PAY_FUNDS},
    Duty.POVERTY_OFFICE: _EVERYONE_IN_THE_FIELD | {Ability.EDIT_REGISTER, Ability.READ_COVERAGE},
    Duty.COUNTY_OFFICIAL: _EVERYONE_IN_THE_FIELD
    | {
        Ability.EDIT_FACILITIES,
        Ability.BUILD_REPORTS,
        Ability.EDIT_POLICY,
        Ability.CONFIRM_POLICY,
        Ability.READ_COVERAGE,
        Ability.CONFIRM_ACCOUNTS,
    },
    Duty.READER: _EVERYONE_IN_THE_FIELD | {Ability.READ_COVERAGE},
    # Neither of the next two sees a person's data.
    Duty.AUDITOR: frozenset({Ability.READ_PLACES, Ability.READ_AUDIT}),
    Duty.ADMINISTRATOR: frozenset({Ability.READ_PLACES, Ability.ADMINISTER}),
}


def duties_with(ability: str) -> frozenset[str]:
    """The duties that include an ability."""
    return frozenset(duty for duty, abilities in ABILITIES.items() if ability in abilities)


def may_be_held_together(first: str, second: str) -> bool:
    """Whether one person may hold both duties: auditors and administrators hold no other (8.1.4.2 d)."""
    return first == second or not {first, second} & {Duty.AUDITOR, Duty.ADMINISTRATOR}


def days_left(used_at: datetime, now: datetime, limit: int) -> int | None:
    """Days until an account is disabled for want of use, 0 when it is due; None where that is far off or never done."""
    if not limit:
        return None
    left = max(limit - (now - used_at).days, 0)
    return left if left <= IDLE_WARNING_DAYS else None


def indispensable(idle: Sequence[tuple[int, Collection[str]]], others: Iterable[str]) -> frozenset[int]:
    """The idle administrators, latest used first, without whom nobody would be left to enable accounts somewhere.

    Each comes with the branches of the place tree that it administers; `others` are those of administrators in use.
    """
    covered = list(others)
    kept = set()
    for number, branches in idle:
        if not all(any(branch.startswith(prefix) for prefix in covered) for branch in branches):
            kept.add(number)
            covered += branches
    return frozenset(kept)
