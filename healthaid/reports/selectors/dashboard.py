"""Everything one dashboard shows, in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise

from healthaid.accounts.models import User
from healthaid.regions.models import Place
from healthaid.regions.selectors import Step
from healthaid.reports.domain import Standing, Values, next_month, previous_month
from healthaid.reports.indicators import BY_CODE, HEADLINES, INDICATORS, SECTIONS, Indicator
from healthaid.reports.permissions import opened
from healthaid.reports.selectors.figures import (
    Figure,
    Notes,
    Part,
    Snapshot,
    figures_of,
    lineage,
    months_counted,
    notes_on,
    snapshot,
    trend,
)
from healthaid.reports.selectors.targets import targets

TREND_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Group:
    """A section of the report with its figures."""

    label: str | Promise
    figures: list[Figure]


@dataclass(frozen=True, slots=True)
class Rank:
    """A place below in the ranking; places with equal rates share a position."""

    position: int | None  # none where nothing is due
    place: Place
    people: Figure
    ranked: Figure
    figures: list[Figure]


@dataclass(frozen=True, slots=True)
class TrendLine:
    """A month's headlines."""

    month: date
    figures: list[Figure]


@dataclass(slots=True)
class DashboardPage:
    """A place's month: state, headlines, everything else by section, the places below in order, the months before."""

    snapshot: Snapshot
    lineage: list[Step]
    months: list[date]
    headlines: list[Figure] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    ranked_by: Indicator = HEADLINES[0]
    ranking: list[Rank] = field(default_factory=list)
    trend: list[TrendLine] = field(default_factory=list)
    opened: frozenset[str] = frozenset()  # codes of the indicators whose rows the reader may open

    @property
    def notes(self) -> Notes:
        """What the marks of its figures mean."""
        return notes_on(self.snapshot)

    @property
    def reached(self) -> int:
        """How many headlines reach their target."""
        return sum(figure.standing == Standing.REACHED for figure in self.headlines)

    @property
    def earlier(self) -> date:
        return previous_month(self.snapshot.month)

    @property
    def later(self) -> date:
        return next_month(self.snapshot.month)


def default_month(place: Place, today: date) -> date:
    """The newest month counted, or the last full one."""
    counted = months_counted(place)
    return counted[0] if counted else previous_month(today.replace(day=1))


def dashboard(user: User, place: Place, month: date, ranked_by: Indicator | None = None) -> DashboardPage:
    """A place's month, as its officials see it; ranked by the headline with most to do unless one is named."""
    found = snapshot(user, place, month)
    page = DashboardPage(found, lineage(user, place, found.day), months_counted(place))
    if found.is_empty:
        return page
    goals = targets(place, found.day)
    months = trend(user, place, _months_before(month, TREND_MONTHS - 1), month)
    before = months.get(previous_month(month), {})
    page.trend = [TrendLine(one, figures_of(HEADLINES, values, goals)) for one, values in months.items()]
    page.headlines = figures_of(HEADLINES, found.values, goals, before)
    page.opened = opened(user, place)
    page.groups = groups_of(found.values, goals, before)
    page.ranked_by = (
        ranked_by
        or min(page.headlines, key=lambda figure: figure.value.rate if figure.value.rate is not None else 1).indicator
    )
    page.ranking = rank(found.parts, page.ranked_by, goals)
    return page


def _months_before(month: date, count: int) -> date:
    for _step in range(count):
        month = previous_month(month)
    return month


def groups_of(values: Values, goals: dict[str, Decimal], before: Values) -> list[Group]:
    """Every indicator by section."""
    return [
        Group(label, figures_of([i for i in INDICATORS if i.section == section], values, goals, before))
        for section, label in SECTIONS.items()
    ]


def rank(parts: list[Part], by: Indicator, goals: dict[str, Decimal]) -> list[Rank]:
    """The places below, best rate first; those where nothing is due come last, without a position."""
    rows = [(figures_of([by], part.values, goals)[0], part) for part in parts]
    rates = sorted((figure.value.rate for figure, _part in rows if figure.value.rate is not None), reverse=True)
    ranked = [
        Rank(
            None if figure.value.rate is None else rates.index(figure.value.rate) + 1,
            part.place,
            figures_of([BY_CODE["people"]], part.values, goals)[0],
            figure,
            figures_of(HEADLINES, part.values, goals),
        )
        for figure, part in rows
    ]
    return sorted(ranked, key=lambda row: row.position or len(ranked) + 1)
