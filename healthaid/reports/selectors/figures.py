"""Reading stored months: always from the snapshots, never from the register."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.keyset import CappedCount
from healthaid.core.money import bare, percent
from healthaid.core.scoping import under
from healthaid.regions.domain import ids_of
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from healthaid.regions.selectors import Step, as_named_on, trail
from healthaid.reports.domain import Side, Standing, Value, Values, ancestors_of, last_day, standing, total
from healthaid.reports.indicators import HEADLINES, INDICATORS, SECTIONS, Indicator
from healthaid.reports.models import MonthlyReport, PlaceFigures
from healthaid.reports.permissions import opened
from healthaid.reports.selectors.targets import targets
from healthaid.reports.selectors.withholding import withheld_from

ABOVE_COUNTY = (Level.COUNTRY, Level.PROVINCE, Level.PREFECTURE)


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator of a place as a page shows it."""

    indicator: Indicator
    value: Value
    target: Decimal | None = None
    before: Value | None = None  # the month before

    @property
    def standing(self) -> Standing:
        return standing(self.value, self.target, is_rate=self.indicator.is_rate)

    @property
    def is_short(self) -> bool:
        return self.standing == Standing.SHORT

    @property
    def side_to_open(self) -> Side:
        """The rows that a reader of the rate asks for: what is missing while it is short of its target."""
        return Side.MISSING if self.is_short else Side.MET

    @property
    def parts_text(self) -> str:
        """The two numbers of a rate."""
        return f"{self.value.numerator:,} / {self.value.denominator:,}"

    @property
    def target_text(self) -> str:
        return target_text(self.indicator, self.target)

    @property
    def change(self) -> Decimal | None:
        """Points of percent since the month before, one place; none where either month has no rate."""
        if self.before is None or self.before.rate is None or self.value.rate is None:
            return None
        return ((self.value.rate - self.before.rate) * 100).quantize(Decimal("0.1"))

    @property
    def change_text(self) -> str:
        return f"{self.change:+}" if self.change else ""


def target_text(indicator: Indicator, target: Decimal | None) -> str:
    """A target as a person reads it: at least so many percent, or at most so many."""
    if target is None:
        return ""
    return percent(target) if indicator.is_rate else bare(target)


@dataclass(slots=True)
class Part:
    """A place directly below, with its figures."""

    place: Place
    values: Values


@dataclass(slots=True)
class Snapshot:
    """A month of a place: its own figures, those of the places directly below it, and how fresh they are."""

    place: Place
    month: date
    values: Values
    parts: list[Part] = field(default_factory=list)
    as_of: date | None = None
    counted_at: datetime | None = None  # the oldest count of the counties inside
    counted: int = 0  # counties with a report of the month

    @property
    def is_empty(self) -> bool:
        return not self.counted

    @property
    def day(self) -> date:
        """The day that it tells of: when it was counted, or the end of a month that was not."""
        return self.as_of or last_day(self.month)

    @property
    def is_withheld(self) -> bool:
        """Whether the reader is shown something else in the place of a number."""
        return any(
            value.withheld for values in (self.values, *(p.values for p in self.parts)) for value in values.values()
        )


def places_with_reports(user: User) -> QuerySet[Place]:
    """The places whose figures the user may read."""
    return Place.objects.visible_to(user, Ability.READ_REPORTS).exclude(level=Level.FACILITY)


def first_place(user: User) -> Place | None:
    """Where the user's dashboard opens: the highest place with figures that a posting reaches."""
    scope = user.scope(Ability.READ_REPORTS)
    tops = places_with_reports(user).filter(path__in=scope.prefixes)
    return min(tops, key=lambda place: (place.path.count("/"), place.path), default=None)


def lineage(user: User, place: Place, day: date) -> list[Step]:
    """The places above, highest first, and the place itself, as they were named on the day; not the country."""
    steps = [*trail(user, place, Ability.READ_REPORTS), Step(place, user.scope(Ability.READ_REPORTS).covers(place))]
    named = as_named_on((step.place for step in steps), day)
    steps = [Step(shown, step.is_open) for shown, step in zip(named, steps, strict=True)]
    return [step for step in steps if step.place.level != Level.COUNTRY]


