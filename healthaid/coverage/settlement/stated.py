"""What the hospital's paper says that was really paid: promises are held against it, not against what is due."""

from typing import Generic, NamedTuple

from healthaid.coverage.settlement.bill import Amount
from healthaid.coverage.settlement.layers import MILLION, Arithmetic, Outcome


class Stated(NamedTuple, Generic[Amount]):
    """The payments of one paper in fen, or columns of many; `is_stated` is 0 where the paper does not say them all."""

    is_stated: Amount
    basic: Amount
    critical: Amount
    assistance: Amount
    safety_net: Amount
    hospital: Amount


NOT_STATED: Stated[int] = Stated(0, 0, 0, 0, 0, 0)


def as_paid(
    found: Outcome[Amount], paid: Stated[Amount], hospital_pays: Amount, calc: Arithmetic[Amount]
) -> Outcome[Amount]:
    """The outcome with what was paid in place of what is due, where the paper says it.

    What a hospital at fault bears beyond its excess counts as paid by basic insurance. Of critical-illness insurance
    and assistance only what is left of the in-policy costs counts as paid on them.
    """
    due, charged = found.due, found.due.charged

    def chosen(stated: Amount, reckoned: Amount) -> Amount:
        return reckoned + paid.is_stated * (stated - reckoned)

    basic = paid.basic + hospital_pays * calc.most(paid.hospital - charged.excess, 0)
    beyond_basic = calc.most(charged.in_policy - basic, 0)
    critical = calc.least(paid.critical, beyond_basic)
    left = beyond_basic - critical
    return found._replace(
        due=due._replace(
            basic=chosen(basic, due.basic),
            critical=due.critical._replace(
                amount=chosen(paid.critical, due.critical.amount), in_policy=chosen(critical, due.critical.in_policy)
            ),
            assistance=due.assistance._replace(
                left=chosen(left, due.assistance.left),
                in_policy_micro=chosen(calc.least(paid.assistance, left) * MILLION, due.assistance.in_policy_micro),
                amount=chosen(paid.assistance, due.assistance.amount),
            ),
            safety_net=due.safety_net._replace(amount=chosen(paid.safety_net, due.safety_net.amount)),
        )
    )
