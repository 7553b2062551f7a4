import os
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from healthaid.accounts.actions import first_password
from healthaid.reports.demonstration import load
from healthaid.reports.demonstration.accounts import POSTS

PEOPLE = 3_000


class Command(BaseCommand):
    help = "Fill an empty database with the demonstration county: made-up people in real places. Not in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        people = int(os.environ.get("DEMO_PEOPLE", PEOPLE))
        parser.add_argument("--people", type=int, default=people, help="people in the register (default: %(default)s)")

    def handle(self, *_args: Any, people: int, **_options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("load_demo makes accounts that share a password, so it never runs in production.")
        if not load.is_needed():
            self.stdout.write("The database holds people or the demonstration's accounts already; nothing was changed.")
            return
        began = time.monotonic()
        password = os.environ.get("DEMO_PASSWORD") or first_password()
        load.load(people=people, password=password, say=self.stdout.write)
        self.stdout.write(f"The demonstration county 芒市 (533103) was made in {time.monotonic() - began:.1f} s.")
        for post in POSTS:
            self.stdout.write(f"  {post.username:<11} {post.duty.label} · {post.unit}")
        self.stdout.write(f"password: {password}")
