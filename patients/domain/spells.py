"""The timeline of a person's standing: spells of days, both ends inclusive, never two on one day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


class Overlap(ValueError):  # noqa: N818 -- a verdict on the days
    """The new spell would lie over one that is there already; `spell` is that one."""

    def __init__(self, spell: "Spell") -> None:
        super().__init__("overlap")
        self.spell = spell


@dataclass(frozen=True, slots=True)
class Spell:
    """Days from a first to a last one; an open end lasts."""

    starts_on: date
    ends_on: date | None = None

    def meets(self, other: "Spell") -> bool:
        """Whether both hold on some day."""
        return (self.ends_on is None or other.starts_on <= self.ends_on) and (
            other.ends_on is None or self.starts_on <= other.ends_on
        )


def ended_by(new: Spell, spells: Iterable[Spell]) -> list[tuple[Spell, date]]:
    """The spells that a new one ends, each with its last day then: those still running when it begins.

    A spell can only be put behind what began before it. Raises Overlap for anything else in its way.
    """
    ended = []
    for spell in spells:
        if not new.meets(spell):
            continue
        if spell.ends_on is not None or spell.starts_on >= new.starts_on or new.ends_on is not None:
            raise Overlap(spell)
        ended.append((spell, new.starts_on - ONE_DAY))
    return ended
