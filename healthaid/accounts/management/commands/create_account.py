import os
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from healthaid.accounts.actions import create_account
from healthaid.accounts.enums import Duty
from healthaid.regions.models import Place
from healthaid.regions.selectors import place_by_code


class Command(BaseCommand):
    help = (
        "Make an account, such as the first administrator's; a new installation has none. "
        "The first password is taken from the environment (FIRST_PASSWORD) or made up, and printed once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--duty", required=True, choices=Duty.values)
        parser.add_argument("--place", required=True, metavar="CODE", help="code of the place, such as 533103")
        parser.add_argument("--name", default="", help="full name (default: the user name)")
        parser.add_argument("--unit", default="")

    def handle(self, *_args: Any, username: str, duty: str, place: str, **options: Any) -> None:
        try:
            account, password = create_account(
                by=None,
                username=username,
                full_name=options["name"] or username,
                unit=options["unit"],
                duty=duty,
                place=place_by_code(place),
                password=os.environ.get("FIRST_PASSWORD", ""),
            )
        except Place.DoesNotExist:
            raise CommandError(f"No place has the code {place}; load the places first (load_places).") from None
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"{account.username}: {password} (must be changed at the first sign-in)")
