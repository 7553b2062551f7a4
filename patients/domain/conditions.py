"""Whether an illness fits a person, and what it makes the person part of."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from patients.domain.persons import age_on

Misfit = Literal["sex", "adult", "age", "icd10", "before_birth", "in_future"]

ERRORS: frozenset[Misfit] = frozenset({"sex", "adult", "before_birth", "in_future"})  # the rest are warnings
ADULT_FROM = 19  # years; the lists say children up to 14, and regions may go up to 18


def misfits(
    *,
    only_sex: str,
    max_age: int | None,
    prefixes: Iterable[str],
    sex: str,
    born_on: date,
    diagnosed_on: date | None,
    icd10: str,
    today: date,
) -> list[Misfit]:
    """What speaks against an illness: its only sex, its oldest age on the day of diagnosis, its codes, the day itself.

    A person of unknown sex is not held against a disease of one sex.
    """
    found: list[Misfit] = []
    if diagnosed_on and diagnosed_on > today:
        found.append("in_future")
    if diagnosed_on and diagnosed_on < born_on:
        found.append("before_birth")
    if only_sex and sex in {"1", "2"} and sex != only_sex:
        found.append("sex")
    age = age_on(born_on, diagnosed_on or today)
    if max_age is not None and age > max_age:
        found.append("adult" if age >= ADULT_FROM else "age")
    if icd10 and not any(icd10.upper().startswith(prefix) for prefix in prefixes):
        found.append("icd10")
    return found


def groups_after(groups: Iterable[str], group: str, verified_groups: Iterable[str]) -> set[str]:
    """A person's key groups once the illnesses of one chronic group changed; other groups stay as they are."""
    return (set(groups) - {group}) | ({group} & set(verified_groups))