def reports_touching(place: Place) -> QuerySet[MonthlyReport]:
    """Reports that hold figures of the place: its county's, or those of the counties below it."""
    return MonthlyReport.objects.filter(Q(path__in=ancestors_of(place.path)) | under("path", place.path))


def months_counted(place: Place) -> list[date]:
    """The months in which anything of the place was counted, newest first."""
    return list(reports_touching(place).order_by("-month").values_list("month", flat=True).distinct())


def snapshot(user: User, place: Place, month: date) -> Snapshot:
    """The stored month of a place as the user may know it, under the names of its day; empty if nothing was counted."""
    found = _summed(user, place, month)
    found.place, *named = as_named_on([place, *(part.place for part in found.parts)], found.day)
    found.parts = [Part(shown, part.values) for shown, part in zip(named, found.parts, strict=True)]
    if not found.is_empty:
        hidden = withheld_from(user, place, month)
        found.values |= hidden.get(place.path, {})
        for part in found.parts:
            part.values |= hidden.get(part.place.path, {})
    return found


def _summed(user: User, place: Place, month: date) -> Snapshot:
    children = sorted(place.children.exclude(level=Level.FACILITY), key=lambda child: ids_of(child.path))
    rows = _stored(user, place, children).filter(report__month=month).select_related("report")
    stored = {row.path: row for row in rows}
    found = Snapshot(place, month, values={})
    if stored:
        reports = {row.report_id: row.report for row in stored.values()}
        found.counted = len(reports)
        found.as_of = min(report.as_of for report in reports.values())
        found.counted_at = min(report.counted_at for report in reports.values())
    if place.level not in ABOVE_COUNTY:
        found.values = stored[place.path].values if place.path in stored else {}
        found.parts = [Part(child, stored[child.path].values) for child in children if child.path in stored]
        return found
    found.values = total(row.values for row in stored.values())
    below: dict[str, list[Values]] = defaultdict(list)
    for path, row in stored.items():
        for above in ancestors_of(path):
            below[above].append(row.values)
    found.parts = [Part(child, total(below[child.path])) for child in children if child.path in below]
    return found


def _stored(user: User, place: Place, children: Sequence[Place]) -> QuerySet[PlaceFigures]:
    """The rows that make up a place and its parts: their own, or above the county those of all counties below."""
    rows = PlaceFigures.objects.visible_to(user)
    if place.level in ABOVE_COUNTY:
        return rows.filter(under("path", place.path), place__level=Level.COUNTY)
    return rows.filter(place__in=[place, *children])


def trend(user: User, place: Place, first: date, last: date) -> dict[date, Values]:
    """The stored months of a place between two months, both inclusive."""
    rows = _stored(user, place, []).filter(report__month__range=(first, last)).order_by("report__month")
    months: dict[date, list[Values]] = defaultdict(list)
    for month, row in ((row.report.month, row) for row in rows.select_related("report")):
        months[month].append(row.values)
    return {month: total(parts) for month, parts in months.items()}


def branch(user: User | None, place: Place, month: date) -> list[Part]:
    """A place and everything below it in tree order, as the workbook holds it, under the names of the report's day.

    No user: the administrator's command.
    """
    seen = PlaceFigures.objects.visible_to(user) if user else PlaceFigures.objects.all()
    rows = seen.filter(under("path", place.path), report__month=month).select_related("place")
    if place.level in ABOVE_COUNTY:
        rows = rows.filter(place__level=Level.COUNTY)
    parts = sorted((Part(row.place, row.values) for row in rows), key=lambda part: ids_of(part.place.path))
    if place.level in ABOVE_COUNTY and parts:
        parts.insert(0, Part(place, total(part.values for part in parts)))
    hidden = withheld_from(user, place, month)
    days = reports_touching(place).filter(month=month).aggregate(first=Min("as_of"))
    named = as_named_on((part.place for part in parts), days["first"] or last_day(month))
    return [Part(shown, part.values | hidden.get(shown.path, {})) for shown, part in zip(named, parts, strict=True)]


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator across the columns of the official table."""

    indicator: Indicator
    target: Decimal | None
    cells: list[tuple[Place, Value]]

    @property
    def target_text(self) -> str:
        return target_text(self.indicator, self.target)


@dataclass(frozen=True, slots=True)
class Notes:
    """What a reader must know of a month: what was taken without a day, and the figures that a place lacks."""

    undated: list[str | Promise]
    unknown: list[Indicator]
    is_withheld: bool


def notes_on(found: Snapshot) -> Notes:
    """The notes of a place's month."""
    undated = dict.fromkeys(indicator.undated for indicator in INDICATORS if indicator.undated)
    unknown = [i for i in INDICATORS if i.unknown and i.code not in found.values]
    return Notes(list(undated), unknown, found.is_withheld)


