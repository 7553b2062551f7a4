"""Reads of bills. Those for sensitive illnesses are there only for users who may know of them."""

from django.db.models import Count, Q, QuerySet

from facilities.enums import FacilityKind
from facilities.models import Facility
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.scoping import Scoped
from healthaid.coverage.enums import BillState
from healthaid.coverage.models import Bill
from patients.models import Person
from patients.selectors.persons import bearers


def readable_bills(user: Scoped) -> QuerySet[Bill]:
    """The bills a user may know of: all that are not sensitive in reach, and sensitive ones by their own right."""
    reach = Bill.objects.visible_to(user)
    return reach.filter(is_sensitive=False) | reach.visible_to(user, Ability.READ_SENSITIVE)


def bills_for_list(user: Scoped) -> QuerySet[Bill]:
    """Bills with person, household, village and facility."""
    return readable_bills(user).select_related("person__household__village", "facility")


def bill_for_page(user: Scoped, pk: int) -> Bill:
    """One bill with its person, its facility, and what it replaces or is replaced by. Raises DoesNotExist."""
    rows = readable_bills(user).select_related(
        "person__household__village__parent", "facility__place__parent", "replaces", "replacement"
    )
    return rows.get(pk=pk)


def bills_of_person(user: Scoped, person_id: int) -> QuerySet[Bill]:
    """A person's bills with facility, newest first."""
    return readable_bills(user).filter(person=person_id).select_related("facility").order_by("-served_on", "-pk")


def person_with(user: User, number: str) -> Person | None:
    """Who bears the document number, as far as the user sees the person."""
    return bearers(number).visible_to(user).select_related("household__village__parent").first()


def facilities_for_bills(user: User) -> QuerySet[Facility]:
    """Where a bill may come from: facilities that the user sees, and hospitals above the places of the user's work."""
    reach = Facility.objects.visible_to(user)
    above = Q(pk__in=[])
    for prefix in user.scope(Ability.SETTLE_BILLS).prefixes:
        above |= Q(place__parent__in=[int(part) for part in prefix.split("/") if part], kind=FacilityKind.HOSPITAL)
    rows = Facility.objects.filter(Q(pk__in=reach.values("pk")) | above, is_open=True)
    return rows.select_related("place__parent").order_by("kind", "path")


def waiting_counts(user: Scoped) -> list[tuple[str, int]]:
    """How many bills wait for what: (code of the obstacle, number), most first."""
    waiting = readable_bills(user).filter(state=BillState.WAITING)
    rows = waiting.order_by().values_list("obstacle__code").annotate(number=Count("pk"))
    return sorted(((code or "", number) for code, number in rows), key=lambda row: -row[1])
