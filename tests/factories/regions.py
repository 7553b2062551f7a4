"""Places for tests: `PlaceFactory(parent=…, level=…)`, or a whole line of them with `line_of_places`."""

import factory
from factory.django import DjangoModelFactory

from healthaid.regions.actions import add_place
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode

BELOW = {
    None: Level.COUNTRY,
    Level.COUNTRY: Level.PROVINCE,
    Level.PROVINCE: Level.PREFECTURE,
    Level.PREFECTURE: Level.COUNTY,
    Level.COUNTY: Level.TOWNSHIP,
    Level.TOWNSHIP: Level.VILLAGE,
    Level.VILLAGE: Level.FACILITY,
}


class PlaceFactory(DjangoModelFactory):
    """A place one level below its parent; `code` gives it one in the statistics' system."""

    class Meta:
        model = Place

    parent = None
    level = factory.LazyAttribute(lambda place: BELOW[place.parent.level if place.parent else None])
    name = factory.Sequence(lambda number: f"试点{number}")

    @classmethod
    def _create(cls, _model, *_args, code="", **fields):
        closed_on = fields.pop("closed_on", None)
        place = add_place(**fields)
        if closed_on:
            place.closed_on = closed_on
            place.save(update_fields=("closed_on",))
        if code:
            PlaceCodeFactory(place=place, code=code)
        return place


class PlaceCodeFactory(DjangoModelFactory):
    class Meta:
        model = PlaceCode

    place = factory.SubFactory(PlaceFactory)
    system = CodeSystem.STATISTICS
    code = factory.Sequence(lambda number: f"9{number:05}")
    valid_from = "1983-12-31"


def line_of_places(*names, parent=None):
    """Places each below the one before, from the country (or below `parent`) down; returns all of them."""
    places = []
    for name in names:
        parent = PlaceFactory(parent=parent, name=name)
        places.append(parent)
    return places
