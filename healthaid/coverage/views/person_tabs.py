"""What this room puts on a person's page."""

from typing import Any

from django.utils import timezone

from healthaid.accounts.models import User
from healthaid.coverage.actions.cards import note_opening
from healthaid.coverage.permissions.cards import may_apply
from healthaid.coverage.permissions.enrolments import may_enrol
from healthaid.coverage.selectors.cards import cards_of_person
from healthaid.coverage.selectors.enrolments import enrolments_of_person
from healthaid.coverage.tables.cards import PersonCardTable
from healthaid.coverage.tables.enrolments import PersonEnrolmentTable
from patients.models import Person


def insurance(user: User, person: Person) -> dict[str, Any]:
    """The person's years, the register's flags while this year is not there, and the cards."""
    years = list(enrolments_of_person(user, person.pk))
    cards = list(cards_of_person(user, person.pk))
    for card in cards:
        note_opening(by=user, card=card, page="person")
    return {
        "enrolments": PersonEnrolmentTable(person, years, timezone.localdate().year),
        "may_enrol": may_enrol(user, person),
        "cards": PersonCardTable(cards),
        "may_apply": may_apply(user, person),
    }
