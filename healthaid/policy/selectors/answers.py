"""What the policy page tells of each parameter at a place: what prevails, and all that was said before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from healthaid.policy import domain
from healthaid.policy.domain import Parameter, Value
from healthaid.policy.selectors.rules import Rules


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of the policy page: the parameter, what prevails, and all that is or was said about it there."""

    parameter: Parameter
    prevailing: Value | None
    history: Sequence[Value]


def answers(rules: Rules) -> list[Answer]:
    """Every parameter that documents speak of there, or leave to the region, with its history, newest first."""
    return [
        answer
        for parameter in rules.parameters()
        if (answer := answer_about(parameter, rules)).history or not parameter.values
    ]


def answer_about(parameter: Parameter, rules: Rules) -> Answer:
    """One parameter there."""
    return Answer(
        parameter,
        prevailing=next(iter(domain.in_force(parameter, rules.places, rules.on)), None),
        history=[value for value in reversed(parameter.values) if value.place in rules.places],
    )


def spells(parameter: Parameter, rules: Rules) -> list[tuple[date, Value | None, bool]]:
    """From which day on which value prevails at the place (none: nothing does), and whether the asked day is in it."""
    own = [value for value in parameter.values if value.place in rules.places]
    after = [value.ends_on + timedelta(days=1) for value in own if value.ends_on]
    found: list[tuple[date, Value | None]] = []
    for day in sorted({value.starts_on for value in own} | set(after)):
        prevailing = next(iter(domain.in_force(parameter, rules.places, day)), None)
        if not found or found[-1][1] != prevailing:
            found.append((day, prevailing))
    starts = [day for day, _value in found if day <= rules.on]
    return [(day, value, bool(starts) and day == starts[-1]) for day, value in found]
