"""Reads of treat-first-pay-later agreements: lists with what is paid and overdue on a day, one page, arrears."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from facilities.models import Facility
from healthaid.accounts.models import User
from healthaid.core.fields import MoneyField
from healthaid.core.scoping import Scoped
from healthaid.coverage.domain.instalments import NOTHING, Part, Position, position, soon_by
from healthaid.coverage.enums import AgreementState, BillState
from healthaid.coverage.models import Agreement, Bill, Instalment, Payment, Reminder
from healthaid.coverage.selectors.bills import readable_bills
from healthaid.coverage.selectors.settlements import current_settlement
from patients.models import Person

OPEN = (AgreementState.INSTALMENTS, AgreementState.DEFAULT)  # something is owed
ADDS_UP = ("due", "paid", "left", "overdue")


def agreements_for_list(user: Scoped) -> QuerySet[Agreement]:
    """Agreements with patient, village and hospital."""
    return Agreement.objects.visible_to(user).select_related("person__household__village__parent", "facility")


def with_position(rows: QuerySet[Agreement], on: date) -> QuerySet[Agreement]:
    """The agreements with what stands on a day: `paid`, `left`, `overdue`, and what `fallen` due or is `nearing`.

    Payments settle the oldest part first, so what is overdue is what fell due before the day less what was paid.
    """
    parts = Instalment.objects.filter(agreement=OuterRef("pk"))
    fallen = _sum(parts.filter(due_on__lt=on))
    rows = rows.annotate(
        paid=_sum(Payment.objects.filter(agreement=OuterRef("pk"))),
        fallen=fallen,
        nearing=_sum(parts.filter(due_on__lte=soon_by(on))),
    )
    is_open = Q(state__in=OPEN)
    return rows.annotate(
        left=Case(
            When(is_open, then=ExpressionWrapper(F("due") - F("paid"), MoneyField())),
            default=Value(0),
            output_field=MoneyField(),
        ),
        overdue=Case(
            When(is_open & Q(fallen__gt=F("paid")), then=ExpressionWrapper(F("fallen") - F("paid"), MoneyField())),
            default=Value(0),
            output_field=MoneyField(),
        ),
    )


def _sum(rows: QuerySet) -> Coalesce:
    """What the rows of an agreement come to; nothing where there are none."""
    total = rows.order_by().values("agreement").annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total, output_field=MoneyField()), Value(0), output_field=MoneyField())


def is_overdue() -> Q:
    """Agreements `with_position` of which something should have been paid before the day."""
    return Q(state__in=OPEN, fallen__gt=F("paid"))


def is_due_soon() -> Q:
    """Agreements `with_position` of which something is overdue or due within the next days."""
    return Q(state__in=OPEN, nearing__gt=F("paid"))


def agreements_due(user: Scoped, on: date) -> QuerySet[Agreement]:
    """What calls for a reminder: overdue, or due within the next days; the home page counts these rows."""
    newest = Reminder.objects.filter(agreement=OuterRef("pk")).order_by("-reminded_on").values("reminded_on")[:1]
    rows = with_position(agreements_for_list(user), on).filter(is_due_soon())
    return rows.annotate(reminded_on=Subquery(newest))


def sums_of(rows: QuerySet[Agreement]) -> dict[str, Decimal]:
    """What agreements `with_position` come to: due, paid, left and overdue."""
    found = rows.order_by().aggregate(**{f"sum_{name}": Sum(name) for name in ADDS_UP})
    return {name: found[f"sum_{name}"] or NOTHING for name in ADDS_UP}


def facilities_with_agreements(user: Scoped) -> QuerySet[Facility]:
    """Hospitals with agreements that the user sees."""
    own = Agreement.objects.visible_to(user).order_by().values("facility").distinct()
    return Facility.objects.filter(pk__in=own).order_by("name")


def agreement_for_page(user: Scoped, pk: int) -> Agreement:
    """One agreement with patient, hospital, bill and who decided on it. Raises DoesNotExist."""
    return agreements_for_list(user).select_related("bill", "decided_by", "facility__place__parent").get(pk=pk)


def agreements_of_person(user: Scoped, person_id: int, on: date) -> QuerySet[Agreement]:
    """A person's agreements, newest first, as they stand on a day."""
    rows = with_position(agreements_for_list(user), on)
    return rows.filter(person=person_id).order_by("-signed_on", "-pk")


def owed_before(user: Scoped, person: Person, on: date) -> list[Agreement]:
    """What the person owes under other agreements: a notice, which never stands in the way of care."""
    return list(agreements_of_person(user, person.pk, on).filter(state__in=OPEN))


