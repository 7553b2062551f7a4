from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from healthaid.audit.verifying import Anchor, verify_chain


class Command(BaseCommand):
    help = (
        "Check that no entry of the audit record was changed, removed, added or moved behind the portal's back. "
        "Exit 0 when it is whole, 1 when it is not. With --anchor FILE the end of the chain is also compared with "
        "the one kept in FILE, which then is brought up to date; keep FILE on another machine."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchor", type=Path, metavar="FILE")

    def handle(self, *_args: Any, anchor: Path | None, **_options: Any) -> None:
        verdict = verify_chain(read_anchor(anchor) if anchor and anchor.exists() else None)
        if not verdict.is_whole:
            where = f"at entry {verdict.broken_at}" if verdict.broken_at else "at its end"
            raise CommandError(f"The record is broken {where}: {verdict.problem} ({verdict.checked} entries fit).")
        if anchor:
            anchor.write_text(f"{verdict.checked} {verdict.digest}\n", encoding="ascii")
        self.stdout.write(f"{verdict.checked} entries checked, the record is whole.")


def read_anchor(file: Path) -> Anchor:
    """The count and digest that an earlier check left. Raises CommandError for anything else."""
    count, _space, digest = file.read_text(encoding="ascii").strip().partition(" ")
    if not count.isdecimal():
        raise CommandError(f"{file} is no anchor of the audit record.")
    return Anchor(int(count), digest)
