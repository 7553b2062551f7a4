"""What must hold between the items of a person, and what is worth a second look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Doubt = Literal["older_than_parent", "young_head", "education", "schooling", "spouse"]

RESIDENT_DOCUMENTS = frozenset({"01", "02"})  # identity card and household book bear the number of GB 11643 …
OWN_NUMBERS = frozenset({"02"})  # … or, for a child without one, the book's own
NUMBERLESS_DOCUMENTS = frozenset({"02", "99"})  # a newborn is in the household book before having a number
CHILDREN = frozenset({"03", "04"})
PARENTS = frozenset({"11", "12"})
ADULT, MARRIAGEABLE, SCHOOL_AGE = 18, 20, 6  # years
ELDERLY_FROM, CHILD_UP_TO = 65, 6  # years, inclusive: the key groups that a birth decides


@dataclass(frozen=True, slots=True)
class Kin:
    """What the doubts look at."""

    relation: str
    born_on: date
    education: str = ""
    schooling: str = ""


def doubts(person: Kin, head: Kin | None, today: date) -> list[Doubt]:
    """What hardly fits though it may be so; `head` is the head of the household when that is somebody else."""
    found: list[Doubt] = []
    age = age_on(person.born_on, today)
    if person.relation == "01" and age < ADULT:
        found.append("young_head")
    if person.relation == "02" and age < MARRIAGEABLE:
        found.append("spouse")
    if head and person.relation in CHILDREN and person.born_on <= head.born_on:
        found.append("older_than_parent")
    if head and person.relation in PARENTS and person.born_on >= head.born_on:
        found.append("older_than_parent")
    if person.education not in {"", "6"} and age < SCHOOL_AGE:
        found.append("education")
    if person.schooling not in {"", "00", "01"} and age < SCHOOL_AGE - 1:
        found.append("schooling")
    return found


def heads_of(relations: Iterable[str]) -> int:
    """How many of the relations are that of the head."""
    return sum(relation == "01" for relation in relations)


def born_by(age: int, day: date) -> date:
    """The last day of birth of those who have completed so many years on a day."""
    try:
        return day.replace(year=day.year - age)
    except ValueError:  # 29 February of a year that has none
        return date(day.year - age, 2, 28)


def age_on(born_on: date, day: date) -> int:
    """Completed years of age on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
