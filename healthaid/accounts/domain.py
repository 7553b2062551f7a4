"""Which duty gives which abilities. Separation of duties follows GB/T 22239-2019 8.1.4.2 d."""

from healthaid.accounts.enums import Ability, Duty

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
    },
    Duty.CASE_MANAGER: _EVERYONE_IN_THE_FIELD | {Ability.READ_SENSITIVE, Ability.EDIT_CONDITIONS, Ability.MANAGE_CASES},
    Duty.CDC: _EVERYONE_IN_THE_FIELD
    | {Ability.READ_SENSITIVE, Ability.EDIT_CONDITIONS, Ability.MANAGE_CASES, Ability.MANAGE_MENTAL_CASES},
    Duty.INSURANCE: _EVERYONE_IN_THE_FIELD,
    Duty.CIVIL_AFFAIRS: _EVERYONE_IN_THE_FIELD,
    Duty.POVERTY_OFFICE: _EVERYONE_IN_THE_FIELD | {Ability.EDIT_REGISTER},
    Duty.COUNTY_OFFICIAL: _EVERYONE_IN_THE_FIELD | {Ability.EDIT_FACILITIES, Ability.BUILD_REPORTS},
    Duty.READER: _EVERYONE_IN_THE_FIELD,
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
