"""Asking the policy what holds for a bill, and remembering which document and article answered."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from healthaid.coverage.settlement.bill import Local
from healthaid.policy import domain
from healthaid.policy.domain import Parameter, Range, Value

LOCAL = "local"  # the document of a value that the bill itself brings


class Cited(NamedTuple):
    """A value that entered a settlement, and where it stands."""

    parameter: str
    worth: Decimal | Range | str
    document: str
    article: str
    starts_on: date | None

    def as_json(self) -> dict[str, Any]:
        """An entry of a step's `articles`; numbers as exact text, an open end as null."""
        if isinstance(self.worth, Range):
            value: Any = [None if end is None else str(end) for end in (self.worth.low, self.worth.high)]
        else:
            value = str(self.worth)
        return {
            "document": self.document,
            "article": self.article,
            "parameter": self.parameter,
            "value": value,
            "from": self.starts_on.isoformat() if self.starts_on else None,
        }


class Questions:
    """What the region set prevails over the documents; every answer is kept until `taken`."""

    def __init__(self, parameters: Mapping[str, Parameter], places: Sequence[str], on: date, local: Local) -> None:
        self.parameters, self.places, self.on, self.local = parameters, places, on, local
        self.conflicts: list[str] = []  # parameters whose local value leaves what a document says
        self.answers: list[Cited] = []

    def taken(self) -> tuple[Cited, ...]:
        """The answers since the last call."""
        answers, self.answers = tuple(self.answers), []
        return answers

    def number(self, name: str) -> Decimal:
        """The number to reckon with. Raises a kind of Unresolved that names parameter, place and day."""
        if name in self.local:
            return self._own(name)
        number, value = domain.resolve_number(self.parameters[name], self.places, self.on)
        self._keep(name, number, value)
        return number

    def optional(self, name: str) -> Decimal | None:
        """The number, or None where nobody gives one. Raises RegionMustChoose."""
        try:
            return self.number(name)
        except domain.Missing:
            return None

    def least_promised(self, name: str) -> tuple[Decimal, bool] | None:
        """A number, or the lower bound of a range and True; None where nothing is said."""
        try:
            number = self.optional(name)
        except domain.RegionMustChoose:
            value = domain.resolve(self.parameters[name], self.places, self.on)
            if not isinstance(value.worth, Range) or value.worth.low is None:
                raise
            self._keep(name, value.worth, value)
            return value.worth.low, True
        return None if number is None else (number, False)

    def word(self, name: str) -> str | None:
        """The word or the name of a list, or None where nobody gives one."""
        own = self.local.get(name)
        if own is not None:
            self.answers.append(Cited(name, own, LOCAL, "", None))
            return str(own)
        try:
            value = domain.resolve(self.parameters[name], self.places, self.on)
        except domain.Missing:
            return None
        self._keep(name, str(value.worth), value)
        return str(value.worth)

    def is_governed(self) -> bool:
        """Whether any document says anything for the place and day."""
        return any(domain.in_force(parameter, self.places, self.on) for parameter in self.parameters.values())

    def _own(self, name: str) -> Decimal:
        number = Decimal(self.local[name])
        self.answers.append(Cited(name, number, LOCAL, "", None))
        said = domain.in_force(self.parameters[name], self.places, self.on)
        if said and name not in self.conflicts and not domain.allows(said[0], number):
            self.conflicts.append(name)
        return number

    def _keep(self, name: str, worth: Decimal | Range | str, value: Value) -> None:
        self.answers.append(Cited(name, worth, value.source, value.article, value.starts_on))
