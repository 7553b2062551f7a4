"""Reads of bills. Those for sensitive illnesses are there only for users who may know of them."""

from functools import reduce
from operator import add

from django.db.models import Count, Exists, ExpressionWrapper, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractYear

from facilities.enums import FacilityKind
from facilities.models import Facility
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.fields import MoneyField
from healthaid.core.scoping import Scoped
from healthaid.coverage.domain.bills import STATED
from healthaid.coverage.enums import BillState, Fund
from healthaid.coverage.models import Bill, OneStopForm, YearAccount
from healthaid.regions.domain import ids_of
from patients.models import Person
from patients.selectors.persons import bearers

ITEMS = (
    "number",
    "setting",
    "admitted_on",
    "served_on",
    "diagnosis",
    "icd10",
    "disease",
    "referral",
    "referral_note",
    "desk",
    "total",
    "in_policy",
    "necessary",
    "is_signed",
    *STATED,
)  # what a person types, in the order of the paper


def readable_bills(user: Scoped) -> QuerySet[Bill]:
    """The bills a user may know of: all that are not sensitive in reach, and sensitive ones by their own right."""
    reach = Bill.objects.visible_to(user)
    return reach.filter(is_sensitive=False) | reach.visible_to(user, Ability.READ_SENSITIVE)


def overlapping_stays(user: Scoped, bill: Bill) -> list[Bill]:
    """Other stays of the same person on some of the same days; leaving and being admitted on one day is none."""
    if bill.admitted_on is None or bill.state == BillState.REVERSED:
        return []
    rows = readable_bills(user).filter(person=bill.person_id, admitted_on__lt=bill.served_on)
    rows = rows.filter(served_on__gt=bill.admitted_on).exclude(state=BillState.REVERSED).exclude(pk=bill.pk)
    return list(rows.select_related("facility").order_by("served_on", "pk"))


def layers_paid() -> ExpressionWrapper:
    """What the four layers pay under the current settlement, which the query knows as `now`."""
    return ExpressionWrapper(reduce(add, (F(f"now__{fund}") for fund in Fund.values)), MoneyField())


def bills_for_list(user: Scoped) -> QuerySet[Bill]:
    """Bills with person, village, facility, and of the current settlement `paid`, `personal` and `missed`."""
    rows = readable_bills(user).select_related("person__household__village", "facility")
    return with_settlement(rows)


def with_settlement(rows: QuerySet[Bill]) -> QuerySet[Bill]:
    """The bills with what the four layers pay (`paid`), the person's own part and the promises missed."""
    now = FilteredRelation("settlements", condition=Q(settlements__is_current=True))
    return rows.annotate(
        now=now,
        paid=layers_paid(),
        personal=F("now__personal"),
        missed=F("now__missed"),
    )


def calling_for_replay(rows: QuerySet[Bill]) -> QuerySet[Bill]:
    """The settled ones among bills that fall into years whose sums call for a replay."""
    year = ExtractYear(OuterRef("served_on"))
    due = YearAccount.objects.filter(person=OuterRef("person"), year=year, needs_replay=True)
    return rows.filter(Exists(due), state=BillState.SETTLED)


def with_older_forms(rows: QuerySet[Bill]) -> QuerySet[Bill]:
    """Those of bills for which a form of an earlier settlement was issued."""
    forms = OneStopForm.objects.filter(settlement__bill=OuterRef("pk"), settlement__is_current=False)
    return rows.filter(Exists(forms))


def bill_for_page(user: Scoped, pk: int) -> Bill:
    """One bill with its person, its facility, and what it replaces or is replaced by. Raises DoesNotExist."""
    rows = readable_bills(user).select_related(
        "person__household__village__parent", "facility__place__parent", "replaces", "replacement"
    )
    return rows.get(pk=pk)


def bills_of_person(user: Scoped, person_id: int) -> QuerySet[Bill]:
    """A person's bills with facility, newest first."""
    rows = readable_bills(user).filter(person=person_id).select_related("facility")
    return with_settlement(rows).order_by("-served_on", "-pk")


def person_with(user: User, number: str) -> Person | None:
    """Who bears the document number, as far as the user sees the person."""
    return bearers(number).visible_to(user).select_related("household__village__parent").first()


def facilities_for_bills(user: User) -> QuerySet[Facility]:
    """Where a bill may come from: facilities that the user sees, and hospitals above the places of the user's work."""
    reach = Facility.objects.visible_to(user)
    above = Q(pk__in=[])
    for prefix in user.scope(Ability.SETTLE_BILLS).prefixes:
        above |= Q(place__parent__in=ids_of(prefix), kind=FacilityKind.HOSPITAL)
    rows = Facility.objects.filter(Q(pk__in=reach.values("pk")) | above, is_open=True)
    return rows.select_related("place__parent").order_by("kind", "path")


def waiting_counts(user: Scoped) -> list[tuple[str, int]]:
    """How many bills wait for what: (code of the obstacle, number), most first."""
    waiting = readable_bills(user).filter(state=BillState.WAITING)
    rows = waiting.order_by().values_list("obstacle__code").annotate(number=Count("pk"))
    return sorted(((code or "", number) for code, number in rows), key=lambda row: -row[1])


def person_for_bill(user: Scoped, pk: int) -> Person:
    """The person a bill is entered for. Raises DoesNotExist."""
    return Person.objects.visible_to(user).select_related("household__village__parent").get(pk=pk)


def copy_of(bill: Bill) -> Bill:
    """A bill with the same figures that is not stored, for the form of its replacement."""
    taken = {name: getattr(bill, name) for name in ITEMS}
    return Bill(facility_id=bill.facility_id, **taken)
