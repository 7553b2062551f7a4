"""Reads of enrolments, a row a person and year."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from healthaid.accounts.enums import Ability
from healthaid.core.scoping import Scoped, under
from healthaid.coverage.domain.enrolments import Moment
from healthaid.coverage.enums import Absence, Insurance
from healthaid.coverage.models import Enrolment
from healthaid.coverage.selectors.citations import cited_words
from healthaid.policy.selectors.rules import rules_at
from healthaid.regions.models import Place
from patients.models import Person
from patients.selectors.persons import present_on

CHECKED = (Insurance.BASIC, Insurance.CRITICAL, Insurance.ASSISTANCE)  # what everybody of the target group shall have
LASTING = (  # reasons that go on until somebody says otherwise
    Absence.ARMY,
    Absence.STUDY,
    Absence.WORK,
    Absence.MARRIAGE,
    Absence.PRISON,
    Absence.LOST,
)
COPIED = ("has_basic", "has_critical", "has_assistance", "has_supplementary", "absence", "absence_note")


def enrolments_for_list(user: Scoped) -> QuerySet[Enrolment]:
    """Enrolments with person, village and township."""
    return Enrolment.objects.visible_to(user).select_related("person__household__village__parent")


def enrolment_for_page(user: Scoped, pk: int) -> Enrolment:
    """One enrolment with its person. Raises DoesNotExist."""
    return enrolments_for_list(user).get(pk=pk)


def enrolments_of_person(user: Scoped, person_id: int) -> QuerySet[Enrolment]:
    """A person's years, newest first."""
    return Enrolment.objects.visible_to(user).filter(person=person_id).order_by("-year")


def person_to_insure(user: Scoped, pk: int) -> Person:
    """The person an enrolment or a card is for. Raises DoesNotExist."""
    rows = Person.objects.visible_to(user, Ability.READ_COVERAGE).select_related("household__village__parent")
    return rows.get(pk=pk)


def reasons_at(place: Place, moment: Moment) -> tuple[tuple[str, ...], str]:
    """The reasons for which one may be absent at a place, and where that is written; none where no document says."""
    try:
        return cited_words(rules_at(place, moment.rules_on), "enrolment.accepted_reasons")
    except ValueError:
        return (), ""  # above every place that a document names


def enrolments_to_carry(place: Place, moment: Moment) -> QuerySet[Enrolment]:
    """Last year's rows that go on: of people of the register who have none for the year yet.

    They are enrolled, or absent for a reason that lasts.
    """
    lasts = Q(has_basic=True) | Q(absence__in=LASTING)
    rows = last_years(place, moment.year).filter(present_on(moment.on, "person__"), lasts)
    return rows.filter(~Exists(Enrolment.objects.filter(person=OuterRef("person"), year=moment.year)))


def last_years(place: Place, year: int) -> QuerySet[Enrolment]:
    """The rows of the year before inside a place."""
    return Enrolment.objects.filter(under("path", place.path), year=year - 1)
