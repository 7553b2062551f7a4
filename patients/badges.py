"""What lists of any room show of a person."""

from healthaid.core.tables import DASH, badge, label
from patients.enums import PovertyStatus
from patients.models import Person


def standing(person: Person) -> str:
    """The standing as a badge; a dash without one. It is nothing to be done, so it has no colour."""
    return badge(label(PovertyStatus, person.poverty_status), "plain") if person.poverty_status else DASH
