"""What follows when a local value begins to count. Filled by higher rooms in AppConfig.ready."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from healthaid.accounts.models import User
from healthaid.policy.models import LocalValue


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a room does about a value that was just confirmed, and what it tells the person who confirmed it.

    `apply` writes under the person's name, inside the confirmation's transaction, and returns how many rows it
    changed; `told` says so, with a link where the person may follow it, and is asked only where rows changed.
    """

    apply: Callable[[User, LocalValue], int]
    told: Callable[[User, LocalValue, int], str]


_consequences: list[Consequence] = []
_settling: set[str] = set()  # parameters that decide what a bill is paid


def register(consequence: Consequence) -> None:
    """Let something follow from every confirmed value; each registers once."""
    if consequence not in _consequences:
        _consequences.append(consequence)


def register_settling(names: Iterable[str]) -> None:
    """Name the parameters that settlements read."""
    _settling.update(names)


def enters_settlement(name: str) -> bool:
    """Whether any settlement reads the parameter."""
    return name in _settling


def apply_all(by: User, value: LocalValue) -> list[str]:
    """Let everything follow; what the person is told of it."""
    counted = [(consequence, consequence.apply(by, value)) for consequence in _consequences]
    return [consequence.told(by, value, count) for consequence, count in counted if count]
