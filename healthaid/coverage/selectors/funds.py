"""What each fund owes each hospital by month, what was paid, and the bills behind a number.

A settlement counts in the month in which it was made, a correction with its difference in its own month, a reversed
bill with its last settlement taken off in the month of the reversal: a month that is over never changes afterwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models import OuterRef as Outer
from django.db.models.functions import Coalesce, ExtractMonth
from django.utils import timezone

from facilities.models import Facility
from healthaid.accounts.enums import Ability
from healthaid.core.fields import MoneyField
from healthaid.core.scoping import Scoped, under
from healthaid.coverage.domain.funds import Cell, Overdue, last_month_due, overdue, whole
from healthaid.coverage.domain.instalments import NOTHING, months_after
from healthaid.coverage.enums import Desk, Fund
from healthaid.coverage.models import Bill, FundPayment, Settlement
from healthaid.coverage.selectors.bills import readable_bills
from healthaid.coverage.selectors.citations import Cited, cited
from healthaid.policy.selectors.rules import rules_of
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode

ALL = "all"  # the four funds together
RATE, INTERVAL = "payout.rate", "payout.interval_months"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, from the first day to the one after the last."""

    first: date
    beyond: date

    @classmethod
    def of_month(cls, month: date) -> "Period":
        """The month of the day."""
        return cls(month.replace(day=1), months_after(month.replace(day=1), 1))

    @classmethod
    def of_year(cls, year: int) -> "Period":
        """A calendar year."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """Where it begins and what it stays before, in the portal's time."""
        zone = timezone.get_default_timezone()
        return datetime.combine(self.first, time.min, zone), datetime.combine(self.beyond, time.min, zone)


def counties_covered(user: Scoped, ability: str = Ability.READ_COVERAGE) -> QuerySet[Place]:
    """Counties that lie in the user's places as a whole: their funds' accounts are open to the user."""
    return Place.objects.visible_to(user, ability).filter(level=Level.COUNTY).order_by("path")


def counties() -> QuerySet[Place]:
    """Every county; that a county is there is no secret, its bills are."""
    return Place.objects.filter(level=Level.COUNTY)


@dataclass(frozen=True, slots=True)
class Row:
    """One hospital with what the funds of one county owe it, by month and fund."""

    county: Place
    facility: Facility
    cells: Mapping[tuple[date, str], Cell]

    def of(self, *, fund: str = ALL, month: date | None = None) -> Cell:
        """Of one fund, or all; of one month, or all."""
        return whole(
            cell
            for (when, payer), cell in self.cells.items()
            if fund in {ALL, payer} and (month is None or month == when)
        )

    def months_of(self, fund: str) -> dict[date, Cell]:
        """A fund's months."""
        return {month: cell for (month, payer), cell in self.cells.items() if payer == fund}


Found = dict[tuple[int, int], dict[tuple[date, str], Cell]]  # by county and hospital, then month and fund


def ledger(user: Scoped, period: Period, facility: Facility | None = None) -> list[Row]:
    """What hospitals advanced and were paid inside a period of one year, by county and hospital, or of one."""
    return ledgers(user, period, facility)[Desk.ONE_STOP]


def ledgers(user: Scoped, period: Period, facility: Facility | None = None) -> dict[str, list[Row]]:
    """Due and paid inside a period of one year by desk. A fixed number of queries.

    Hospitals advance what is settled at the one-stop desk (YN-2017-102 （九）); manual claims are due to people.
    """
    found: dict[str, Found] = {desk: defaultdict(lambda: defaultdict(Cell)) for desk in Desk.values}
    for desk, county, hospital, month, fund, amount in _due(user, period, _codes(), facility):
        found[desk][county, hospital][month, fund] += Cell(due=amount)
    paid = FundPayment.objects.visible_to(user).filter(month__gte=period.first, month__lt=period.beyond)
    if facility is not None:
        paid = paid.filter(facility=facility)
    sums = paid.order_by().values_list("place", "facility", "month", "fund").annotate(Sum("amount"))
    for county, hospital, month, fund, amount in sums:
        found[Desk.ONE_STOP][county, hospital][month, fund] += Cell(paid=amount)
    keys = {key for cells in found.values() for key in cells}
    places = Place.objects.in_bulk({county for county, _facility in keys})
    facilities = Facility.objects.in_bulk({facility for _county, facility in keys})
    return {desk: _rows(cells, places, facilities) for desk, cells in found.items()}


