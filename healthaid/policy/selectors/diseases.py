"""Which ICD-10 codes mean which disease at a place on a day: the reviewed file's prefixes, or those a region set."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from healthaid.policy import catalogue, domain
from healthaid.policy.catalogue import Disease
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalValue

ICD10 = "disease.icd10"


@dataclass(frozen=True, slots=True)
class PrefixSets:
    """The confirmed local sets of all regions; asking them costs no query."""

    by_disease: Mapping[str, tuple[LocalValue, ...]]  # the latest first, of the same day the most specific place's

    def local(self, disease: str, path: str, day: date) -> LocalValue | None:
        """The local set that prevails for a disease in the branch of this path; None where the file's counts."""
        held = (row for row in self.by_disease.get(disease, ()) if path.startswith(row.path))
        return next((row for row in held if _is_in_force(row, day)), None)

    def prefixes(self, disease: Disease, path: str, day: date) -> tuple[str, ...]:
        """The ICD-10 prefixes of a disease in the branch of this path on the day."""
        row = self.local(disease.code, path, day)
        return tuple(row.word.split()) if row else disease.icd10

    def paths(self, diseases: Iterable[str], day: date) -> list[str]:
        """The branches in which a set for one of these diseases is in force, the most specific first."""
        rows = (row for code in diseases for row in self.by_disease.get(code, ()) if _is_in_force(row, day))
        return sorted({row.path for row in rows}, key=lambda path: (-path.count("/"), path))

    def branches_and_days(self, value: LocalValue) -> Iterator[tuple[str, date]]:
        """Where and from which days a set holds: its own place and first day, and wherever other sets change."""
        rows = [row for held in self.by_disease.values() for row in held]
        days = {row.starts_on for row in rows} | {row.ends_on + timedelta(days=1) for row in rows if row.ends_on}
        paths = {value.path, *(row.path for row in rows if row.path.startswith(value.path))}
        for path, day in product(sorted(paths), sorted({value.starts_on, *days})):
            own = self.local(value.disease, path, day)
            if _is_in_force(value, day) and (own is None or _rank(own) <= _rank(value)):
                yield path, day


def prefix_sets() -> PrefixSets:
    """All confirmed local sets, in one query; there are as many as officials have entered by hand."""
    rows = LocalValue.objects.filter(parameter=ICD10, state=ValueState.CONFIRMED).select_related("document__place")
    found: dict[str, list[LocalValue]] = defaultdict(list)
    for row in sorted(rows, key=_rank, reverse=True):
        found[row.disease].append(row)
    return PrefixSets({code: tuple(held) for code, held in found.items()})


def claimed_elsewhere(value: LocalValue) -> tuple[str, Disease] | None:
    """A prefix of a set that another disease claims too, and that disease; None when there is none.

    Asked for the set's place and every place below that has sets of its own, on its first day and on every later one on
    which another set begins or has ended. What the reviewed file gives both diseases is not asked about, nor are
    diseases of which one lies within the other.
    """
    sets, disease, prefixes = prefix_sets(), catalogue.diseases()[value.disease], value.word.split()
    branches = list(sets.branches_and_days(value))
    for other in catalogue.diseases().values():
        if disease.code in {other.code, other.within} or disease.within == other.code:
            continue
        shared = [prefix for prefix in disease.icd10 if domain.overlap([prefix], other.icd10)]
        own = [prefix for prefix in prefixes if prefix not in shared]
        for path, day in branches:
            if met := domain.overlap(own, sets.prefixes(other, path, day)):
                return met, other
    return None


def _rank(row: LocalValue) -> tuple[date, int]:
    """The higher prevails: the latest, of the same day the most specific place's."""
    return row.starts_on, row.path.count("/")


def _is_in_force(row: LocalValue, day: date) -> bool:
    return row.starts_on <= day and (row.ends_on is None or day <= row.ends_on)
