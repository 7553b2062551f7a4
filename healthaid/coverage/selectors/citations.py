"""Numbers of the policy in words, each with the document and article it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from healthaid.policy import domain
from healthaid.policy.domain import Document, Missing, Unresolved, Value
from healthaid.policy.selectors.documents import documents_named
from healthaid.policy.selectors.rules import Rules
from healthaid.policy.texts import shown


@dataclass(frozen=True, slots=True)
class Cited:
    """A number that holds somewhere, as a person reads it, and where it is written."""

    number: Decimal
    text: str
    source: str  # the document's number and the article


def cited(places: Sequence[Rules], names: Sequence[str]) -> list[dict[str, Cited]]:
    """For each place the numbers that hold there, by parameter; what no document gives is absent. One query at most."""
    found = [_numbers(rules, names) for rules in places]
    documents = documents_named(value.source for numbers in found for _number, value in numbers.values())
    return [
        {
            name: Cited(
                number,
                shown(number, rules.parameter(name).unit),
                written(value, documents),
            )
            for name, (number, value) in numbers.items()
        }
        for rules, numbers in zip(places, found, strict=True)
    ]


def cited_words(rules: Rules, name: str) -> tuple[tuple[str, ...], str]:
    """The words that a document lists, and where it does; nothing where none is in force."""
    try:
        value = rules.resolved(name)
    except Missing:
        return (), ""
    words = (value.worth,) if isinstance(value.worth, str) else value.worth
    return (words if isinstance(words, tuple) else ()), written(value, documents_named([value.source]))


def documents_for(region: str, on: date) -> Rules:
    """What the documents themselves say for a county, by its code, on a day: without local values, and no query."""
    return Rules(domain.jurisdictions(region), on)


def article_of(rules: Rules, name: str) -> str:
    """Where a rule is written that holds there; nothing where none is in force or kept any more."""
    try:
        value = rules.resolved(name)
    except Unresolved:
        return ""
    return written(value, documents_named([value.source]))


def written(value: Value, documents: Mapping[str, Document]) -> str:
    """Where a value is written: the document's number, or its title where it has none, and the article."""
    document = documents[value.source]
    return f"{document.number or document.title} {value.article}".strip()


def _numbers(rules: Rules, names: Sequence[str]) -> dict[str, tuple[Decimal, Value]]:
    numbers = {}
    for name in names:
        try:
            numbers[name] = domain.resolve_number(rules.parameter(name), rules.places, rules.on)
        except Unresolved:
            continue
    return numbers
