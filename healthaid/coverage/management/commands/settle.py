"""What the four layers pay of a bill: one bill, or one a line, from standard input."""

import json
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from healthaid.coverage import words
from healthaid.coverage.settlement.engine import settle
from healthaid.coverage.settlement.faults import BadBill
from healthaid.coverage.settlement.reading import bill_from_json
from healthaid.coverage.settlement.result import as_json
from healthaid.policy.domain import Unresolved


class Command(BaseCommand):
    help = "Read a bill as JSON from standard input and print what the hospital, each layer and the person pay."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lines", action="store_true", help="one bill a line, one result a line, in order")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["lines"]:
            try:
                self.settle_lines()
            except BrokenPipeError:  # the reader has seen enough
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        try:
            result = settled(sys.stdin.buffer.read())
        except (BadBill, Unresolved) as problem:
            self.stderr.write(words.explain(problem))
            sys.exit(2)
        self.stdout.write(line(result))

    def settle_lines(self) -> None:
        """A bill that cannot be settled gives its reason in its own line; the others go on."""
        for content in sys.stdin.buffer:
            try:
                result = settled(content)
            except (BadBill, Unresolved) as problem:
                result = words.problem_as_json(problem)
            self.stdout.write(line(result))
            self.stdout.flush()


def settled(content: bytes) -> dict[str, Any]:
    """The result for one bill. Raises BadBill or Unresolved."""
    return as_json(settle(bill_from_json(content)))


def line(result: dict[str, Any]) -> str:
    """JSON on one line."""
    return json.dumps(result, ensure_ascii=False)
