"""A settlement as JSON: amounts, the year's sums, every step with its figures and articles, promises, warnings."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from healthaid.core.money import bare, yuan_text
from healthaid.coverage.settlement import ENGINE
from healthaid.coverage.settlement.basis import fen, parts
from healthaid.coverage.settlement.bill import Running
from healthaid.coverage.settlement.engine import Settled
from healthaid.coverage.settlement.layers import MILLION, NO_LIMIT, PAYERS, WHOLE, Due, Outcome, rounded
from healthaid.coverage.settlement.questions import Cited
from healthaid.coverage.settlement.stated import NOT_STATED, Stated, as_paid


def as_json(settled: Settled) -> dict[str, Any]:
    """The result as `manage.py settle` and the exchange interface give it."""
    outcome = settled.outcome
    return {
        **{payer: yuan_text(getattr(outcome, payer)) for payer in (*PAYERS, "total")},
        "year_to_date": running_as_json(outcome.after),
        "steps": steps(settled),
        "guarantees": [guarantee.as_json() for guarantee in guarantees(settled)],
        "warnings": list(settled.basis.warnings),
        "engine": ENGINE,
    }


def running_as_json(sums: Running[int]) -> dict[str, str]:
    """A year's sums in yuan."""
    return {name: yuan_text(amount) for name, amount in zip(Running._fields, sums, strict=True)}


def steps(settled: Settled) -> list[dict[str, Any]]:
    """The layers in their order: what each amounts to, the figures that entered it, the articles it rests on."""
    cited, outcome = settled.basis.cited, settled.outcome
    due, excess = outcome.due, outcome.due.charged.excess
    found = [_step("hospital", excess, _hospital(settled), cited)]
    if settled.basis.terms.is_packaged:
        found.insert(0, _step("package_price", outcome.total, _package(settled), cited))
    found += [
        _step("basic", due.basic, _basic(settled), cited),
        _step("critical", due.critical.amount, _critical(settled), cited),
        _step("assistance", due.assistance.amount, _assistance(settled), cited),
        _step("safety_net", due.safety_net.amount, _safety_net(settled), cited),
    ]
    if settled.basis.terms.hospital_pays:
        moved = outcome.hospital - excess
        found.append(_step("hospital_fault", moved, {"moved_to_hospital": yuan_text(moved)}, cited))
    year = {"year_before": yuan_text(settled.bill.before.personal), "year_after": yuan_text(outcome.after.personal)}
    return [*found, _step("personal", outcome.personal, year, cited)]


def _step(
    layer: str, amount: int, figures: Mapping[str, str | None], cited: Mapping[str, tuple[Cited, ...]]
) -> dict[str, Any]:
    articles = [value.as_json() for value in cited.get(layer, ())]
    return {"layer": layer, "amount": yuan_text(amount), "figures": figures, "articles": articles}


def _rate(parts: int) -> str:
    """Parts per million as a ratio: 900000 is "0.9"."""
    return bare(Decimal(parts).scaleb(-6))


def _package(settled: Settled) -> dict[str, str | None]:
    bill = settled.bill
    return {
        "billed_total": yuan_text(bill.total),
        "billed_in_policy": yuan_text(bill.in_policy),
        "price": yuan_text(bill.package_price or 0),
    }


def _hospital(settled: Settled) -> dict[str, str | None]:
    charged, terms = settled.outcome.due.charged, settled.basis.terms
    figures: dict[str, str | None] = {
        "total": yuan_text(charged.total),
        "in_policy": yuan_text(charged.in_policy),
        "out_of_catalogue": yuan_text(charged.total - charged.in_policy),
    }
    if terms.allowance_rate < MILLION:
        figures |= {"limit": _rate(terms.allowance_rate), "allowed": yuan_text(charged.allowance)}
    return figures | {"base": yuan_text(charged.base)}


def _basic(settled: Settled) -> dict[str, str | None]:
    terms = settled.basis.terms
    return {
        "in_policy": yuan_text(settled.outcome.due.charged.in_policy),
        "deductible": yuan_text(terms.deductible),
        "rate": _rate(terms.basic_rate),
    }


def _critical(settled: Settled) -> dict[str, str | None]:
    due, terms = settled.outcome.due.critical, settled.basis.terms
    figures: dict[str, str | None] = {"self_paid": yuan_text(due.self_paid)}
    if terms.accumulates:
        figures |= {
            "sum_before": yuan_text(settled.bill.before.critical_base),
            "sum_after": yuan_text(due.accumulated),
            "deductible": yuan_text(terms.critical_deductible),
            "paid_below_mark_on": yuan_text(due.lower),
            "rate_below_mark": _rate(terms.critical_rate_below),
        }
    if terms.critical_rate_above != terms.critical_rate_below:
        figures |= {
            "mark": yuan_text(terms.critical_mark),
            "paid_above_mark_on": yuan_text(due.upper),
            "rate_above_mark": _rate(terms.critical_rate_above),
        }
    if terms.critical_rate_direct:
        figures["rate"] = _rate(terms.critical_rate_direct)
    if terms.special_rate:
        figures |= {
            "base": yuan_text(settled.outcome.due.charged.base),
            "special_rate": _rate(terms.special_rate),
            "by_segments": yuan_text(due.segments),
            "by_special_treatment": yuan_text(due.special),
        }
    return figures


