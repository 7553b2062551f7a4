"""Reads of the place tree. Names and codes of places are public; the pages still show only the user's own branches."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from healthaid.core.scoping import Scoped, under
from healthaid.regions.domain import natural_code
from healthaid.regions.enums import Level
from healthaid.regions.models import Place, PlaceCode

CHOICES = 20  # options of a searchable choice; more means: type on
DIVISIONS = tuple(level for level in Level.values if level != Level.FACILITY)


def places_for_list(user: Scoped) -> QuerySet[Place]:
    """Divisions of the user's branches with their parent, codes and the number of divisions right below."""
    below = Count("children", filter=~Q(children__level=Level.FACILITY))
    return (
        Place.objects.visible_to(user)
        .filter(level__in=DIVISIONS)
        .select_related("parent")
        .prefetch_related("codes")
        .annotate(below_count=below)
    )


def top_places(user: Scoped) -> QuerySet[Place]:
    """The places the user is posted to, where browsing starts."""
    return Place.objects.filter(path__in=user.scope(Place.read_ability).prefixes)


def place_for_page(user: Scoped, pk: int) -> Place:
    """One visible place with its codes and dated names; raises DoesNotExist."""
    return Place.objects.visible_to(user).select_related("parent").prefetch_related("codes", "names").get(pk=pk)


def ancestors(place: Place) -> list[Place]:
    """The places above, from the root down."""
    ids = [int(part) for part in place.path.split("/")[:-2]]
    found = Place.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def county_of(path: str) -> Place | None:
    """The county that a path leads through or ends at; None above counties."""
    ids = [int(part) for part in path.split("/") if part]
    return Place.objects.filter(pk__in=ids, level=Level.COUNTY).first()


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
    second = int(spell.system != "statistics")
    if on is None:
        return (int(spell.valid_to is not None), second)
    if on < spell.valid_from:
        return ((spell.valid_from - on).days, second)
    if spell.valid_to and on >= spell.valid_to:
        return ((on - spell.valid_to).days + 1, second)
    return (0, second)


def place_choices(user: Scoped, q: str = "", level: str = "", ability: str = "") -> list[Place]:
    """At most CHOICES open divisions inside the user's branches whose name holds the words or whose code begins so."""
    places = Place.objects.visible_to(user, ability or None).filter(closed_on=None)
    places = places.filter(level=level) if level in DIVISIONS else places.filter(level__in=DIVISIONS)
    words = q.strip()
    if words.isdecimal():
        places = places.filter(pk__in=PlaceCode.objects.filter(code__startswith=words).values("place"))
    elif words:
        places = places.filter(name__contains=words)
    return list(places.select_related("parent").order_by("path")[:CHOICES])