@dataclass(frozen=True, slots=True)
class OfficialTable:
    """A month as it is printed: sections of lines, a column for the place and one for each place directly below."""

    snapshot: Snapshot
    places: list[Place]
    sections: list[tuple[str | Promise, list[Line]]]
    opened: frozenset[str]  # codes of the indicators whose rows the reader may open

    @property
    def notes(self) -> Notes:
        """What its marks mean."""
        return notes_on(self.snapshot)

    @property
    def width(self) -> int:
        """Columns in all: the indicator, its target, the places."""
        return len(self.places) + 2


def official_table(user: User, place: Place, month: date) -> OfficialTable:
    """The month of a place as it is printed; without columns when nothing was counted."""
    found = snapshot(user, place, month)
    columns = [Part(found.place, found.values), *found.parts] if not found.is_empty else []
    goals = targets(place, found.day)
    return OfficialTable(
        found,
        [column.place for column in columns],
        [
            (label, [_line(i, goals, columns) for i in INDICATORS if i.section == section])
            for section, label in SECTIONS.items()
        ],
        opened(user, place),
    )


def _line(indicator: Indicator, goals: dict[str, Decimal], columns: list[Part]) -> Line:
    nothing = nothing_counted(indicator)
    cells = [(column.place, column.values.get(indicator.code, nothing)) for column in columns]
    return Line(indicator, goals.get(indicator.code), cells)


def nothing_counted(indicator: Indicator) -> Value:
    """The value of an indicator that a stored month does not have."""
    return Value(0, 0 if indicator.is_rate else None, is_counted=False)


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month in the list of reports."""

    month: date
    as_of: date
    counted_at: datetime
    figures: list[Figure]


def months_of(user: User, place: Place, limit: int = 36) -> list[MonthLine]:
    """The newest months counted for a place, newest first."""
    rows = _stored(user, place, []).filter(report__month__in=months_counted(place)[:limit]).select_related("report")
    months: dict[date, list[PlaceFigures]] = defaultdict(list)
    for row in rows.order_by("-report__month"):
        months[row.report.month].append(row)
    return [
        MonthLine(
            month,
            min(row.report.as_of for row in stored),
            min(row.report.counted_at for row in stored),
            figures_of(HEADLINES, total(row.values for row in stored), targets(place, last_day(month))),
        )
        for month, stored in months.items()
    ]


def figures_of(
    indicators: Iterable[Indicator], values: Values, goals: Mapping[str, Decimal], before: Values | None = None
) -> list[Figure]:
    """The indicators with their values, targets and the month before."""
    return [
        Figure(
            indicator,
            values.get(indicator.code, nothing_counted(indicator)),
            goals.get(indicator.code),
            (before or {}).get(indicator.code),
        )
        for indicator in indicators
    ]


def number_now(value: Value | None, side: Side, number: int | None, count: CappedCount) -> int | None:
    """What stands behind a figure by now, where that is known and no longer what the report says.

    `number` is what the rows add up to where that is not how many they are; `count` how many they are.
    """
    if value is None or (number is None and count.is_capped):
        return None
    now = count.number if number is None else number
    return now if now != value.on(side) else None


@dataclass(frozen=True, slots=True)
class SideTab:
    """One side of a rate, as the list behind it offers it."""

    side: Side
    label: str | Promise
    number: int | None  # of the stored month; none where nothing was counted


def sides_of(indicator: Indicator, value: Value | None) -> list[SideTab]:
    """The sides that a list behind a rate can show."""
    labels = {Side.MET: indicator.met_label, Side.MISSING: indicator.missing_label, Side.AMONG: _("全部")}
    return [SideTab(side, label, None if value is None else value.on(side)) for side, label in labels.items()]
