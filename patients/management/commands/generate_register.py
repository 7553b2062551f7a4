import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from healthaid.regions.models import Place
from healthaid.regions.selectors import place_by_code
from patients.synthetic.workbook import synthetic_county, write_register


class Command(BaseCommand):
    help = (
        "Write a made-up register of a county as a workbook, which `import_sheet register` accepts. Exit 2: bad call."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--county", default="533103", help="its code; load_places must have loaded its villages")
        parser.add_argument("--people", type=int, default=60_000)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--on", type=date.fromisoformat, default=date(2026, 10, 31), help="the day it describes")
        parser.add_argument(
            "--errors", type=int, default=0, help="plant so many bad cells and print each with the right text"
        )
        parser.add_argument("--titled", action="store_true", help="with a title and a signature line above the header")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            county = synthetic_county(place_by_code(options["county"]))
        except (Place.DoesNotExist, ValueError) as error:
            raise CommandError(
                f"No villages are known in {options['county']}; run load_places first.", returncode=2
            ) from error
        try:
            with options["file"].open("wb") as target:
                planted = write_register(
                    county,
                    target,
                    people=options["people"],
                    seed=options["seed"],
                    on=options["on"],
                    mistakes=options["errors"],
                    titled=options["titled"],
                )
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}", returncode=2) from error
        for cell in planted:
            self.stdout.write(json.dumps(asdict(cell), ensure_ascii=False))