def parts_of(agreement: Agreement) -> list[Part]:
    """The plan, in the order of its days."""
    return [Part(*row) for row in agreement.instalments.values_list("due_on", "amount")]


def paid_under(agreement: Agreement) -> Decimal:
    """What has been paid, reversals taken off."""
    return agreement.payments.aggregate(total=Sum("amount"))["total"] or NOTHING


def position_of(agreement: Agreement, on: date) -> Position:
    """Where the agreement stands on a day, part by part."""
    return position(parts_of(agreement), agreement.due or NOTHING, paid_under(agreement), on)


def payments_of(agreement: Agreement) -> QuerySet[Payment]:
    """Its payments with what reverses them, in their order."""
    return agreement.payments.select_related("received_by", "reversal", "reverses")


def payment_for_page(user: Scoped, pk: int) -> Payment:
    """One payment with its agreement. Raises DoesNotExist."""
    rows = Payment.objects.visible_to(user)
    return rows.select_related("agreement__person__household__village", "agreement__facility", "reversal").get(pk=pk)


def personal_part(agreement: Agreement) -> Decimal | None:
    """The patient's own part by the current settlement of the bill; None without one."""
    settlement = current_settlement(agreement.bill) if agreement.bill else None
    return settlement.personal if settlement else None


def bills_to_link(user: Scoped, agreement: Agreement) -> QuerySet[Bill]:
    """Settled bills of the same person and hospital from the day of admission on, under no agreement yet."""
    rows = readable_bills(user).filter(
        person=agreement.person_id,
        facility=agreement.facility_id,
        served_on__gte=agreement.admitted_on,
        state=BillState.SETTLED,
    )
    return rows.filter(~Exists(Agreement.objects.filter(bill=OuterRef("pk")))).order_by("-served_on", "-pk")


def knows_bill(user: Scoped, agreement: Agreement) -> bool:
    """Whether the user may open the agreement's bill."""
    return agreement.bill_id is not None and readable_bills(user).filter(pk=agreement.bill_id).exists()


def person_to_sign(user: User, pk: int) -> Person:
    """The patient of a new agreement. Raises DoesNotExist."""
    return Person.objects.visible_to(user).select_related("household__village__parent").get(pk=pk)


@dataclass(frozen=True, slots=True)
class Arrears:
    """What the patients of one hospital owe on a day."""

    facility: Facility
    agreements: int
    overdue_agreements: int
    defaults: int
    due: Decimal
    paid: Decimal
    left: Decimal
    overdue: Decimal
    oldest: date | None  # the first part that is overdue


def arrears(user: Scoped, on: date) -> list[Arrears]:
    """Open agreements by hospital, what is overdue most first. Two queries."""
    rows = with_position(Agreement.objects.visible_to(user), on).filter(state__in=OPEN)
    counted: Any = (
        rows.order_by()
        .values("facility")
        .annotate(
            agreements=Count("pk"),
            overdue_agreements=Count("pk", filter=is_overdue()),
            defaults=Count("pk", filter=Q(state=AgreementState.DEFAULT)),
            oldest=Min(_oldest_open(on), filter=is_overdue()),
            **{f"sum_{name}": Sum(name) for name in ADDS_UP},
        )
    )
    found = list(counted)
    facilities = Facility.objects.in_bulk([row["facility"] for row in found])
    listed = [
        Arrears(
            facilities[row["facility"]],
            **{name: row[name] for name in ("agreements", "overdue_agreements", "defaults", "oldest")},
            **{name: row[f"sum_{name}"] for name in ADDS_UP},
        )
        for row in found
    ]
    return sorted(listed, key=lambda each: (-each.overdue, -each.left, each.facility.name))


def whole_arrears(rows: Sequence[Arrears]) -> dict[str, Any]:
    """The sum of all hospitals."""
    names = ("agreements", "overdue_agreements", "defaults", *ADDS_UP)
    return {name: sum(getattr(row, name) for row in rows) for name in names}


def _oldest_open(on: date) -> Subquery:
    """The day of the first part that payments do not cover, among those that fell due before the day."""
    earlier = Instalment.objects.filter(agreement=OuterRef("agreement"), due_on__lte=OuterRef("due_on"))
    parts = Instalment.objects.filter(agreement=OuterRef("pk"), due_on__lt=on)
    return Subquery(
        parts.annotate(reached=_sum(earlier))
        .filter(reached__gt=OuterRef("paid"))
        .order_by("due_on")
        .values("due_on")[:1]
    )
