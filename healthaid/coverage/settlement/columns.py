"""Settling a year of many people by columns: the same arithmetic as for one bill, on int64 fen.

Amounts up to `bill.LIMIT` cannot overflow: the largest figure on the way is twice an amount in millionths, 2 × 10^18,
and a person's sums stay below 2^63 for nine million of the largest bills.
"""

from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthaid.coverage.settlement.basis import Basis, Case
from healthaid.coverage.settlement.bill import Local, Running
from healthaid.coverage.settlement.layers import NEUTRAL, PAYERS, Amounts, Arithmetic, Outcome, Terms, outcome
from healthaid.coverage.settlement.rulebook import Rulebook
from healthaid.policy.domain import Unresolved

Column = NDArray[np.int64]
COLUMNS: Arithmetic[Column] = Arithmetic(np.minimum, np.maximum)

SETTLED, UNRESOLVED, BEYOND_OPEN_CAP = 0, 1, 2  # values of `Results.problem`


class CaseTable:
    """Numbers the cases that occur, so that a column can hold them, and keeps what each rests on."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.found: list[Basis | Unresolved] = []
        self._numbers: dict[tuple[object, ...], int] = {}

    def number(self, region: str, on: date, case: Case, local: Local) -> int:
        """The number of the case; every day of one `Rulebook.stretch` gives the same."""
        key = (region, self.rulebook.stretch(on), case, tuple(sorted(local.items())))
        known = self._numbers.get(key)
        if known is None:
            known = self._numbers[key] = len(self.found)
            try:
                self.found.append(self.rulebook.basis(region, on, case, local))
            except Unresolved as problem:
                self.found.append(problem)
        return known

    def terms(self) -> Terms[Column]:
        """The terms of the cases as columns by number; those of an unresolved case change nothing."""
        rows = [NEUTRAL if isinstance(found, Unresolved) else found.terms for found in self.found]
        return Terms(*np.array(rows, dtype=np.int64).reshape(-1, len(Terms._fields)).T.copy())

    def resolved(self) -> NDArray[np.bool_]:
        """By number, whether the case has terms."""
        return np.array([isinstance(found, Basis) for found in self.found], dtype=bool)


class Bills(NamedTuple):
    """Columns of one length, in any order: the bills of one calendar year, each person's all together."""

    person: Column
    day: Column  # anything that orders days
    number: Column  # orders the bills of one day; unique
    case: Column  # number in the case table
    total: Column
    in_policy: Column
    necessary: Column
    price: Column  # 0 where none is given


class Results(NamedTuple):
    """Columns in the order of the bills; a bill with a problem has zeros and moves no sum."""

    hospital: Column
    basic: Column
    critical: Column
    assistance: Column
    safety_net: Column
    personal: Column
    total: Column
    before: Running[Column]
    after: Running[Column]
    problem: Column


AMOUNTS = (*PAYERS, "total")


def settle_year(bills: Bills, cases: CaseTable, earlier: Running[Column] | None = None) -> Results:
    """Every bill settled in the order of day and number, each person's sums carried on from nothing.

    `earlier` says for each bill what bills that are not given (settled before, and preceding it) add to the sums.
    The first bills of all people are settled at once, then the second ones, and so on. Memory grows with the bills
    given, so a large year is given in groups of people.
    """
    size = len(bills.person)
    results, added = _empty(size), earlier or _zeros(size)
    terms, resolved = cases.terms(), cases.resolved()
    rows, owners, ends = _rounds(bills)
    sums = _zeros(len(ends) and int(owners.max()) + 1)
    for start, end in pairwise([0, *ends]):
        now, who = rows[start:end], owners[start:end]
        case = bills.case[now]
        before = Running(*(column[who] + more[now] for column, more in zip(sums, added, strict=True)))
        amounts = Amounts(bills.total[now], bills.in_policy[now], bills.necessary[now], bills.price[now])
        settled = outcome(amounts, Terms(*(column[case] for column in terms)), before, COLUMNS)
        problem = np.where(resolved[case], BEYOND_OPEN_CAP * settled.due.assistance.is_beyond_open_cap, UNRESOLVED)
        _keep(results, now, settled, before, problem)
        for column, after, more in zip(sums, results.after, added, strict=True):
            column[who] = after[now] - more[now]
    return results


def _rounds(bills: Bills) -> tuple[Column, Column, list[int]]:
    """Rows with the first bills of all people, then the second ones, …; whose they are, and where each round ends."""
    order = np.lexsort((bills.number, bills.day, bills.person))
    _, first, owners, counts = np.unique(
        bills.person[order], return_index=True, return_inverse=True, return_counts=True
    )
    turn = np.arange(len(order)) - np.repeat(first, counts)
    by_turn = np.argsort(turn, kind="stable")
    return order[by_turn], owners[by_turn], np.cumsum(np.bincount(turn)).tolist()


def _keep(results: Results, now: Column, settled: Outcome[Column], before: Running[Column], problem: Column) -> None:
    """Write one round into the results."""
    is_settled = problem == SETTLED
    for name in AMOUNTS:
        getattr(results, name)[now] = getattr(settled, name) * is_settled
    for kept, column in zip(results.before, before, strict=True):
        kept[now] = column
    for kept, was, column in zip(results.after, before, settled.after, strict=True):
        kept[now] = np.where(is_settled, column, was)
    results.problem[now] = problem


def _empty(size: int) -> Results:
    amounts = {name: np.zeros(size, np.int64) for name in (*AMOUNTS, "problem")}
    return Results(before=_zeros(size), after=_zeros(size), **amounts)


def _zeros(size: int) -> Running[Column]:
    return Running(*(np.zeros(size, np.int64) for _ in Running._fields))
