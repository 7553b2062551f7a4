"""The bills that a promise is held against, and which of them keep it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    FilteredRelation,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Greatest

from facilities.models import Facility
from healthaid.accounts.enums import Ability
from healthaid.core.fields import MoneyField
from healthaid.core.scoping import Scoped, under
from healthaid.coverage.domain.promises import Period
from healthaid.coverage.enums import BillState, Desk, Promise, Referral, Setting, Verdict
from healthaid.coverage.models import Bill, RuleSet
from healthaid.coverage.selectors.bills import layers_paid, readable_bills
from healthaid.coverage.selectors.places import covered_place, top_place
from healthaid.coverage.selectors.spans import Span, counties_of, holds, rules_where, spans_of
from healthaid.coverage.settlement.layers import MILLION
from healthaid.coverage.settlement.result import INCOME_CAP, MEASURES
from healthaid.policy.selectors.rules import Rules
from healthaid.regions.enums import Level
from healthaid.regions.models import Place

STORED = tuple(Promise(code) for code in (*MEASURES, INCOME_CAP))  # settlements keep which of them they missed
LIMITS = {tier: f"out_of_catalogue.limit.tier{tier}" for tier in "123"}  # by the hospital's level
RULED = {
    Promise.SIGNATURE: "out_of_catalogue.signature",
    Promise.REFERRAL: "referral.hospital_fault",
    Promise.ONE_STOP: "service.one_stop",
}  # words of the policy, held against every bill of their days and places


def watched_place(user: Scoped, pk: int) -> Place:
    """A place, or the leaf of a hospital, whose bills the user may read. Raises DoesNotExist."""
    hospitals = Place.objects.visible_to(user, Ability.READ_COVERAGE).filter(level=Level.FACILITY)
    return hospitals.filter(pk=pk).first() or covered_place(user, pk)


def first_watched(user: Scoped) -> Place | None:
    """Where the pages open: the highest place of the user's posting, or the hospital of one who works at its desk."""
    tops = Place.objects.visible_to(user, Ability.READ_COVERAGE).filter(level=Level.FACILITY)
    return top_place(user) or tops.filter(path__in=user.scope(Ability.READ_COVERAGE).prefixes).order_by("path").first()


