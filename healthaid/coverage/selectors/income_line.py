"""People whose own payments of a year come near the county's rural income, or exceed it (YN-2017-102 (五))."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, Q, QuerySet, Value, When

from healthaid.core.fields import MoneyField
from healthaid.core.scoping import Scoped, under
from healthaid.coverage.enums import IncomeSide
from healthaid.coverage.models import YearAccount
from healthaid.coverage.selectors.citations import Cited, cited
from healthaid.coverage.selectors.spans import counties_of
from healthaid.policy.selectors import rules_of
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
    known = {line.county.path: line.income.number for line in lines if line.income}
    rows = YearAccount.objects.visible_to(user).filter(under("path", place.path), year=year)
    return (
        rows.filter(_beside(known, side, share))
        .annotate(income=_income(known))
        .select_related("person__household__village__parent")
    )


def _beside(known: Mapping[str, Decimal], side: IncomeSide, share: Decimal) -> Q:
    found = Q(pk__in=[])
    for path, income in known.items():
        above = Q(personal__gt=income)
        near = Q(personal__gte=(income * share).quantize(CENT), personal__lte=income)
        found |= under("path", path) & (above if side == IncomeSide.ABOVE else near)
    return found


def _income(known: Mapping[str, Decimal]) -> Case:
    lines = [When(under("path", path), then=Value(income, MoneyField())) for path, income in known.items()]
    return Case(*lines, output_field=MoneyField())
