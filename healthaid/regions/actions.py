"""Writes to the place tree. Places come from published divisions, loaded by an administrator's command."""

from django.db import transaction

from healthaid.regions.enums import Level
from healthaid.regions.models import Place


@transaction.atomic
def add_place(*, parent: Place | None, level: Level, name: str) -> Place:
    """One new place below its parent, with its path."""
    place = Place.objects.create(parent=parent, level=level, name=name)
    place.path = f"{parent.path if parent else ''}{place.pk}/"
    place.save(update_fields=("path",))
    return place
