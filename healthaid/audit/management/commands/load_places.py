from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from healthaid.audit.actions import record
from healthaid.regions.actions import load_places
from healthaid.regions.divisions import divisions


class Command(BaseCommand):
    help = "Load the published divisions of Yunnan; what is there already stays as it is."

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        loaded = load_places(divisions())
        if loaded:
            record(by=None, verb="regions.place.loaded", **asdict(loaded))
        self.stdout.write(f"{loaded.places} places, {loaded.codes} codes, {loaded.names} dated names added")
