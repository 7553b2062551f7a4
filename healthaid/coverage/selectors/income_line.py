"""People whose own payments of a year come near the county's rural income, or exceed it (YN-2017-102 (五))."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from healthaid.core.fields import MoneyField
from healthaid.core.scoping import Scoped, ScopedQuerySet, under
from healthaid.coverage.enums import IncomeSide
from healthaid.coverage.models import Settlement, YearAccount
from healthaid.coverage.selectors.citations import Cited, cited
from healthaid.coverage.selectors.spans import counties_of
from healthaid.policy.selectors.rules import rules_of
from healthaid.regions.models import Place

INCOME = "income.rural_per_capita.previous_year"
ABOVE = "safety_net.above_income.rate"  # the documents that say what lies above the line is paid
NEAR = Decimal("0.8")  # of the line, where the page asks for nothing else
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class IncomeLine:
    """A county's income figure of a year, None where nobody entered it, and the rule that it serves."""

    county: Place
    code: str
    income: Cited | None
    rule: Cited


def income_lines(place: Place, on: date) -> list[IncomeLine]:
    """The lines of the counties of a place in which a document caps own payments. Three queries at most."""
    counties = counties_of(place)
    rules = rules_of(counties, on) if counties else []
    found = cited(rules, [INCOME, ABOVE])
    return [
        IncomeLine(county, here.places[0], said.get(INCOME), said[ABOVE])
        for county, here, said in zip(counties, rules, found, strict=True)
        if ABOVE in said
    ]


def people_by_line(
    user: Scoped, place: Place, year: int, lines: Sequence[IncomeLine], side: IncomeSide, *, share: Decimal = NEAR
) -> QuerySet[YearAccount]:
    """The years of people on one side of their county's line, with person and village, and the line as `income`.

    Near is from `share` of the line up to and including it.
    """
    known = _known(lines)
    rows = YearAccount.objects.visible_to(user).filter(under("path", place.path), year=year)
    return (
        rows.filter(_beside(known, side, share))
        .annotate(income=_income(known))
        .select_related("person__household__village__parent")
    )


def years_by_line(lines: Sequence[IncomeLine], day: date) -> ScopedQuerySet[YearAccount]:
    """The day's year of everybody whose own payments have come near their county's line, or exceed it.

    Each has the line as `income`, what was paid for bills up to the day as `paid`, and `is_above` and `is_near` by it.
    """
    known = _known(lines)
    near = _beside(known, IncomeSide.NEAR, NEAR) | _beside(known, IncomeSide.ABOVE, NEAR)
    later = Settlement.objects.filter(
        bill__person=OuterRef("person"), bill__served_on__gt=day, bill__served_on__year=day.year, is_current=True
    )
    sums = later.order_by().values("bill__person").annotate(sum=Sum("personal")).values("sum")
    paid = ExpressionWrapper(F("personal") - Coalesce(Subquery(sums), 0), MoneyField())
    rows = YearAccount.objects.filter(near, year=day.year).annotate(income=_income(known), paid=paid)
    sides = {f"is_{side}": _beside(known, side, NEAR, "paid") for side in IncomeSide}
    return rows.annotate(
        **{
            name: Case(When(each, then=True), default=False, output_field=BooleanField())
            for name, each in sides.items()
        }
    )


def _known(lines: Sequence[IncomeLine]) -> dict[str, Decimal]:
    return {line.county.path: line.income.number for line in lines if line.income}


def _beside(known: Mapping[str, Decimal], side: IncomeSide, share: Decimal, amount: str = "personal") -> Q:
    found = Q(pk__in=[])
    for path, income in known.items():
        above = Q(**{f"{amount}__gt": income})
        near = Q(**{f"{amount}__gte": (income * share).quantize(CENT), f"{amount}__lte": income})
        found |= under("path", path) & (above if side == IncomeSide.ABOVE else near)
    return found


def _income(known: Mapping[str, Decimal]) -> Case:
    lines = [When(under("path", path), then=Value(income, MoneyField())) for path, income in known.items()]
    return Case(*lines, output_field=MoneyField())
