"""Where documents disagree."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import F, Q

from healthaid.policy import catalogue, domain
from healthaid.policy.domain import Conflict, Value
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalValue
from healthaid.policy.selectors.rules import Rules, Said
from healthaid.regions.enums import CodeSystem


def conflicts(place: str | None = None, *, with_local: bool = True) -> list[Conflict]:
    """Where documents disagree; with a code, only what concerns that place, places above it and places below it.

    Confirmed local values count, unless the reviewed files alone are asked for, which needs no database.
    """
    known = catalogue.parameters()
    local = _local_said(place, [name for name, item in known.items() if item.values]) if with_local else {}
    parameters = [item.with_values(local[name]) if name in local else item for name, item in known.items()]
    found = domain.conflicts(parameters)
    return [conflict for conflict in found if place is None or _concerns(conflict.subordinate.place, place)]


def _concerns(subordinate: str, place: str) -> bool:
    return subordinate in domain.jurisdictions(place) or place in domain.jurisdictions(subordinate)


def _local_said(place: str | None, names: Sequence[str]) -> Said:
    """What confirmed local documents say of these parameters, at the place, above it and below it."""
    rows = LocalValue.objects.filter(
        parameter__in=names, state=ValueState.CONFIRMED, place__codes__system=CodeSystem.STATISTICS
    )
    if place is not None:
        county, *above = (*domain.jurisdictions(place),)
        stem = county.removesuffix("00").removesuffix("00")
        rows = rows.filter(Q(place__codes__code__startswith=stem) | Q(place__codes__code__in=above))
    said: dict[str, list[Value]] = defaultdict(list)
    for value in rows.annotate(code=F("place__codes__code")).order_by("starts_on", "pk"):
        said[value.parameter].append(value.as_value(value.code))
    return said


def conflicts_with(value: LocalValue, rules: Rules) -> list[Conflict]:
    """Where the value would disagree with what stands above its place."""
    return list(domain.conflicts_of(rules.parameter(value.parameter), value.as_value(rules.places[0])))
