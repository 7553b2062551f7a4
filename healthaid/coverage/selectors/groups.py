"""The groups of people whom documents name, and the standings of the register that belong to each."""

from collections.abc import Iterable
from datetime import date

from healthaid.coverage.selectors.citations import cited_words, documents_for
from healthaid.policy.enums import Word
from patients.enums import PovertyStatus

REGISTERED_POOR = (
    PovertyStatus.NOT_LIFTED,
    PovertyStatus.LIFTED,
    PovertyStatus.LIFTED_POLICY_KEPT,
    PovertyStatus.RETURNED,
)
LOW_INCOME = (
    PovertyStatus.SUBSISTENCE_ALLOWANCE,
    PovertyStatus.EXTREME_HARDSHIP,
    PovertyStatus.AT_RISK,
    PovertyStatus.SUDDEN_HARDSHIP,
)
GROUPS: dict[str, tuple[PovertyStatus, ...]] = {
    Word.REGISTERED_POOR.value: REGISTERED_POOR,
    Word.RURAL_LOW_INCOME.value: LOW_INCOME,
}


def statuses_in(words: Iterable[str]) -> set[str]:
    """The standings of the groups that a document names."""
    return {status for word in words for status in GROUPS.get(word, ())}


def statuses_helped(region: str, on: date) -> set[str]:
    """The standings of those who are insured and helped in a county on a day: always the registered poor."""
    words, _article = cited_words(documents_for(region, on), "enrolment.group")
    return statuses_in((Word.REGISTERED_POOR, *words))


def group_of(status: str) -> Word:
    """The group that a standing belongs to; the registered poor where none is known any more."""
    return Word.RURAL_LOW_INCOME if status in LOW_INCOME else Word.REGISTERED_POOR