def _rows(found: Found, places: Mapping[int, Place], facilities: Mapping[int, Facility]) -> list[Row]:
    rows = [
        Row(places[county], facilities[facility], dict(cells))
        for (county, facility), cells in found.items()
        if any(cells.values())
    ]
    return sorted(rows, key=lambda row: (row.county.path, row.facility.kind, row.facility.path))


def _codes() -> dict[str, int]:
    """Every code that a county has or had, with the county; bills keep the one of their day."""
    rows = PlaceCode.objects.filter(system=CodeSystem.STATISTICS, place__level=Level.COUNTY)
    return dict(rows.values_list("code", "place"))


def _in_reach(user: Scoped, codes: Mapping[str, int], bill: str = "") -> Q:
    """Bills that the user's counties pay for, or of hospitals in the user's places; `bill` is the way to the bill."""
    own = set(counties_covered(user).values_list("pk", flat=True))
    reach = Q(**{f"{bill}region__in": [code for code, county in codes.items() if county in own]})
    for prefix in sorted(user.scope(Ability.READ_COVERAGE).prefixes):
        reach |= under(f"{bill}facility_path", prefix)
    return reach


def _due(
    user: Scoped, period: Period, codes: Mapping[str, int], facility: Facility | None
) -> Iterable[tuple[str, int, int, date, str, Decimal]]:
    rows: QuerySet[Any] = Settlement.objects.filter(_in_reach(user, codes, "bill__"))
    if facility is not None:
        rows = rows.filter(bill__facility=facility)
    begin, end = period.instants
    made = rows.filter(settled_at__gte=begin, settled_at__lt=end).annotate(month=ExtractMonth("settled_at"))
    yield from _summed(made, period, codes, {fund: _difference(fund) for fund in Fund.values}, sign=1)
    back = rows.filter(bill__reversed_on__gte=period.first, bill__reversed_on__lt=period.beyond, correction=None)
    back = back.annotate(month=ExtractMonth("bill__reversed_on"))
    yield from _summed(back, period, codes, {fund: F(fund) for fund in Fund.values}, sign=-1)


def _difference(fund: str) -> Any:
    """What a settlement adds: its amount, less that of the settlement it corrects."""
    return F(fund) - Coalesce(F(f"corrects__{fund}"), Value(0), output_field=MoneyField())


def _summed(
    rows: QuerySet[Any], period: Period, codes: Mapping[str, int], amounts: Mapping[str, Any], *, sign: int
) -> Iterable[tuple[str, int, int, date, str, Decimal]]:
    sums = {f"sum_{fund}": Sum(amount, output_field=MoneyField()) for fund, amount in amounts.items()}
    grouped = rows.order_by().values("bill__desk", "bill__region", "bill__facility", "month").annotate(**sums)
    for row in grouped:
        county = codes.get(row["bill__region"])
        if county is not None:
            for fund in amounts:
                month = date(period.first.year, row["month"], 1)
                yield row["bill__desk"], county, row["bill__facility"], month, fund, sign * row[f"sum_{fund}"]


def cell_of(user: Scoped, county: Place, facility: Facility, month: date, fund: str) -> Cell:
    """Due and paid of one fund, hospital and month."""
    rows = ledger(user, Period.of_month(month), facility)
    mine = (row for row in rows if row.county.pk == county.pk)
    return whole(row.of(fund=fund) for row in mine)


@dataclass(frozen=True, slots=True)
class Account:
    """A county's funds in a period: hospitals, what documents ask, and what is overdue."""

    county: Place
    rows: Sequence[Row]
    rate: Cited | None = None
    interval: Cited | None = None
    late: Sequence[tuple[Row, Fund, Overdue]] = field(default_factory=list)
    manual: Decimal = NOTHING  # due to people who paid themselves and claimed afterwards

    def of(self, *, fund: str = ALL, month: date | None = None) -> Cell:
        """The sum of its hospitals."""
        return whole(row.of(fund=fund, month=month) for row in self.rows)

    @property
    def all(self) -> Cell:
        """All funds and months."""
        return self.of()

    @property
    def by_fund(self) -> list[tuple[Fund, Cell]]:
        """Each fund with its sum."""
        return [(fund, self.of(fund=fund)) for fund in Fund]

    @property
    def is_reached(self) -> bool:
        """Whether the payout reaches what the documents ask."""
        return self.rate is None or self.all.reaches(self.rate.number)

    @property
    def overdue(self) -> Decimal:
        """What should have been paid by now."""
        return sum((each.amount for _row, _fund, each in self.late), NOTHING)


