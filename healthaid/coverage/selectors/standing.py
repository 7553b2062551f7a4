"""What a clerk wants to see of a person before entering a bill."""

from dataclasses import dataclass

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.coverage.enums import CardState
from healthaid.coverage.models import SpecialCard, YearAccount
from healthaid.coverage.selectors.settlements import accounts_of_person
from patients.models import Person, PovertySpell
from patients.selectors.persons import spells_of

SHOWN = 3  # of each


@dataclass(frozen=True, slots=True)
class Standing:
    """A person with the spells of poverty, the valid cards and the years' sums."""

    person: Person
    spells: list[PovertySpell]
    cards: list[SpecialCard]
    accounts: list[YearAccount]


def standing_of(user: User, person: Person) -> Standing:
    """What decides whether and how the person's bills are settled, as far as the user may know of it."""
    cards = SpecialCard.objects.visible_to(user).filter(person=person, state=CardState.VALID)
    known = cards.filter(is_sensitive=False) | cards.visible_to(user, Ability.READ_SENSITIVE)
    return Standing(
        person,
        list(spells_of(person)[:SHOWN]),
        list(known.order_by("disease")),
        list(accounts_of_person(user, person.pk)[:SHOWN]),
    )
