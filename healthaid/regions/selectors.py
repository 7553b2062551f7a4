"""Reads of the place tree. Names and codes of places are public; the pages still show only the user's own branches."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from healthaid.core.scoping import Scoped, under
from healthaid.regions.domain import ids_of, natural_code
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode, PlaceName

SHOWN = 40  # places offered without a search: a county's townships, a township's villages
CHOICES = 20  # options of a searchable choice; more means: type on
DIVISIONS = tuple(level for level in Level.values if level != Level.FACILITY)


def places_for_list(user: Scoped) -> QuerySet[Place]:
    """Divisions of the user's branches with their parent, today's code and the number of divisions right below."""
    return _with_figures(Place.objects.visible_to(user).filter(level__in=DIVISIONS))


def places_below(user: Scoped, place: Place) -> QuerySet[Place]:
    """The divisions right below a place, as a list shows them."""
    return _with_figures(Place.objects.visible_to(user).filter(parent=place, level__in=DIVISIONS)).order_by("path")


def _with_figures(places: QuerySet[Place]) -> QuerySet[Place]:
    code = PlaceCode.objects.filter(place=OuterRef("pk"), system=CodeSystem.STATISTICS, valid_to=None)
    below = Place.objects.filter(parent=OuterRef("pk"), level__in=DIVISIONS).order_by().values("parent")
    return places.select_related("parent").annotate(
        statistics_code=Subquery(code.values("code")[:1]),
        below_count=Coalesce(Subquery(below.annotate(number=Count("pk")).values("number")), 0),
    )


def matching(places: QuerySet[Place], words: str) -> QuerySet[Place]:
    """The places whose name, today's or a former one, holds the words, or one of whose codes begins with them."""
    words = words.strip()
    if words.isdecimal():
        return places.filter(pk__in=PlaceCode.objects.filter(code__startswith=words).values("place"))
    former = PlaceName.objects.filter(name__contains=words).values("place")
    return places.filter(Q(name__contains=words) | Q(pk__in=former)) if words else places


def places_for_filter(user: Scoped) -> QuerySet[Place]:
    """Every open division of the user's branches."""
    return Place.objects.visible_to(user).filter(closed_on=None, level__in=DIVISIONS)


def places_around(places: QuerySet[Place], pk: Any) -> tuple[Place | None, list[Place]]:
    """The chosen one of some places, and in tree order at most SHOWN: what is above, beside or below it.

    Without a choice, or with one that is not among them, the highest places and what is right below those.
    """
    chosen = places.filter(pk=int(pk)).first() if str(pk or "").isdecimal() else None
    if chosen is None:
        rank = Case(*(When(level=level, then=Value(depth)) for depth, level in enumerate(DIVISIONS)))
        found = list(places.annotate(depth=rank).order_by("depth", "path")[:SHOWN])
        near = [place for place in found if place.depth <= found[0].depth + 1]
    else:
        above = ids_of(chosen.path)
        parents = [chosen.pk, chosen.parent_id] if chosen.level == DIVISIONS[-1] else [chosen.pk]
        rank = Case(When(pk__in=above, then=Value(0)), default=Value(1))
        around = places.filter(Q(pk__in=above) | Q(parent__in=parents))
        near = list(around.annotate(depth=rank).order_by("depth", "path")[:SHOWN])
    return chosen, sorted(near, key=lambda place: place.path)


def as_named_on(places: Iterable[Place], day: date) -> list[Place]:
    """The places under the names that they bore on the day, or bear where none is known of it; only to be shown.

    One query.
    """
    shown = [copy(place) for place in places]
    spells = PlaceName.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), place__in=shown, valid_from__lte=day)
    names = dict(spells.values_list("place", "name"))
    for place in shown:
        place.name = names.get(place.pk, place.name)
    return shown


def place_for_page(user: Scoped, pk: int) -> Place:
    """One visible place with its codes and dated names; raises DoesNotExist."""
    return Place.objects.visible_to(user).select_related("parent").prefetch_related("codes", "names").get(pk=pk)


def ancestors(place: Place) -> list[Place]:
    """The places above, from the root down."""
    *ids, _own = ids_of(place.path)
    found = Place.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


@dataclass(frozen=True, slots=True)
class Step:
    """A place on the way down from the root, and whether the user may open it."""

    place: Place
    is_open: bool


def trail(user: Scoped, place: Place, ability: str = Place.read_ability) -> list[Step]:
    """The way from the root to just above a place, open where the user has the ability."""
    scope = user.scope(ability)
    return [Step(above, scope.covers(above)) for above in ancestors(place)]


def descendants(place: Place, level: Level) -> QuerySet[Place]:
    """The places of one level inside a place, itself included when it is of that level; closed ones too."""
    return Place.objects.filter(under("path", place.path), level=level)


def place_by_code(code: str, on: date | None = None) -> Place:
    """The place that bore the code that day (today when none is named), in either system; raises DoesNotExist.

    Records begin late below the county, so a day before them finds the first bearer known. Where the systems disagree
    about a township's code the Bureau of Statistics wins, as villages are numbered by it.
    """
    spells = PlaceCode.objects.filter(code=natural_code(code)).select_related("place")
    if not spells:
        raise Place.DoesNotExist(code)
    return min(spells, key=lambda spell: _remoteness(spell, on)).place


def _remoteness(spell: PlaceCode, on: date | None) -> tuple[int, int]:
    """How far a spell is from the day, and civil affairs after statistics."""
    second = int(spell.system != CodeSystem.STATISTICS)
    if on is None:
        return (int(spell.valid_to is not None), second)
    if on < spell.valid_from:
        return ((spell.valid_from - on).days, second)
    if spell.valid_to and on >= spell.valid_to:
        return ((on - spell.valid_to).days + 1, second)
    return (0, second)


def codes_of_today() -> dict[int, str]:
    """Today's statistics code of each place by its id."""
    return dict(PlaceCode.objects.filter(system=CodeSystem.STATISTICS, valid_to=None).values_list("place_id", "code"))


def place_choices(user: Scoped, q: str = "", level: str = "", ability: str = "") -> list[Place]:
    """At most CHOICES open divisions inside the user's branches whose name holds the words or whose code begins so."""
    places = Place.objects.visible_to(user, ability or None).filter(closed_on=None)
    places = places.filter(level=level) if level in DIVISIONS else places.filter(level__in=DIVISIONS)
    return list(matching(places, q).select_related("parent").order_by("path")[:CHOICES])
