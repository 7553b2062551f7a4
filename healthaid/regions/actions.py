"""Writes to the place tree. Places come from published divisions, loaded by an administrator's command."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from healthaid.regions.divisions import Division
from healthaid.regions.domain import short_village
from healthaid.regions.enums import Level
from healthaid.regions.models import NumberSeries, Place, PlaceCode, PlaceName


@transaction.atomic
def add_place(*, parent: Place | None, level: Level, name: str) -> Place:
    """One new place below its parent, with its path."""
    place = Place.objects.create(parent=parent, level=level, name=name)
    place.path = f"{parent.path if parent else ''}{place.pk}/"
    place.save(update_fields=("path",))
    return place


@transaction.atomic
def rename_place(*, place: Place, name: str, on: date) -> Place:
    """Give a place another name from a day on; the old one stays with its days."""
    if name == place.name:
        return place
    spell = place.names.filter(valid_to=None).first()
    if spell is None:
        spell = PlaceName(place=place, name=place.name, valid_from=date.min)
    spell.valid_to = on
    if spell.valid_from < on:
        spell.save()
    PlaceName.objects.create(place=place, name=name, valid_from=on)
    place.name = name
    place.save(update_fields=("name",))
    return place


@transaction.atomic
def close_place(*, place: Place, on: date) -> Place:
    """End a place; `on` is the first day it no longer exists."""
    place.closed_on = on
    place.save(update_fields=("closed_on",))
    return place


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows a load added."""

    places: int
    codes: int
    names: int

    def __bool__(self) -> bool:
        return bool(self.places or self.codes or self.names)


@transaction.atomic
def load_places(divisions: Iterable[Division]) -> Loaded:
    """Add the published places that are missing; what is there already stays as it is."""
    divisions = list(divisions)
    known = _known(divisions)
    added = 0
    for level, rows in groupby(divisions, key=lambda division: division.level):
        missing = [division for division in rows if division.key not in known]
        known |= _create(Level(level), missing, known)
        added += len(missing)
    return Loaded(added, _add_codes(divisions, known), _add_names(divisions, known))


def _known(divisions: list[Division]) -> dict[str, int]:
    """{key: id of the place} of the divisions that are there: the root, and whoever bears one of their codes."""
    bearers = {
        (system, code): place for system, code, place in PlaceCode.objects.values_list("system", "code", "place")
    }
    root = Place.objects.filter(parent=None, level=Level.COUNTRY).values_list("pk", flat=True).first()
    known = {division.key: root for division in divisions if division.level == Level.COUNTRY and root}
    for division in divisions:
        for system, spell in division.codes:
            if place := bearers.get((system, spell.value)):
                known[division.key] = place
    return known


def _create(level: Level, missing: list[Division], known: dict[str, int]) -> dict[str, int]:
    """Insert places of one level and give them their paths; {key: id}."""
    places = Place.objects.bulk_create(
        (
            Place(parent_id=known.get(row.under), level=level, name=short_village(row.name), closed_on=row.gone_by)
            for row in missing
        ),
        batch_size=500,
    )
    above = Subquery(Place.objects.filter(pk=OuterRef("parent")).values("path"))
    Place.objects.filter(path="", level=level).update(
        path=Concat(Coalesce(above, Value("")), Cast(F("pk"), CharField()), Value("/"))
    )
    return {row.key: place.pk for row, place in zip(missing, places, strict=True)}


def _add_codes(divisions: list[Division], known: dict[str, int]) -> int:
    there = set(PlaceCode.objects.values_list("system", "code"))
    codes = [
        PlaceCode(
            place_id=known[division.key],
            system=system,
            code=spell.value,
            valid_from=spell.valid_from,
            valid_to=spell.valid_to,
        )
        for division in divisions
        for system, spell in division.codes
        if (system, spell.value) not in there
    ]
    return len(PlaceCode.objects.bulk_create(codes, batch_size=500))


def _add_names(divisions: list[Division], known: dict[str, int]) -> int:
    there = set(PlaceName.objects.values_list("place", "name"))
    names = [
        PlaceName(place_id=known[division.key], name=spell.value, valid_from=spell.valid_from, valid_to=spell.valid_to)
        for division in divisions
        for spell in division.names
        if (known[division.key], spell.value) not in there
    ]
    return len(PlaceName.objects.bulk_create(names, batch_size=500))


@transaction.atomic
def next_in_series(*, kind: str, county: str, year: int, count: int = 1) -> range:
    """The next running numbers of a kind in a county and year, for nobody else; locks the series till the commit."""
    NumberSeries.objects.get_or_create(kind=kind, county=county, year=year)
    series = NumberSeries.objects.select_for_update().get(kind=kind, county=county, year=year)
    first, series.last = series.last + 1, series.last + count
    series.save(update_fields=("last",))
    return range(first, series.last + 1)
