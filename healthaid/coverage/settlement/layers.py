"""The four layers' arithmetic, written once: it runs on the whole numbers of one bill and on the columns of many.

Amounts are fen, rates are parts per million, flags are 0 or 1. A rule that does not exist has terms that change
nothing, so that no step asks which province it is in. The order is: the hospital's excess, the single-disease
price, basic, critical, assistance, the two safety nets, the person. Each layer is rounded half up once.
"""

from collections.abc import Callable
from typing import Generic, NamedTuple

from healthaid.coverage.settlement.bill import Amount, Running

MILLION = 1_000_000
NO_LIMIT = 10**17
PAYERS = ("hospital", "basic", "critical", "assistance", "safety_net", "personal")  # whose parts make the total


class Arithmetic(NamedTuple, Generic[Amount]):
    """The two choices that whole numbers and columns make differently."""

    least: Callable[..., Amount]
    most: Callable[..., Amount]


WHOLE: Arithmetic[int] = Arithmetic(min, max)


class Terms(NamedTuple, Generic[Amount]):
    """The numbers that hold for a bill."""

    is_packaged: Amount
    allowance_rate: Amount
    deductible: Amount
    basic_rate: Amount
    accumulates: Amount  # whether the self-paid part joins the running sum of critical-illness insurance
    critical_deductible: Amount
    critical_mark: Amount  # not below the deductible
    critical_rate_below: Amount
    critical_rate_above: Amount
    critical_rate_direct: Amount  # of what basic insurance left, whatever the running sum
    special_rate: Amount
    assistance_rate: Amount
    assistance_target: Amount
    assistance_cap: Amount
    is_cap_open: Amount  # only its lower bound is known
    counts_ordinary: Amount  # which drawn sums count towards the cap
    counts_major: Amount
    is_major: Amount
    necessary_rate: Amount
    net_target: Amount
    income: Amount
    above_income_rate: Amount
    hospital_pays: Amount
    moves_personal: Amount


# No rule at all: everything is left to the person.
NEUTRAL: Terms[int] = Terms(
    is_packaged=0,
    allowance_rate=MILLION,
    deductible=0,
    basic_rate=0,
    accumulates=0,
    critical_deductible=0,
    critical_mark=0,
    critical_rate_below=0,
    critical_rate_above=0,
    critical_rate_direct=0,
    special_rate=0,
    assistance_rate=0,
    assistance_target=MILLION,
    assistance_cap=0,
    is_cap_open=0,
    counts_ordinary=0,
    counts_major=0,
    is_major=0,
    necessary_rate=0,
    net_target=0,
    income=NO_LIMIT,
    above_income_rate=MILLION,
    hospital_pays=0,
    moves_personal=1,
)


class Amounts(NamedTuple, Generic[Amount]):
    """What a bill says in figures; the price is 0 where none is given."""

    total: Amount
    in_policy: Amount
    necessary: Amount
    price: Amount


class Charged(NamedTuple, Generic[Amount]):
    """What the layers are reckoned on."""

    total: Amount  # the billed total, or the price
    in_policy: Amount
    allowance: Amount  # what may lie outside the catalogue
    excess: Amount  # what lies outside beyond that: the hospital's
    base: Amount  # the total without the excess


class Critical(NamedTuple, Generic[Amount]):
    self_paid: Amount  # in-policy, after basic insurance
    accumulated: Amount  # the running sum with this bill
    lower: Amount  # the part this bill adds between deductible and mark
    upper: Amount  # the part it adds above the mark
    segments: Amount  # paid on both parts
    special: Amount  # what special treatment promises beyond basic insurance
    amount: Amount
    in_policy: Amount  # of the amount, what falls on in-policy costs


class Assistance(NamedTuple, Generic[Amount]):
    left: Amount
    gap: Amount  # to the aim
    cap_left: Amount
    in_policy_micro: Amount  # the in-policy part, in millionths of a fen
    necessary: Amount  # outside the catalogue, as far as it counts
    amount: Amount
    is_beyond_open_cap: Amount  # the true cap would matter, and nobody set it


class SafetyNet(NamedTuple, Generic[Amount]):
    lifted: Amount
    own: Amount  # the person's part before the income cap
    above_income: Amount  # paid of what exceeds the income figure
    amount: Amount


class Due(NamedTuple, Generic[Amount]):
    """What is due under the rules, before it is settled whether the hospital bears it."""

    charged: Charged[Amount]
    basic: Amount
    critical: Critical[Amount]
    assistance: Assistance[Amount]
    safety_net: SafetyNet[Amount]


class Outcome(NamedTuple, Generic[Amount]):
    """What everybody pays; `hospital` to `personal` add up to `total`. Void where the open cap is passed."""

    hospital: Amount
    basic: Amount
    critical: Amount
    assistance: Amount
    safety_net: Amount
    personal: Amount
    total: Amount
    after: Running[Amount]
    due: Due[Amount]


