"""Reads of settlements and of the sums of a year."""

from django.db.models import F, Q, QuerySet, Sum

from healthaid.core.scoping import Scoped
from healthaid.coverage.enums import BillState
from healthaid.coverage.models import Bill, Settlement, YearAccount
from healthaid.coverage.settling.facts import SUMS


def current_settlement(bill: Bill) -> Settlement | None:
    """What the bill's payers owe now; None while it waits and after its reversal."""
    rows = Settlement.objects.filter(bill=bill, is_current=True).select_related("rules", "form", "settled_by")
    found = rows.first()
    if found is not None:
        found.bill = bill  # with all that is loaded of it
    return found


def settlements_of(bill: Bill) -> QuerySet[Settlement]:
    """Every settlement that the bill ever had, newest first, with the form issued of it."""
    return Settlement.objects.filter(bill=bill).select_related("form", "settled_by", "rules").order_by("-pk")


def accounts_of_person(user: Scoped, person_id: int) -> QuerySet[YearAccount]:
    """A person's sums, newest year first."""
    return YearAccount.objects.visible_to(user).filter(person=person_id).order_by("-year")


def account_of(bill: Bill) -> YearAccount | None:
    """The sums of the year that the bill falls into."""
    return YearAccount.objects.filter(person=bill.person_id, year=bill.served_on.year).first()


def is_followed(bill: Bill) -> bool:
    """Whether later bills of the same person and year are settled, which rest on this one."""
    later = Q(served_on__gt=bill.served_on) | Q(served_on=bill.served_on, pk__gt=bill.pk)
    return Bill.objects.filter(
        later, person=bill.person_id, served_on__year=bill.served_on.year, state=BillState.SETTLED
    ).exists()


def moved_by(rows: QuerySet[Settlement]) -> dict[tuple[int, int], dict[str, int]]:
    """By person and year what current settlements add to each sum, in fen."""
    moved = {name: Sum(F(f"after_{name}") - F(f"before_{name}")) for name in SUMS}
    grouped = rows.order_by().values_list("bill__person", "bill__served_on__year").annotate(**moved)
    return {(row[0], row[1]): dict(zip(SUMS, row[2:], strict=True)) for row in grouped}


def years_settled(years: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the people's years in which something is settled."""
    people = {person for person, _year in years}
    rows = Bill.objects.filter(person__in=people, state=BillState.SETTLED).order_by()
    return set(rows.values_list("person", "served_on__year").distinct()) & years
