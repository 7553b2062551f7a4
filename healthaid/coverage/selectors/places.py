"""Places whose coverage a user may read, and where documents say what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from healthaid.accounts.enums import Ability
from healthaid.core.scoping import Scoped, under
from healthaid.policy import catalogue
from healthaid.policy.domain import Missing, Value
from healthaid.policy.selectors.rules import documents_at
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode


def places_covered(user: Scoped) -> QuerySet[Place]:
    """The places whose enrolments and cards the user may read."""
    return Place.objects.visible_to(user, Ability.READ_COVERAGE).exclude(level=Level.FACILITY)


def top_place(user: Scoped) -> Place | None:
    """Where a user's pages open: the highest place that a posting with this right reaches."""
    tops = places_covered(user).filter(path__in=user.scope(Ability.READ_COVERAGE).prefixes)
    return min(tops, key=lambda place: (place.path.count("/"), place.path), default=None)


def covered_place(user: Scoped, pk: int) -> Place:
    """One of them. Raises DoesNotExist."""
    return places_covered(user).get(pk=pk)


@dataclass(frozen=True, slots=True)
class Said:
    """What prevails on a day in the branch of a place that a document of the catalogue names."""

    path: str
    value: Value | None  # none in force

    @property
    def words(self) -> tuple[str, ...]:
        """The list of words; empty where nothing is said."""
        worth = self.value.worth if self.value else ()
        return worth if isinstance(worth, tuple) else ()


def said_where(parameter: str, on: date) -> list[Said]:
    """What the reviewed documents say of a parameter, for each place that one of them names. One query."""
    codes = {value.place for value in catalogue.parameters()[parameter].values}
    rows = PlaceCode.objects.filter(code__in=codes, system=CodeSystem.STATISTICS, valid_to=None)
    return [
        Said(path, _prevailing(parameter, code, on))
        for code, path in rows.order_by("place__path").values_list("code", "place__path")
    ]


def _prevailing(parameter: str, code: str, on: date) -> Value | None:
    try:
        return documents_at(code, on).resolved(parameter)
    except Missing:
        return None


def by_place(said: Sequence[Said], condition: Callable[[Said], Q | None], path: str = "path") -> Q:
    """The rows that meet the condition of their own place: the deepest place that something is said about.

    No condition (None) means that no row of that place is meant.
    """
    rows = Q(pk__in=[])
    for each in said:
        wanted = condition(each)
        if wanted is None:
            continue
        inside = under(path, each.path) & wanted
        for deeper in said:
            if deeper.path != each.path and deeper.path.startswith(each.path):
                inside &= ~under(path, deeper.path)
        rows |= inside
    return rows


def first_below(above: str, path: str) -> str:
    """The path of the place directly below one that a deeper path lies in."""
    return path[: path.find("/", len(above)) + 1]