@dataclass(frozen=True, slots=True)
class Watch:
    """The settled bills of a place's people, or of a hospital, in a period, and the rules they are held against."""

    user: Scoped
    place: Place
    period: Period
    counties: tuple[Place, ...]
    rules: Mapping[str, Rules]  # by the county's path

    def spans(self, parameter: str) -> list[Span]:
        """Where and when values of the parameter hold."""
        return spans_of(parameter, self.rules, self.period)

    def bills(self, period: Period | None = None) -> QuerySet[Bill]:
        """Settled bills that the user may know of, with the current settlement `now` and what it says.

        `rules` are those it rests on, `told` the promises it missed, `warned` its warnings; `outside` is what lies
        outside the catalogue, `limit` the share allowed in parts per million, null where no document limits the stay or
        the person bears all of it, `excess` what lies beyond, as the settlement reckons it (YN-2018-2 七).
        """
        days = period or self.period
        at = "facility_path" if self.place.level == Level.FACILITY else "path"
        rows = readable_bills(self.user).filter(under(at, self.place.path), state=BillState.SETTLED)
        rows = rows.filter(served_on__range=(days.first, days.last))
        rows = rows.annotate(now=FilteredRelation("settlements", condition=Q(settlements__is_current=True)))
        told = {"rules": F("now__rules"), "told": F("now__missed"), "warned": F("now__warnings")}
        return self._with_excess(rows.filter(now__isnull=False).annotate(**told))

    def _with_excess(self, rows: QuerySet[Bill]) -> QuerySet[Bill]:
        limits = [
            When(span.condition & Q(tier=tier), then=Value(int(Decimal(str(span.value.worth)) * MILLION)))
            for tier, name in LIMITS.items()
            for span in self.spans(name)
        ]
        rows = rows.annotate(outside=F("total") - F("in_policy"))
        if not limits:
            return rows.annotate(
                limit=Value(None, output_field=BigIntegerField()), excess=Value(Decimal(0), output_field=MoneyField())
            )
        applied = Q(package_price__isnull=False) & ~Q(warned__contains="package_price_not_applied")
        without = ~Q(setting=Setting.INPATIENT) | Q(referral=Referral.PATIENT_FAULT) | applied
        limit = Case(When(without, then=None), *limits, output_field=BigIntegerField())
        allowed = (F("total") * F("limit") + MILLION // 2) / MILLION  # fen, half up
        excess = Case(
            When(limit__isnull=False, then=Greatest(F("outside") - allowed, 0)), default=0, output_field=MoneyField()
        )
        return rows.annotate(limit=limit).annotate(excess=excess)

    def held(self, promise: Promise) -> Q:
        """The bills that the promise is held against."""
        if promise in STORED:
            promised = RuleSet.objects.filter(values__promises__has_key=promise.value)
            return Q(rules__in=promised.values("pk"))
        if promise == Promise.OUT_OF_CATALOGUE:
            return Q(limit__isnull=False)
        return holds(self.spans(RULED[promise])) & CONCERNED[promise]

    def missed(self, promise: Promise) -> Q:
        """Those among them that do not keep it."""
        if promise in STORED:
            return names(promise.value)
        return Q(excess__gt=0) if promise == Promise.OUT_OF_CATALOGUE else BROKEN[promise]


CONCERNED = {
    Promise.SIGNATURE: Q(outside__gt=0),
    Promise.REFERRAL: Q(setting=Setting.INPATIENT),
    Promise.ONE_STOP: Q(),
}
BROKEN = {
    Promise.SIGNATURE: Q(is_signed=None) | Q(is_signed=False),
    Promise.REFERRAL: Q(referral=Referral.HOSPITAL_FAULT),
    Promise.ONE_STOP: Q(desk=Desk.MANUAL),
}


def names(code: str, field: str = "told") -> Q:
    """Rows whose field, codes joined by commas, names this very code: some codes are the end of others."""
    first, last, between = f"{code},", f",{code}", f",{code},"
    alone = Q(**{field: code}) | Q(**{f"{field}__startswith": first}) | Q(**{f"{field}__endswith": last})
    return alone | Q(**{f"{field}__contains": between})


def watch(user: Scoped, place: Place, period: Period) -> Watch:
    """What is watched at a place in a period. Two queries."""
    counties = counties_of(place)
    return Watch(user, place, period, tuple(counties), rules_where(counties, period.last))


def bills_by(watching: Watch, promise: Promise, verdict: Verdict) -> QuerySet[Bill]:
    """The bills on one side of a promise, with person, village, hospital, `paid` and `personal`."""
    rows = watching.bills().filter(watching.held(promise))
    if verdict == Verdict.MISSED:
        rows = rows.filter(watching.missed(promise))
    elif verdict == Verdict.MET:
        rows = rows.filter(~watching.missed(promise))
    rows = rows.annotate(paid=layers_paid(), personal=F("now__personal"), settlement=F("now__pk"))
    return rows.select_related("person__household__village__parent", "facility")


def bills_missing(user: Scoped, year: int) -> QuerySet[Bill]:
    """The year's bills whose current settlement misses a promise."""
    days = Period(year)
    rows = readable_bills(user).filter(served_on__range=(days.first, days.last))
    return rows.filter(settlements__is_current=True, settlements__missed__gt="")


def hospital_among(rows: QuerySet[Bill], pk: int) -> Facility:
    """The hospital that some of the bills come from. Raises DoesNotExist."""
    found = rows.filter(facility=pk).select_related("facility").first()
    if found is None:
        raise Facility.DoesNotExist
    return found.facility


def counted(rows: QuerySet[Bill], watching: Watch, **by: Any) -> list[dict[str, Any]]:
    """How many bills, by what is asked for, rules and promises told; `held_…` and `missed_…` of what is not stored."""
    numbers: dict[str, Any] = {
        f"{side}_{promise.value}": Count("pk", filter=condition)
        for promise in (Promise.OUT_OF_CATALOGUE, *RULED)
        for side, condition in (
            ("held", watching.held(promise)),
            ("missed", watching.held(promise) & watching.missed(promise)),
        )
    }
    grouped: Any = rows.order_by().annotate(**by).values(*by, "rules", "told")
    return list(grouped.annotate(bills=Count("pk"), **numbers))