def _assistance(settled: Settled) -> dict[str, str | None]:
    due, terms, before = settled.outcome.due.assistance, settled.basis.terms, settled.bill.before
    if not terms.assistance_rate:
        return {}
    figures: dict[str, str | None] = {
        "kind": "major" if terms.is_major else "ordinary",
        "remaining": yuan_text(due.left),
        "rate": _rate(terms.assistance_rate),
        "gap": yuan_text(due.gap),
        "cap": yuan_text(terms.assistance_cap),
        "drawn": yuan_text(terms.counts_ordinary * before.assistance + terms.counts_major * before.major_assistance),
        "cap_left": yuan_text(due.cap_left),
    }
    if terms.necessary_rate:
        figures |= {"necessary": yuan_text(due.necessary), "necessary_rate": _rate(terms.necessary_rate)}
    return figures


def _safety_net(settled: Settled) -> dict[str, str | None]:
    due, terms = settled.outcome.due.safety_net, settled.basis.terms
    figures: dict[str, str | None] = {}
    if terms.net_target:
        figures |= {
            "base": yuan_text(settled.outcome.due.charged.base),
            "target": _rate(terms.net_target),
            "lifted": yuan_text(due.lifted),
        }
    if terms.income < NO_LIMIT:
        figures |= {
            "own": yuan_text(due.own),
            "year_before": yuan_text(settled.bill.before.personal),
            "income": yuan_text(terms.income),
            "above_income": yuan_text(due.above_income),
        }
        if terms.above_income_rate < MILLION:
            figures["above_income_rate"] = _rate(terms.above_income_rate)
    return figures


def _never(_due: Due[Any]) -> Any:
    return False


class Measure(NamedTuple):
    """What a promised rate is held against: `reached` of `of`, in fen; kept anyway where it is `excused`."""

    reached: Callable[[Due[Any]], Any]
    of: Callable[[Due[Any]], Any]
    excused: Callable[[Due[Any]], Any] = _never


def _paid(due: Due[Any]) -> Any:
    return due.basic + due.critical.amount + due.assistance.amount + due.safety_net.amount


def _paid_in_policy(due: Due[Any]) -> Any:
    return due.basic + due.critical.in_policy + rounded(due.assistance.in_policy_micro)


def _is_limit_drawn(due: Due[Any]) -> Any:
    """The rate of assistance is promised within the yearly limit (GS-2019-385 （七）)."""
    return due.assistance.amount >= due.assistance.cap_left


MEASURES = {
    "county_stay_actual_rate": Measure(_paid, lambda due: due.charged.base),
    "outside_stay_in_policy_rate": Measure(_paid_in_policy, lambda due: due.charged.in_policy),
    "outpatient_special_rate": Measure(lambda due: due.basic, lambda due: due.charged.in_policy),
    "special_treatment_rate": Measure(lambda due: due.basic + due.critical.amount, lambda due: due.charged.base),
    "in_policy_rate": Measure(_paid_in_policy, lambda due: due.charged.in_policy),
    "assistance_rate": Measure(lambda due: due.assistance.amount, lambda due: due.assistance.left, _is_limit_drawn),
    "actual_rate": Measure(_paid, lambda due: due.charged.base),
}
INCOME_CAP = "income_cap"  # an amount of the year, not a share of the bill


class Guarantee(NamedTuple):
    """A promise, what this bill reached, and whether that keeps it to the fen."""

    code: str
    promised: Decimal
    reached: str | None  # a ratio, or yuan; None where there is nothing to take a share of
    is_met: bool
    cited: Cited

    def as_json(self) -> dict[str, Any]:
        """An entry of `guarantees`."""
        return {
            "guarantee": self.code,
            "promised": str(self.promised),
            "actual": self.reached,
            "met": self.is_met,
            "document": self.cited.document,
            "article": self.cited.article,
            "parameter": self.cited.parameter,
        }


def guarantees(settled: Settled, stated: Stated[int] = NOT_STATED) -> list[Guarantee]:
    """The promises that this bill can be held against, by what its paper states that was paid, else by what is due.

    What a hospital at fault pays counts as paid.
    """
    paid = as_paid(settled.outcome, stated, settled.basis.terms.hospital_pays, WHOLE)
    return [_guarantee(code, cited, paid) for code, cited in settled.basis.promises.items()]


def is_met(code: str, outcome: Outcome[Any], promised: Any) -> Any:
    """Whether the promise is kept to the fen, of one bill or of columns; `promised` as `promised_of` gives it."""
    if code == INCOME_CAP:
        return outcome.after.personal <= promised
    measure = MEASURES[code]
    whole = rounded(measure.of(outcome.due) * promised)
    return (measure.reached(outcome.due) >= whole) | measure.excused(outcome.due)


def promised_of(code: str, cited: Cited) -> int:
    """What is promised, as the engine reckons: parts per million, or fen of a year."""
    worth = Decimal(str(cited.worth))
    return fen(worth) if code == INCOME_CAP else parts(worth)


def _guarantee(code: str, cited: Cited, outcome: Outcome[int]) -> Guarantee:
    if code == INCOME_CAP:
        reached: str | None = yuan_text(outcome.after.personal)
    else:
        measure = MEASURES[code]
        whole = measure.of(outcome.due)
        reached = f"{Decimal(measure.reached(outcome.due)) / whole:.4f}" if whole else None
    is_kept = is_met(code, outcome, promised_of(code, cited))
    return Guarantee(code, Decimal(str(cited.worth)), reached, is_kept, cited)
