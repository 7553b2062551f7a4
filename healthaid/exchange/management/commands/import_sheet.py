"""Import a sheet as a user would, from the command line."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from healthaid.accounts.models import User
from healthaid.core.decisions import Refused
from healthaid.exchange import actions, files, registry
from healthaid.exchange.checking import Sheet
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import ImportBatch

FAULTY, BAD_CALL = 1, 2
WRITABLE = {BatchState.CHECKED, BatchState.APPLIED}


class Command(BaseCommand):
    help = "Check a sheet and apply it whole or not at all; prints one JSON line. Exit 1: errors, 2: bad call."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", metavar="KIND")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--as", dest="user", metavar="USER", required=True, help="the account that imports")
        parser.add_argument("--check", action="store_true", help="only say what would happen")
        parser.add_argument("--errors", metavar="OUT.xlsx", type=Path, help="the rows with the reasons beside them")
        parser.add_argument("--problems", metavar="OUT.jsonl", type=Path, help="one JSON line a problem")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = account(options["user"])
        known_kind(options["kind"])
        outputs = [path for path in (options["errors"], options["problems"]) if path]
        try:
            data = options["file"].read_bytes()
            for path in outputs:
                path.write_bytes(b"")  # before anything is written that could not be told; nothing old stays
            batch = actions.receive(by=user, kind=options["kind"], name=options["file"].name, data=data)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=BAD_CALL) from error
        except Refused as refused:
            raise CommandError(str(refused), returncode=BAD_CALL) from refused
        sheets = [actions.check(batch_id=batch.pk)]
        batch.refresh_from_db()
        if batch.state == BatchState.UNREADABLE:
            raise CommandError(batch.message, returncode=BAD_CALL)
        if batch.state == BatchState.CHECKED and not options["check"]:
            actions.approve(by=user, batch=batch)
            sheets.append(actions.apply(batch_id=batch.pk))
            batch.refresh_from_db()
        write_outputs(batch, [sheet for sheet in sheets if sheet], options["errors"], options["problems"])
        self.stdout.write(json.dumps(counts(batch)))
        if batch.message:
            self.stderr.write(batch.message)
        if batch.state not in WRITABLE:
            sys.exit(FAULTY)


def write_outputs(batch: ImportBatch, sheets: list[Sheet], errors: Path | None, problems: Path | None) -> None:
    """The error file and the list of problems, where asked for. Raises CommandError."""
    try:
        if errors and batch.error_file:
            errors.write_bytes(files.read(batch.error_file))
        if problems:
            with problems.open("w", encoding="utf-8") as out:
                for found in (found for sheet in sheets for found in sheet.problems() if not found.is_warning):
                    line = {name: getattr(found, name) for name in ("sheet", "row", "column", "value", "reason")}
                    out.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}", returncode=BAD_CALL) from error


def counts(batch: ImportBatch) -> dict[str, int]:
    """What the sheet did, or would do."""
    return {
        "rows": batch.row_count,
        "new": batch.new_count,
        "changed": batch.changed_count,
        "unchanged": batch.unchanged_count,
        "errors": batch.error_count,
    }


def account(name: str) -> User:
    """The active account of this name. Raises CommandError."""
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active account “{name}”.", returncode=BAD_CALL)
    return user


def known_kind(kind: str) -> Any:
    """The sheet of this kind. Raises CommandError."""
    try:
        return registry.sheet(kind)
    except KeyError:
        known = ", ".join(sheet.kind for sheet in registry.sheets())
        raise CommandError(f"There is no sheet “{kind}”; there are: {known}.", returncode=BAD_CALL) from None
