"""Reports for tests are counted from the register; `a_person` adds one with everything a report counts."""

from datetime import UTC, date, datetime

from healthaid.reports.actions import count_month
from patients.enums import PovertyStatus
from tests.factories.patients import HouseholdFactory, PersonFactory, PovertySpellFactory
from tests.factories.signing import ContractFactory

JUNE = date(2018, 6, 1)
MAY = date(2018, 5, 1)
IN_JULY = datetime(2018, 7, 2, 1, 0, tzinfo=UTC)


def counted(county, month=JUNE, now=IN_JULY):
    """The month of a county, counted by the scheduler."""
    return count_month(by=None, place=county, month=month, now=now)


def a_person(village, team=None, *, household=None, status=PovertyStatus.NOT_LIFTED, **fields):
    """A person of a household of their own (or a given one), with a standing, and under contract with a team."""
    if household is None:
        household = HouseholdFactory(village=village)
        fields.setdefault("relation", "01")
    fields.setdefault("relation", "99")
    person = PersonFactory(household=household, **fields)
    if status:
        PovertySpellFactory(person=person, status=status)
    if team:
        ContractFactory(person=person, team=team)
    return person
