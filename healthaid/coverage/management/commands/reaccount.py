"""`manage.py reaccount --place 533103 --year 2018`: a county's year computed anew, and a proposal confirmed."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from healthaid.core.decisions import Refused
from healthaid.coverage.actions.confirming import apply_run
from healthaid.coverage.actions.runs import compute_now
from healthaid.coverage.enums import RunState
from healthaid.coverage.models import SettlementRun
from healthaid.coverage.settling.totals import sums_told
from healthaid.exchange.management.commands.import_sheet import BAD_CALL, account
from healthaid.regions.enums import Level
from healthaid.regions.models import Place

COUNTS = ("bills", "changed", "new", "unresolved")


class Command(BaseCommand):
    help = (
        "Compute a county's year anew as a proposal, or confirm one as somebody else. Prints one JSON line: the run, "
        "its counts, and the sums of every payer before and after in yuan. Exit 2: it cannot be done as called."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--place", metavar="CODE", help="the county's statutory code")
        parser.add_argument("--year", type=int)
        parser.add_argument("--as", dest="user", metavar="USER", help="the account that computes or confirms")
        parser.add_argument(
            "--what-if", action="append", default=[], metavar="PARAM=VALUE", help="only try this value; repeatable"
        )
        parser.add_argument("--confirm", type=int, metavar="RUN", help="let this proposal count")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            run = self.confirmed(options) if options["confirm"] is not None else self.computed(options)
        except Refused as refused:
            raise CommandError(str(refused), returncode=BAD_CALL) from refused
        except ValidationError as error:
            raise CommandError("；".join(error.messages), returncode=BAD_CALL) from error
        self.stdout.write(json.dumps(summary(run), ensure_ascii=False))

    def confirmed(self, options: dict[str, Any]) -> SettlementRun:
        """The proposal after it was confirmed."""
        if not options["user"]:
            raise CommandError("--confirm: name the account with --as.", returncode=BAD_CALL)
        if options["place"] or options["year"] or options["what_if"]:
            raise CommandError("--confirm RUN stands alone with --as USER.", returncode=BAD_CALL)
        try:
            run = apply_run(by=account(options["user"]), run_id=options["confirm"])
        except ObjectDoesNotExist:
            raise CommandError(f"--confirm {options['confirm']}: no such run.", returncode=BAD_CALL) from None
        if run.state == RunState.SUPERSEDED:
            raise CommandError(gettext(run.reason), returncode=BAD_CALL)
        return run

    def computed(self, options: dict[str, Any]) -> SettlementRun:
        """A new proposal or what-if."""
        if not options["place"] or not options["year"]:
            raise CommandError("name --place and --year, or --confirm RUN.", returncode=BAD_CALL)
        county = Place.objects.by_code(options["place"]).filter(level=Level.COUNTY).first()
        if county is None:
            raise CommandError(f"--place {options['place']}: no county has this code.", returncode=BAD_CALL)
        overrides = dict(pair(text) for text in options["what_if"])
        return compute_now(
            by=account(options["user"]) if options["user"] else None,
            place=county,
            year=options["year"],
            purpose="what_if" if overrides else "year_end",
            overrides=overrides,
        )


def pair(text: str) -> tuple[str, str]:
    """PARAM=VALUE in its parts. Raises CommandError."""
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise CommandError(f"--what-if {text}: write PARAM=VALUE.", returncode=BAD_CALL)
    return name.strip(), value.strip()


def summary(run: SettlementRun) -> dict[str, Any]:
    """What the command prints."""
    counts = {name: run.totals[name] for name in COUNTS}
    reasons = {"reasons": run.totals["reasons"]} if run.totals["reasons"] else {}
    return {"run": run.pk, "state": run.state} | counts | reasons | sums_told(run.totals)
