"""Promises at a glance: how many bills each is held against and misses, by place, hospital and month."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.db.models import F
from django.db.models.functions import ExtractMonth

from facilities.models import Facility
from healthaid.coverage.domain.promises import Kept, Period
from healthaid.coverage.enums import Promise
from healthaid.coverage.models import RuleSet
from healthaid.coverage.selectors.places import first_below
from healthaid.coverage.selectors.promised import PARAMETERS, Said, Written, by_article, said_by
from healthaid.coverage.selectors.promises import RULED, Watch, counted
from healthaid.policy.selectors.documents import documents_named
from healthaid.regions.enums import Level
from healthaid.regions.models import Place

WORST = 3  # hospitals named beside a promise
Tallies = Mapping[Promise, Kept]
NONE = Kept()


@dataclass(frozen=True, slots=True)
class Line:
    """One promise: the values in force with their articles, its bills, the hospitals that miss it most, the months."""

    promise: Promise
    written: tuple[Written, ...]
    kept: Kept
    worst: tuple[tuple[Facility, Kept], ...]
    months: tuple[tuple[Period, Kept], ...]

    @property
    def bound(self) -> str:
        """How the value bounds what is reached."""
        at_most = self.promise in {Promise.INCOME_CAP, Promise.OUT_OF_CATALOGUE}
        return "" if self.promise in RULED else "≤" if at_most else "≥"


@dataclass(frozen=True, slots=True)
class Part:
    """A place directly below with the tallies of the promises, in the order of the lines."""

    place: Place
    columns: tuple[tuple[Promise, Kept], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What a place sees at a glance."""

    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    bills: int


def overview(watching: Watch) -> Overview:
    """Every promise of the documents there, counted in the database by place, hospital and month."""
    period, year = watching.period, watching.period.whole_year
    by_path = counted(watching.bills(), watching, village=F("path"))
    of_year = counted(watching.bills(year), watching, hospital=F("facility"), month=ExtractMonth("served_on"))
    by_hospital = [row for row in of_year if period.month in {None, row["month"]}]
    promises = _promises({row["rules"] for row in of_year})
    whole = _tallies(by_path, promises, lambda _row: 0).get(0, {})
    hospitals = _tallies(by_hospital, promises, itemgetter("hospital"))
    months = _tallies(of_year, promises, itemgetter("month"))
    written = _written(watching, by_path, promises)
    told = [promise for promise in Promise if promise in written or whole.get(promise, NONE).held]
    worst = {promise: _worst(promise, hospitals) for promise in told}
    named = Facility.objects.in_bulk({pk for rows in worst.values() for pk, _kept in rows})
    lines = tuple(
        Line(
            promise,
            written.get(promise, ()),
            whole.get(promise, NONE),
            tuple((named[pk], kept) for pk, kept in worst[promise]),
            tuple((Period(year.year, month), months.get(month, {}).get(promise, NONE)) for month in range(1, 13)),
        )
        for promise in told
    )
    return Overview(lines, _parts(watching.place, by_path, promises, told), sum(row["bills"] for row in by_path))


Promised = Mapping[int, Mapping[str, Mapping[str, Any]]]  # by rule set and code, as the rule set keeps it


def _promises(rules: Iterable[int]) -> Promised:
    """What the rule sets promise. One query."""
    return dict(RuleSet.objects.filter(pk__in=list(rules)).values_list("pk", "values__promises"))


def _tallies(
    rows: Iterable[Mapping[str, Any]], promises: Promised, key: Callable[[Any], Any]
) -> dict[Any, dict[Promise, Kept]]:
    """The counts by key and promise."""
    found: dict[Any, dict[Promise, Kept]] = defaultdict(lambda: defaultdict(Kept))
    for row in rows:
        tally, missed = found[key(row)], set(row["told"].split(","))
        for code in promises[row["rules"]]:
            tally[Promise(code)] += Kept(row["bills"], row["bills"] * (code in missed))
        for promise in (Promise.OUT_OF_CATALOGUE, *RULED):
            tally[promise] += Kept(row[f"held_{promise.value}"], row[f"missed_{promise.value}"])
    return found


def _worst(promise: Promise, hospitals: Mapping[int, Tallies]) -> list[tuple[int, Kept]]:
    """The hospitals with most bills that miss the promise."""
    found = [(pk, tallies[promise]) for pk, tallies in hospitals.items() if tallies.get(promise, NONE).missed]
    return sorted(found, key=lambda row: (-row[1].missed, row[0]))[:WORST]


def _parts(
    place: Place, by_path: Sequence[Mapping[str, Any]], promises: Promised, told: Sequence[Promise]
) -> tuple[Part, ...]:
    below = _tallies(by_path, promises, lambda row: first_below(place.path, row["village"]))
    children = place.children.exclude(level=Level.FACILITY).order_by("path")
    return tuple(
        Part(child, tuple((promise, below[child.path].get(promise, NONE)) for promise in told))
        for child in children
        if child.path in below
    )


def _written(
    watching: Watch, rows: Iterable[Mapping[str, Any]], promises: Promised
) -> dict[Promise, tuple[Written, ...]]:
    """The values held against the bills, those of most bills first; of limits and words those of place and days."""
    found: dict[Promise, Counter[Said]] = defaultdict(Counter)
    for row in rows:
        for code, said in promises[row["rules"]].items():
            value = Said(said["value"], said["parameter"], said["document"], said["article"])
            found[Promise(code)][value] += row["bills"]
    for promise, parameters in PARAMETERS.items():
        for name in parameters:
            for span in watching.spans(name):
                found[promise][said_by(span, name)] += 1
    documents = documents_named({said.document for values in found.values() for said in values})
    return {
        promise: by_article([said for said, _bills in values.most_common()], documents)
        for promise, values in found.items()
    }
