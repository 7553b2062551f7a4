from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from healthaid.audit.anchors import Anchor, read_anchor
from healthaid.audit.verifying import verify_chain
from healthaid.core import stamps


class Command(BaseCommand):
    help = (
        "Check that no entry of the audit record was changed, removed, added or moved behind the portal's back. "
        "Exit 0 when it is whole, 1 when it is not. The end of the chain is also compared with the one kept in "
        "AUDIT_ANCHOR, or in FILE, which then is brought up to date; keep one on another machine."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchor", type=Path, metavar="FILE", default=settings.AUDIT_ANCHOR)

    def handle(self, *_args: Any, anchor: Path, **_options: Any) -> None:
        try:
            verdict = verify_chain(read_anchor(anchor))
        except ValueError as error:
            raise CommandError(f"{anchor} is no anchor of the audit record.") from error
        if not verdict.is_whole:
            where = f"at entry {verdict.broken_at}" if verdict.broken_at else "at its end"
            raise CommandError(f"The record is broken {where}: {verdict.problem} ({verdict.checked} entries fit).")
        if verdict.checked:
            Anchor(verdict.checked, verdict.digest).write(anchor)
        stamps.leave(stamps.AUDIT_VERIFIED)
        self.stdout.write(f"{verdict.checked} entries checked, the record is whole.")