def accounts(user: Scoped, period: Period, today: date) -> list[Account]:
    """The counties of a period with their articles and what is overdue on a day; fixed number of queries."""
    found = ledgers(user, period)
    by_county: dict[int, list[Row]] = defaultdict(list)
    for row in found[Desk.ONE_STOP]:
        by_county[row.county.pk].append(row)
    manual: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    for row in found[Desk.MANUAL]:
        manual[row.county.pk] += row.of().due
    named = {row.county.pk: row.county for rows in found.values() for row in rows}
    counties = sorted(named.values(), key=lambda county: county.path)
    rules = rules_of(counties, min(today, months_after(period.beyond, -1))) if counties else []
    articles = cited(rules, (RATE, INTERVAL))
    return [
        Account(
            county,
            by_county[county.pk],
            said.get(RATE),
            said.get(INTERVAL),
            _late(by_county[county.pk], said.get(INTERVAL), today),
            manual[county.pk],
        )
        for county, said in zip(counties, articles, strict=True)
    ]


def _late(rows: Sequence[Row], interval: Cited | None, today: date) -> list[tuple[Row, Fund, Overdue]]:
    """What each fund owes each hospital beyond the time that documents give, most first."""
    if interval is None:
        return []
    until = last_month_due(today, int(interval.number))
    found = [(row, fund, overdue(row.months_of(fund), until)) for row in rows for fund in Fund]
    late = [(row, fund, each) for row, fund, each in found if each is not None]
    return sorted(late, key=lambda item: -item[2].amount)


# The bills behind a number


def bills_behind(
    user: Scoped,
    month: date,
    fund: str,
    *,
    desk: Desk = Desk.ONE_STOP,
    county: Place | None = None,
    facility: Facility | None = None,
) -> QuerySet[Bill]:
    """Bills of a desk that move what is due in a month, each with `moved`; the person, village and facility loaded."""
    period = Period.of_month(month)
    begin, end = period.instants
    rows = _inside(readable_bills(user).filter(desk=desk), county, facility)
    made = Settlement.objects.filter(settled_at__gte=begin, settled_at__lt=end)
    is_back = Q(reversed_on__gte=period.first, reversed_on__lt=period.beyond)
    rows = rows.filter(Q(pk__in=made.values("bill")) | is_back)
    of_bill = made.filter(bill=Outer("pk")).order_by().values("bill")
    last = Settlement.objects.filter(bill=Outer("pk"), correction=None)
    funds = Fund.values if fund == ALL else [fund]
    added = of_bill.annotate(sum=Sum(_sum_of([_difference(name) for name in funds]), output_field=MoneyField()))
    taken = last.annotate(sum=_sum_of([F(name) for name in funds])).values("sum")[:1]
    rows = rows.annotate(
        added=_money(Subquery(added.values("sum"), output_field=MoneyField())),
        taken=Case(
            When(is_back, then=_money(Subquery(taken, output_field=MoneyField()))),
            default=Value(0),
            output_field=MoneyField(),
        ),
    )
    rows = rows.annotate(moved=_money(F("added") - F("taken"))).exclude(moved=0)
    return rows.select_related("person__household__village", "facility")


def _inside(rows: QuerySet[Bill], county: Place | None, facility: Facility | None) -> QuerySet[Bill]:
    codes = _codes()
    if county is not None:
        rows = rows.filter(region__in=[code for code, place in codes.items() if place == county.pk])
    return rows.filter(facility=facility) if facility is not None else rows


def _sum_of(terms: Sequence[Any]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _money(expression: Any) -> Coalesce:
    return Coalesce(expression, Value(0), output_field=MoneyField())


def moved_by_bills(rows: QuerySet[Bill]) -> Decimal:
    """What the bills move together."""
    return rows.order_by().aggregate(total=Sum("moved"))["total"] or NOTHING


# Payments


def payments_for_list(user: Scoped) -> QuerySet[FundPayment]:
    """Payments with county, hospital and what reverses them."""
    rows = FundPayment.objects.visible_to(user)
    return rows.select_related("place", "facility", "entered_by", "reverses", "reversal")


def payment_for_page(user: Scoped, pk: int) -> FundPayment:
    """One payment. Raises DoesNotExist."""
    return payments_for_list(user).get(pk=pk)


def hospitals_of_funds(user: Scoped) -> QuerySet[Facility]:
    """Hospitals with bills that the user's counties pay for, or in the user's places."""
    billed = Bill.objects.filter(_in_reach(user, _codes()), facility=Outer("pk"))
    return Facility.objects.filter(Exists(billed)).order_by("kind", "path")


def amount_paid(rows: QuerySet[FundPayment]) -> Decimal:
    """What payments come to, reversals taken off."""
    return rows.order_by().aggregate(total=Sum("amount"))["total"] or NOTHING
