from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from healthaid.audit.verifying import verify_chain
from healthaid.core.backups import PREVIOUS, Unusable, put_back
from healthaid.core.management.commands.serve import only_one


class Command(BaseCommand):
    help = (
        "Put a copy that `backup` made in place of the SQLite database, and verify its audit record. The portal must "
        "be stopped. The replaced database is kept beside it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        with only_one(settings.DATA_DIR):
            try:
                previous = put_back(file)
            except (Unusable, OSError) as error:
                raise CommandError(f"Nothing was changed. {error}") from error
            self.stdout.write(f"Restored from {file}; what was there before is {previous}.")
            if settings.AUDIT_ANCHOR.exists():  # the copy ends before it, as it should
                settings.AUDIT_ANCHOR.replace(f"{settings.AUDIT_ANCHOR}{PREVIOUS}")
            verdict = verify_chain()
        if not verdict.is_whole:
            raise CommandError(f"Its audit record is broken: {verdict.problem}. Are AUDIT_KEY and backup of one time?")
        self.stdout.write(f"{verdict.checked} audit entries checked, the record is whole.")
