"""What this room puts on a person's page."""

from typing import Any

from django.utils import timezone

from healthaid.accounts.models import User
from healthaid.coverage.actions.cards import note_opening
from healthaid.coverage.permissions.cards import may_apply
from healthaid.coverage.permissions.enrolments import may_enrol
from healthaid.coverage.selectors.cards import cards_of_person
from healthaid.coverage.selectors.enrolments import enrolments_of_person
from healthaid.coverage.tables.cards import state_badge
from healthaid.coverage.views.enrolments import insurances
from patients.models import Person


def insurance(user: User, person: Person) -> dict[str, Any]:
    """The person's years, the register's flags while this year is not there, and the cards."""
    today = timezone.localdate()
    years = list(enrolments_of_person(user, person.pk))
    cards = list(cards_of_person(user, person.pk))
    for card in cards:
        note_opening(by=user, card=card, page="person")
    return {
        "enrolments": [(enrolment, insurances(enrolment)) for enrolment in years],
        "year": today.year,
        "is_year_missing": all(enrolment.year != today.year for enrolment in years),
        "may_enrol": may_enrol(user, person),
        "cards": [(card, state_badge(card, today)) for card in cards],
        "may_apply": may_apply(user, person),
    }
