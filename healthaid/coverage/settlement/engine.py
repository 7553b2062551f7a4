"""Settling one bill, and one person's year."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from healthaid.coverage.settlement.basis import Basis
from healthaid.coverage.settlement.bill import NOTHING_YET, Bill
from healthaid.coverage.settlement.layers import WHOLE, Amounts, Outcome, outcome
from healthaid.coverage.settlement.rulebook import Rulebook, documents_alone
from healthaid.policy.domain import RegionMustChoose, Unresolved

OPEN_CAP = "assistance.cap.total"


class Settled(NamedTuple):
    """A bill with what each layer pays, in fen, and what that rests on."""

    bill: Bill
    basis: Basis
    outcome: Outcome[int]


def settle(bill: Bill, rulebook: Rulebook | None = None) -> Settled:
    """What each of the four layers, the hospital and the person pay; the parts always add up to the total.

    The bill is one that `reading.read_bill` would give. Raises a kind of policy.domain.Unresolved, which names
    parameter, place and day.
    """
    basis = (rulebook or documents_alone()).basis_of_bill(bill)
    amounts = Amounts(bill.total, bill.in_policy, bill.necessary, bill.package_price or 0)
    result = outcome(amounts, basis.terms, bill.before, WHOLE)
    if result.due.assistance.is_beyond_open_cap:
        raise RegionMustChoose(OPEN_CAP, bill.region, bill.on)
    return Settled(bill, basis, result)


def replay(bills: Iterable[tuple[int, Bill]], rulebook: Rulebook | None = None) -> dict[int, Settled | Unresolved]:
    """One person's calendar year anew, by the number of each bill: in the order of day and number, sums carried on.

    The sums a bill brings are not used. A bill that cannot be settled moves no sum.
    """
    results: dict[int, Settled | Unresolved] = {}
    sums = NOTHING_YET
    for number, bill in sorted(bills, key=lambda item: (item[1].on, item[0])):
        try:
            settled = settle(replace(bill, before=sums), rulebook)
        except Unresolved as problem:
            results[number] = problem
        else:
            results[number], sums = settled, settled.outcome.after
    return results
