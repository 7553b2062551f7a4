"""What lists of any room show of a person."""

from healthaid.core.tables import DASH, Tone, badge, label
from patients.enums import PovertyStatus
from patients.models import Person

TONES: dict[str, Tone] = {
    PovertyStatus.NOT_LIFTED: "due",
    PovertyStatus.RETURNED: "act",
    PovertyStatus.AT_RISK: "act",
    PovertyStatus.SUDDEN_HARDSHIP: "act",
    PovertyStatus.LIFTED: "good",
    PovertyStatus.LIFTED_POLICY_KEPT: "good",
}


def standing(person: Person) -> str:
    """The standing as a badge; a dash without one."""
    if not person.poverty_status:
        return DASH
    return badge(label(PovertyStatus, person.poverty_status), TONES.get(person.poverty_status, "plain"))
