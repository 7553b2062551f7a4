"""Reads of people: the register's list, one person, and what a search means."""

import sys
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet

from healthaid.accounts.models import User
from healthaid.audit.models import Entry
from healthaid.core import identity as identities
from healthaid.core.scoping import Scoped, ScopedQuerySet
from healthaid.core.vault import vault
from patients.domain.searches import Kind, Reading
from patients.enums import LifeState, Relation
from patients.models import Household, Person, PovertySpell

TABLE = "patients_person"
REVEALED = (
    "patients.person.identity_revealed",
    "patients.person.identity_looked_up",
    "patients.person.phone_revealed",
    "patients.person.card_revealed",
    "patients.household.phone_revealed",
)
SHARED_PHONE = 50  # households looked at that give one number; more is a village office's
BEGINNINGS = {Kind.NAME: "name", Kind.GIVEN_NAME: "given_name", Kind.INITIALS: "initials"}


def people_for_list(user: Scoped) -> QuerySet[Person]:
    """People with household, village and township."""
    return Person.objects.visible_to(user).select_related("household__village__parent")


def person_for_page(user: Scoped, pk: int) -> Person:
    """One person with household, village and township. Raises DoesNotExist."""
    return people_for_list(user).get(pk=pk)


def relatives(person: Person) -> list[Person]:
    """All members of the person's household, present ones first, the head leading."""
    return list(Person.objects.filter(household=person.household_id).order_by("-life_state", "relation", "pk"))


def present_head(household: Household) -> Person | None:
    """The head of a household; None while there is none."""
    return household.members.filter(relation=Relation.HEAD, life_state=LifeState.PRESENT).first()


def spells_of(person: Person) -> QuerySet[PovertySpell]:
    """The person's timeline, newest first."""
    return PovertySpell.objects.filter(person=person).order_by("-starts_on", "-pk")


def present_on(day: date, person: str = "") -> Q:
    """People of the register on the day: born, identified, neither dead nor moved out."""
    return (
        Q(**{f"{person}born_on__lte": day})
        & (Q(**{f"{person}identified_on": None}) | Q(**{f"{person}identified_on__lte": day}))
        & (Q(**{f"{person}life_state": LifeState.PRESENT}) | Q(**{f"{person}left_on__gt": day}))
    )


def spells_covering(day: date) -> QuerySet[PovertySpell]:
    """The standings that hold on the day."""
    return PovertySpell.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


def status_on(person: Person, day: date) -> str:
    """The standing that held on the day; empty when none did."""
    return spells_covering(day).filter(person=person).values_list("status", flat=True).first() or ""


def bearers(number: str, *, besides: int | None = None) -> ScopedQuerySet[Person]:
    """Whoever bears the document number, in or out of anybody's reach; nobody bears an empty one."""
    if not number:
        return Person.objects.none()
    return Person.objects.filter(identity_index=_digest("identity_index", number)).exclude(pk=besides or 0)


def first_seen(user: Scoped, people: ScopedQuerySet[Person]) -> Person | None:
    """The first of some people whom the user may see, with household and village."""
    return people.visible_to(user).select_related("household__village").first()


def reveals_since(user: User, moment: datetime) -> int:
    """How many full numbers the user has looked at, or tried on people out of reach, since."""
    return Entry.objects.filter(actor=user, verb__in=REVEALED, at__gte=moment).count()


# Search


def matching(rows: QuerySet[Person], reading: Reading) -> QuerySet[Person]:
    """The people of a list that one reading of a search means."""
    text = reading.text
    if column := BEGINNINGS.get(reading.kind):
        return rows.filter(beginning(column, text))
    conditions = {
        Kind.IDENTITY: lambda: Q(identity_index=_digest("identity_index", _whole(text))),
        Kind.LAST_SIX: lambda: Q(identity_last6=_digest("identity_last6", text)),
        Kind.LAST_FOUR: lambda: Q(identity_last4=_digest("identity_last4", text)),
        Kind.PHONE: lambda: _of_phone(text),
        Kind.PERSON_NUMBER: lambda: Q(number=text),
        Kind.HOUSEHOLD_NUMBER: lambda: beginning("household__number", text),
    }
    return rows.filter(conditions[reading.kind]())


def first_that_finds(rows: QuerySet[Person], readings: Sequence[Reading]) -> Reading | None:
    """The likeliest reading that finds anybody; the likeliest of all when none does, None when there is none."""
    for reading in readings:
        if matching(rows, reading).order_by().exists():
            return reading
    return readings[0] if readings else None


def beginning(column: str, text: str) -> Q:
    """Values that begin with the text, as a range that a plain index of either database serves."""
    return Q(**{f"{column}__gte": text, f"{column}__lt": text[:-1] + _next(text[-1])})


def _next(letter: str) -> str:
    """The letter after this one that a database can hold; the last one has none after it."""
    number = min(ord(letter) + 1, sys.maxunicode)
    return "\ue000" if 0xD800 <= number < 0xE000 else chr(number)  # noqa: PLR2004 -- halves of a letter


def _whole(text: str) -> str:
    return identities.upgrade(text) if len(text) == identities.OLD_LENGTH else text


def _of_phone(text: str) -> Q:
    """A person's own number, or that of the household; the few households are found first, or no index would serve."""
    index = vault().index(text, "patients_household.phone_index")
    households = list(Household.objects.filter(phone_index=index).values_list("pk", flat=True)[:SHARED_PHONE])
    return Q(phone_index=_digest("phone_index", text)) | Q(household__in=households)


def _digest(column: str, text: str) -> str:
    return vault().index(text, f"{TABLE}.{column}")
