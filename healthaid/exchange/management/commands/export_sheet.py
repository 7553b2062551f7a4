"""Export a sheet as a user would, from the command line; what it writes can be imported again."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from healthaid.core.decisions import Refused, require
from healthaid.exchange.actions import export_to
from healthaid.exchange.management.commands.import_sheet import BAD_CALL, account, known_kind
from healthaid.exchange.permissions import may_export

FORMATS = {".xlsx": "xlsx", ".csv": "csv"}


class Command(BaseCommand):
    help = "Write the rows that a user may read to an .xlsx or .csv file; prints one JSON line. Exit 2: bad call."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", metavar="KIND")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--as", dest="user", metavar="USER", required=True, help="the account that exports")

    def handle(self, *_args: Any, **options: Any) -> None:
        user, resource = account(options["user"]), known_kind(options["kind"])
        file: Path = options["file"]
        fmt = FORMATS.get(file.suffix.lower())
        if fmt is None:
            raise CommandError(f"{file}: the name must end in .xlsx or .csv.", returncode=BAD_CALL)
        try:
            require(may_export(user, resource))
            with file.open("wb") as out:
                rows = export_to(by=user, resource=resource, filters={}, fmt=fmt, out=out)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=BAD_CALL) from error
        except Refused as refused:
            raise CommandError(str(refused), returncode=BAD_CALL) from refused
        self.stdout.write(json.dumps({"rows": rows}))
