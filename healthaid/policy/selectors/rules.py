"""What holds at a place on a day, and on which article it rests."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _

from healthaid.policy import catalogue, domain
from healthaid.policy.domain import Parameter, Value, Worth
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalValue
from healthaid.regions.domain import ids_of
from healthaid.regions.enums import CodeSystem
from healthaid.regions.models import Place, PlaceCode

Said = Mapping[str, Sequence[Value]]  # what local documents say, by parameter


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds at one place on one day; asking it costs no query."""

    places: tuple[str, ...]  # codes, the most specific first
    on: date
    local: Said = field(default_factory=dict)  # confirmed values of local documents

    def resolved(self, name: str) -> Value:
        """The prevailing value with its document and article. Raises Unknown or Missing."""
        return domain.resolve(self.parameter(name), self.places, self.on)

    def on_day(self, day: date) -> "Rules":
        """The same place on another day, without a query."""
        return replace(self, on=day)

    def number(self, name: str, *, population: int | None = None) -> Decimal:
        """The number to reckon with. Raises a kind of Unresolved that names parameter, place and day."""
        return domain.resolve_number(self.parameter(name), self.places, self.on, population=population)[0]

    def words(self, name: str) -> tuple[str, ...]:
        """The word or list of words. Raises Unknown or Missing; empty for a number."""
        worth = self.resolved(name).worth
        return (worth,) if isinstance(worth, str) else worth if isinstance(worth, tuple) else ()

    def parameter(self, name: str) -> Parameter:
        """The parameter of this name, with what local documents say about it. Raises Unknown."""
        try:
            parameter = catalogue.parameters()[name]
        except KeyError:
            raise domain.Unknown(name, self.places[0], self.on) from None
        return parameter.with_values(self.local[name]) if name in self.local else parameter

    def parameters(self) -> list[Parameter]:
        """Every parameter that is a rule of places, in the order of their names; not those of one disease."""
        return [self.parameter(name) for name, known in catalogue.parameters().items() if not is_of_disease(known)]

    def local_numbers(self) -> dict[str, Decimal]:
        """The numbers that prevail here because a local document says so; where others prevail, theirs count."""
        numbers = {}
        for name in self.local:
            try:
                number, value = domain.resolve_number(self.parameter(name), self.places, self.on)
            except domain.Unresolved:
                continue
            if value in self.local[name]:
                numbers[name] = number
        return numbers

    def must_choose(self) -> list[Parameter]:
        """What the region still has to set for this day, what bills wait for first; nothing where no province rules."""
        ruling = (item for item in catalogue.documents().values() if item.starts_on <= self.on)
        if not any(item.place in self.places and item.place.endswith("0000") for item in ruling):
            return []
        open_ones = [item for item in self.parameters() if domain.must_be_chosen(item, self.places, self.on)]
        return sorted(open_ones, key=lambda item: not item.is_for_settlement)


def is_of_disease(parameter: Parameter) -> bool:
    """Whether its values are each about one disease: prices of hospitals, ICD-10 prefixes of places."""
    return parameter.is_price or parameter.is_by_disease


def documents_at(code: str, on: date) -> Rules:
    """What the reviewed files alone say at a statutory code on a day; asks no database. Raises ValueError."""
    return Rules(domain.jurisdictions(code), on)


def rules_at(place: Place | str, on: date) -> Rules:
    """What holds at a place, given as a row of the tree or as a statutory code, on a day, in one query.

    Confirmed local values count. Raises ValueError for a code that is none, and for a row outside every coded place.
    """
    return rules_of([place], on)[0]


def rules_of(places: Sequence[Place | str], on: date) -> list[Rules]:
    """The same for many places, in their order, in one query; `Rules.on_day` gives other days without another."""
    chains = [
        domain.jurisdictions(place) if isinstance(place, str) else tuple(reversed(ids_of(place.path)))
        for place in places
    ]
    rows = _rows_of({link for chain in chains for link in chain})
    return [_rules(chain, rows, on) for chain in chains]


def code_at(place: Place) -> str:
    """The most specific code of a row of the tree, as in `Rules.places`, without the rules. Raises ValueError."""
    ids = ids_of(place.path)
    rows = sorted(_coded(ids, ()).values_list("place", "code"), key=lambda row: -ids.index(row[0]))
    return _codes([code for _place, code in rows])[0]


Chain = tuple[str, ...] | tuple[int, ...]  # a place and what lies above it: codes, or ids of the tree


