"""The places that documents speak about and for which a region enters its own."""

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.scoping import Scoped, under
from healthaid.policy import catalogue, domain
from healthaid.regions.domain import ids_of
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode
from healthaid.regions.selectors import CHOICES, matching

CODED_LEVELS = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)


def place_at(code: str) -> Place | None:
    """The place of the tree that bears a statutory code, or the nearest coded one above it; None when none does."""
    codes = domain.jurisdictions(code)
    rows = PlaceCode.objects.filter(code__in=codes, system=CodeSystem.STATISTICS).select_related("place")
    return max((row.place for row in rows), key=lambda place: place.path.count("/"), default=None)


def codes_of(place: Place) -> list[str]:
    """Every statutory code of the statistics that the place bears or bore."""
    return list(PlaceCode.objects.filter(place=place, system=CodeSystem.STATISTICS).values_list("code", flat=True))


def jurisdiction_names() -> dict[str, str]:
    """The places that issued reviewed documents, by code, as the catalogue names them; asks no database."""
    return {document.place: document.place_name for document in catalogue.documents().values()}


def place_names(codes: Iterable[str] = ()) -> dict[str, str]:
    """The names of the places that documents speak about, and of further ones, by code.

    A jurisdiction outside the portal's tree goes by the name that the catalogue of documents gives.
    """
    wanted = {value.place for parameter in catalogue.parameters().values() for value in parameter.values}
    jurisdictions = jurisdiction_names()
    wanted |= {*jurisdictions, *codes}
    rows = PlaceCode.objects.filter(code__in=wanted, system=CodeSystem.STATISTICS).values_list("code", "place__name")
    return jurisdictions | dict(rows)


def known_places(user: Scoped) -> dict[str, str]:
    """Codes and names of the counties and larger places the user works in, the user's own first; empty for none."""
    tops = user.scope(Place.read_ability).prefixes
    ids = {pk for path in tops for pk in ids_of(path)}
    rows = PlaceCode.objects.filter(place__in=ids, system=CodeSystem.STATISTICS, place__level__in=CODED_LEVELS)
    return dict(rows.order_by("-place__path").values_list("code", "place__name"))


def place_choices(words: str) -> list[tuple[str, str]]:
    """Codes and names of at most CHOICES counties and larger places whose name holds the words or whose code begins so.

    Whoever asks: the policy of every place is public. Jurisdictions outside the portal's tree are among them.
    """
    words = words.strip()
    issuing = jurisdiction_names().items()
    outside = {code: name for code, name in issuing if words in name or code.startswith(words)}
    places = matching(Place.objects.filter(level__in=CODED_LEVELS, closed_on=None), words)
    rows = PlaceCode.objects.filter(system=CodeSystem.STATISTICS, valid_to=None, place__in=places)
    rows = rows.select_related("place__parent").order_by("place__path")[:CHOICES]
    return list((outside | {row.code: row.place.name_within for row in rows}).items())[:CHOICES]


def places_to_enter(user: User) -> QuerySet[Place]:
    """The counties and larger places for which the user may enter documents."""
    rows = Place.objects.visible_to(user, Ability.EDIT_POLICY)
    return rows.filter(level__in=CODED_LEVELS, closed_on=None).order_by("path")


def hospitals_near(place: Place) -> QuerySet[Place]:
    """The open hospitals inside the place and right below the larger places around it: leaves of coded places."""
    leaves = Place.objects.filter(level=Level.FACILITY, closed_on=None, parent__level__in=CODED_LEVELS)
    near = leaves.filter(under("path", place.path) | Q(parent__in=ids_of(place.path)))
    return near.select_related("parent").order_by("path")


def places_of_codes(codes: Collection[str]) -> dict[str, Place]:
    """The open counties and larger places that bear these codes, in one query."""
    rows = PlaceCode.objects.filter(code__in=codes, system=CodeSystem.STATISTICS, place__level__in=CODED_LEVELS)
    return {row.code: row.place for row in rows.filter(place__closed_on=None).select_related("place")}


def codes_of_places(ids: Collection[int] | None = None) -> dict[int, str]:
    """Today's code of each county and larger place, or of these, by its id."""
    rows = PlaceCode.objects.filter(system=CodeSystem.STATISTICS, valid_to=None, place__level__in=CODED_LEVELS)
    return dict((rows if ids is None else rows.filter(place__in=ids)).values_list("place", "code"))
