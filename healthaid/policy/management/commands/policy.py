"""One parameter at one place on one day, or the conflicts between documents, as JSON lines."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from healthaid.policy import domain
from healthaid.policy.domain import Conflict, Tiers, Value
from healthaid.policy.selectors.conflicts import conflicts
from healthaid.policy.selectors.rules import Rules, documents_at, explain, rules_at, worth_as_json


class Command(BaseCommand):
    help = "Print what a policy parameter is at a place on a day, with its document and article."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("parameter", nargs="?", help="its name, for example clinic.area")
        parser.add_argument("--place", help="statutory code of 6, 9 or 12 digits")
        parser.add_argument("--on", help="the day, YYYY-MM-DD; today when none is given")
        parser.add_argument("--number", action="store_true", help="refuse anything but a number")
        parser.add_argument("--population", type=int, help="for values that depend on the population")
        parser.add_argument("--conflicts", action="store_true", help="list where documents disagree")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            lines = self.conflicts(options) if options["conflicts"] else [self.answer(options)]
        except BadCall as problem:
            self.refuse(str(problem))
        except domain.Unresolved as problem:
            problem.place = options["place"]  # as it was asked for, though the county answers
            self.refuse(explain(problem))
        for line in lines:
            self.stdout.write(json.dumps(line, ensure_ascii=False))

    def refuse(self, message: str) -> None:
        """One line on standard error, and exit 2."""
        self.stderr.write(message)
        sys.exit(2)

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        """The one line about a parameter."""
        name, place = options["parameter"], options["place"]
        if not name or not place:
            raise BadCall("policy PARAMETER --place CODE --on DAY")
        population = options["population"]
        if population is not None and population < 0:
            raise BadCall(f"--population {population}: not a population")
        jurisdictions(place)
        rules = rules_there(place, day(options["on"]))
        value = rules.resolved(name)
        if options["number"] or (population is not None and isinstance(value.worth, Tiers)):
            number, value = domain.resolve_number(rules.parameter(name), rules.places, rules.on, population=population)
            worth = worth_as_json(number)
        else:
            worth = worth_as_json(value.worth)
        return {
            "parameter": name,
            "place": place,
            "on": rules.on.isoformat(),
            **worth,
            "unit": rules.parameter(name).unit,
            "source": value.source,
            "article": value.article,
            "from": value.starts_on.isoformat(),
        }

    def conflicts(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        """A line for each conflict."""
        place = options["place"]
        if place:
            jurisdictions(place)
        try:
            found = conflicts(place)
        except DatabaseError:
            found = conflicts(place, with_local=False)
        return [conflict_line(conflict) for conflict in found]


class BadCall(Exception):  # noqa: N818 -- the message is for the person at the terminal
    """The command was called wrongly."""


def rules_there(code: str, on: date) -> Rules:
    """What holds there, confirmed local values included; the reviewed files alone where no portal is set up."""
    try:
        return rules_at(code, on)
    except DatabaseError:
        return documents_at(code, on)


def jurisdictions(code: str) -> tuple[str, ...]:
    """The codes a place lies in. Raises BadCall for text that is no code."""
    try:
        return domain.jurisdictions(code)
    except ValueError:
        raise BadCall(f"--place {code}: not a code of 6, 9 or 12 digits") from None


def day(text: str | None) -> date:
    """A day, today when none is named. Raises BadCall for text that is none."""
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise BadCall(f"--on {text}: not a day (YYYY-MM-DD)") from None


def conflict_line(conflict: Conflict) -> dict[str, Any]:
    """A conflict with both articles."""
    return {
        "parameter": conflict.parameter.name,
        "place": conflict.subordinate.place,
        "kind": conflict.kind,
        "superior": value_line(conflict.superior),
        "subordinate": value_line(conflict.subordinate),
        "prevailing": conflict.prevailing.source,
    }


def value_line(value: Value) -> dict[str, Any]:
    """A value with what it rests on."""
    return {
        "place": value.place,
        **worth_as_json(value.worth),
        "source": value.source,
        "article": value.article,
        "from": value.starts_on.isoformat(),
    }