@dataclass(slots=True)
class _Coded:
    """A place under one of its codes, with what its local documents say."""

    code: str
    id: int
    said: dict[str, list[Value]]


def _rows_of(links: Collection[str | int]) -> list[_Coded]:
    """The coded places among these codes and ids with their confirmed values."""
    ids = [link for link in links if isinstance(link, int)]
    codes = [link for link in links if isinstance(link, str)]
    counting = Q(place__local_values__state=ValueState.CONFIRMED, place__local_values__disease="")
    confirmed = FilteredRelation("place__local_values", condition=counting)
    names = ("parameter", "number", "word", "starts_on", "ends_on", "article", "document_id")
    found: dict[tuple[str, int], _Coded] = {}
    rows = _coded(ids, codes).annotate(said=confirmed)
    for code, place, *columns in rows.values_list("code", "place", *(f"said__{name}" for name in names)):
        known = found.setdefault((code, place), _Coded(code, place, defaultdict(list)))
        if columns[0]:
            value = LocalValue(**dict(zip(names, columns, strict=True)))
            known.said[value.parameter].append(value.as_value(code))
    return list(found.values())


def _coded(ids: Collection[int], codes: Collection[str]) -> QuerySet[PlaceCode]:
    """The codes of places with these ids, or that are among these codes: today's before former ones."""
    rows = PlaceCode.objects.filter(Q(place__in=ids) | Q(code__in=codes), system=CodeSystem.STATISTICS)
    return rows.order_by(F("valid_to").desc(nulls_first=True), "pk")


def _rules(chain: Chain, rows: Iterable[_Coded], on: date) -> Rules:
    """The rules of one place among the rows read for all."""
    order = {link: number for number, link in enumerate(chain)}
    own = [row for row in rows if row.id in order or row.code in order]
    own.sort(key=lambda row: order.get(row.id, order.get(row.code, 0)))
    codes = chain if isinstance(chain[0], str) else _codes([row.code for row in own])
    local: dict[str, list[Value]] = defaultdict(list)
    seen: set[int] = set()
    for row in own:
        if row.id not in seen and row.code in codes:
            seen.add(row.id)
            for name, values in row.said.items():
                local[name] += values
    return Rules(codes, on, local)


def _codes(own: Sequence[str]) -> tuple[str, ...]:
    """The places' own codes and those of what lies above them, the most specific first."""
    if not own:
        raise ValueError("no coded place")
    codes = dict.fromkeys(code for each in own for code in domain.jurisdictions(each))
    return tuple(sorted(codes, key=domain.breadth))  # a county's former code stands before its prefecture's


def local_values(place: Place | str, on: date) -> dict[str, Decimal]:
    """The numbers that a region's own confirmed documents set for the day, by parameter: the `local` of a bill."""
    return rules_at(place, on).local_numbers()


def value(name: str, place: Place | str, on: date, **keys: Any) -> Decimal:
    """The number that holds at the place on the day; `population=` where it depends on one.

    Raises a kind of domain.Unresolved that names parameter, place and day; nothing missing is ever taken as zero.
    """
    return rules_at(place, on).number(name, **keys)


def explain(problem: domain.Unresolved, *, by_label: bool = False) -> str:
    """The problem in words for the person who asked; names the parameter, by its name or in words, place and day."""
    reasons = {
        domain.Unknown: _("没有这个参数"),
        domain.Missing: _("没有生效的文件规定该值"),
        domain.RegionMustChoose: _("上级文件只规定了幅度，须由统筹地区确定具体数值"),
        domain.NeedsPopulation: _("该值按人口分档，请给出人口数"),
        domain.NotANumber: _("该值不是数字"),
    }
    return _("%(parameter)s（地区%(place)s，日期%(on)s）：%(reason)s") % {
        "parameter": catalogue.label_of(problem.parameter) if by_label else problem.parameter,
        "place": problem.place,
        "on": problem.on.isoformat(),
        "reason": reasons[type(problem)],
    }


def worth_as_json(worth: Worth) -> dict[str, Any]:
    """A value as a command or an interface prints it: numbers as exact text, open ends as null."""
    match worth:
        case Decimal():
            return {"value": str(worth)}
        case domain.Range(low, high):
            return {"range": [None if end is None else str(end) for end in (low, high)]}
        case domain.Tiers(steps):
            return {"tiers": [{"from": step.start, "value": str(step.number)} for step in steps]}
        case tuple():
            return {"value": list(worth)}
    return {"value": worth}
