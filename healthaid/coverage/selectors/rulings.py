"""Which settled bills rest on other values than a region's confirmed one would give them.

What a settlement used is kept with it (RuleSet). It is held against the policy twice: as it is with the value, and as
it would be without it. The terms in which these two differ are what the value decides, and only they are compared.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import FilteredRelation, Q, QuerySet

from healthaid.coverage.enums import BillState
from healthaid.coverage.models import Bill, RuleSet
from healthaid.coverage.settlement.basis import Case
from healthaid.coverage.settlement.layers import Terms
from healthaid.coverage.settlement.rulebook import Rulebook
from healthaid.coverage.settling.facts import local_documents
from healthaid.policy import domain
from healthaid.policy.domain import Unresolved, Value
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalValue
from healthaid.policy.selectors.places import codes_of

Said = Mapping[str, Sequence[Value]]


class Used(NamedTuple):
    """Bills of one day, insured in one county, that were settled by the same rule set."""

    region: str
    on: date
    rules: int


def settled_otherwise(value: LocalValue) -> QuerySet[Bill]:
    """The settled bills that a confirmed value would settle by other terms; none for a value that does not count.

    ICD-10 prefixes decide how later bills are coded, not what stands on a bill; a bill that was settled at an agreed
    price keeps it (see `settling.years`), so a price concerns only bills that were settled without one.
    """
    if value.state != ValueState.CONFIRMED or value.rule.is_by_disease:
        return Bill.objects.none()
    codes = codes_of(value.document.place)
    bills: QuerySet = _bills_reached(value, codes)
    used = [Used(*row) for row in bills.values_list("region", "served_on", "now__rules").order_by().distinct()]
    differing = list(_differing(value, codes, used)) if used else []
    return bills.filter(_told_by(differing)) if differing else Bill.objects.none()


def _bills_reached(value: LocalValue, codes: Collection[str]) -> QuerySet[Bill]:
    """The settled bills of the value's days and of its place, or its hospital and disease; `now` settles each."""
    now = FilteredRelation("settlements", condition=Q(settlements__is_current=True))
    rows = Bill.objects.annotate(now=now).filter(_days(value), state=BillState.SETTLED)
    if value.is_price:
        return rows.filter(facility__place=value.place_id, disease=value.disease, package_price=None)
    if not codes:
        return rows.none()
    return rows.filter(reduce(or_, (Q(region__startswith=_stem(code)) for code in codes)))


def _days(value: LocalValue) -> Q:
    """The days on which the value holds, and those on which what it corrects held."""
    days = Q(served_on__gte=value.starts_on)
    if value.ends_on:
        days &= Q(served_on__lte=value.ends_on)
    if not value.corrects:
        return days
    return days | _days(value.corrects)


def _stem(code: str) -> str:
    """What the codes of all counties inside a place begin with."""
    return code[: 6 - 2 * domain.breadth(code)] if domain.breadth(code) else code


def _differing(value: LocalValue, codes: Collection[str], used: Sequence[Used]) -> Iterator[tuple[Used, int, int]]:
    """What was settled by other terms than the value gives, with the stretch of days before and after it counted."""
    said = local_documents(sorted({each.region for each in used}))
    before, after = Rulebook(_without(value, codes, said)), Rulebook(said)
    stored = dict(RuleSet.objects.filter(pk__in={each.rules for each in used}).values_list("pk", "values"))
    known: dict[tuple[str, int, int, int], bool] = {}
    for each in used:
        stretches = before.stretch(each.on), after.stretch(each.on)
        key = (each.region, each.rules, *stretches)
        if key not in known:
            case = Case(**stored[each.rules]["case"])
            then = _terms(before, each, case)
            now = _terms(after, each, case._replace(has_price=True) if value.is_price else case)
            known[key] = _moves(stored[each.rules]["terms"], then, now)
        if known[key]:
            yield each, *stretches


def _without(value: LocalValue, codes: Collection[str], said: Said) -> Said:
    """What local documents said before the value counted, when what it corrects still did."""
    own = [value.as_value(code) for code in codes]
    was = [value.corrects.as_value(code) for code in codes] if value.corrects else []
    return {**said, value.parameter: [each for each in said.get(value.parameter, ()) if each not in own] + was}


def _terms(book: Rulebook, used: Used, case: Case) -> Terms[int] | None:
    """The terms of a case; none where the policy gives no answer."""
    try:
        return book.basis(used.region, used.on, case, {}).terms
    except Unresolved:
        return None


def _moves(stored: Mapping[str, int], then: Terms[int] | None, now: Terms[int] | None) -> bool:
    """Whether a settlement used other numbers than those that the value brings."""
    if now is None:  # re-accounting has no answer either and leaves the settlement as it is
        return False
    brought = {name: new for name, new in now._asdict().items() if then is None or getattr(then, name) != new}
    return any(stored.get(name) != new for name, new in brought.items())


def _told_by(differing: Sequence[tuple[Used, int, int]]) -> Q:
    """Those bills as a condition: by stretch of days the rule sets, and counties with the same ones together."""
    by_region: dict[tuple[str, int, int], set[int]] = defaultdict(set)
    days: dict[tuple[int, int], list[date]] = defaultdict(list)
    for used, before, after in differing:
        by_region[used.region, before, after].add(used.rules)
        days[before, after].append(used.on)
    regions: dict[tuple[int, int, frozenset[int]], list[str]] = defaultdict(list)
    for (region, before, after), rules in by_region.items():
        regions[before, after, frozenset(rules)].append(region)
    conditions = (
        Q(
            region__in=codes,
            now__rules__in=rules,
            served_on__range=(min(days[before, after]), max(days[before, after])),
        )
        for (before, after, rules), codes in regions.items()
    )
    return reduce(or_, conditions)