def rounded(micro: Amount) -> Amount:
    """Millionths of a fen, not negative, to the fen, half up."""
    return (micro + MILLION // 2) // MILLION


def outcome(
    amounts: Amounts[Amount], terms: Terms[Amount], before: Running[Amount], calc: Arithmetic[Amount]
) -> Outcome[Amount]:
    """Settle under the terms, after what the year brought before."""
    charged = _charged(amounts, terms, calc)
    basic = rounded(terms.basic_rate * calc.most(charged.in_policy - terms.deductible, 0))
    critical = _critical(charged, basic, terms, before, calc)
    paid = basic + critical.amount
    assistance = _assistance(charged, paid, amounts.necessary, terms, before, calc)
    net = _safety_net(charged.base, paid + assistance.amount, terms, before, calc)
    personal = net.own - net.above_income
    moved = terms.hospital_pays
    kept = 1 - moved
    drawn = kept * assistance.amount
    return Outcome(
        hospital=charged.excess + moved * (paid + assistance.amount + net.amount),
        basic=kept * basic,
        critical=kept * critical.amount,
        assistance=drawn,
        safety_net=kept * net.amount,
        personal=personal,
        total=charged.total,
        after=Running(
            before.critical_base + kept * (critical.accumulated - before.critical_base),
            before.assistance + (1 - terms.is_major) * drawn,
            before.major_assistance + terms.is_major * drawn,
            before.personal + terms.moves_personal * personal,
        ),
        due=Due(charged, basic, critical, assistance, net),
    )


def _charged(amounts: Amounts[Amount], terms: Terms[Amount], calc: Arithmetic[Amount]) -> Charged[Amount]:
    """A single-disease price takes the place of the bill; else the hospital bears the excess outside the catalogue."""
    total = amounts.total + terms.is_packaged * (amounts.price - amounts.total)
    in_policy = amounts.in_policy + terms.is_packaged * (amounts.price - amounts.in_policy)
    allowance = rounded(terms.allowance_rate * total)
    excess = calc.most(total - in_policy - allowance, 0)
    return Charged(total, in_policy, allowance, excess, total - excess)


def _critical(
    charged: Charged[Amount], basic: Amount, terms: Terms[Amount], before: Running[Amount], calc: Arithmetic[Amount]
) -> Critical[Amount]:
    """What the bill adds to the two segments of the year's running sum, or what special treatment promises."""
    least, most = calc.least, calc.most
    self_paid = charged.in_policy - basic
    accumulated = before.critical_base + terms.accumulates * self_paid
    start, mark = terms.critical_deductible, terms.critical_mark
    lower = least(most(accumulated, start), mark) - least(most(before.critical_base, start), mark)
    upper = most(accumulated, mark) - most(before.critical_base, mark)
    by_sum = terms.critical_rate_below * lower + terms.critical_rate_above * upper
    segments = rounded(by_sum + terms.critical_rate_direct * self_paid)
    special = most(rounded(terms.special_rate * charged.base) - basic, 0)
    amount = most(segments, special)
    return Critical(self_paid, accumulated, lower, upper, segments, special, amount, least(amount, self_paid))


def _assistance(  # noqa: PLR0917 -- the layers before it, the terms, the year
    charged: Charged[Amount],
    paid: Amount,
    necessary: Amount,
    terms: Terms[Amount],
    before: Running[Amount],
    calc: Arithmetic[Amount],
) -> Assistance[Amount]:
    """The in-policy part up to the aim, then necessary costs outside the catalogue, both under one cap.

    Both parts stay in millionths until they are added, so that the layer is rounded once.
    """
    least, most = calc.least, calc.most
    left = most(charged.in_policy - paid, 0)
    gap = most(rounded(terms.assistance_target * charged.in_policy) - paid, 0)
    drawn = terms.counts_ordinary * before.assistance + terms.counts_major * before.major_assistance
    cap_left = most(terms.assistance_cap - drawn, 0)
    wanted = least(terms.assistance_rate * left, gap * MILLION)
    in_policy_micro = least(wanted, cap_left * MILLION)
    countable = least(necessary, charged.base - charged.in_policy)
    extra = terms.necessary_rate * countable
    room = least(cap_left, charged.base - paid) * MILLION - in_policy_micro
    amount = rounded(in_policy_micro + least(extra, room))
    is_beyond = terms.is_cap_open * (wanted + extra > cap_left * MILLION)
    return Assistance(left, gap, cap_left, in_policy_micro, countable, amount, is_beyond)


def _safety_net(
    base: Amount, paid: Amount, terms: Terms[Amount], before: Running[Amount], calc: Arithmetic[Amount]
) -> SafetyNet[Amount]:
    """The lift to the aim, then what the person's own payments of the year exceed the income figure by."""
    lifted = calc.most(rounded(terms.net_target * base) - paid, 0)
    own = base - paid - lifted
    beyond = calc.least(calc.most(before.personal + own - terms.income, 0), own)
    above_income = rounded(terms.above_income_rate * beyond)
    return SafetyNet(lifted, own, above_income, lifted + above_income)
