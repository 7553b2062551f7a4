from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from healthaid.core import stamps
from healthaid.core.backups import Unusable, copy_database


class Command(BaseCommand):
    help = "Copy the SQLite database to a new file while people work, and check the copy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            copy_database(file)
        except FileExistsError:
            raise CommandError(f"{file} exists already; a backup never replaces another.") from None
        except (Unusable, OSError) as error:
            raise CommandError(str(error)) from error
        stamps.leave(stamps.BACKUP)
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes, checked.")
