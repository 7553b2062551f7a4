"""What a bill would have cost everybody under the rules of other places and days, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from healthaid.coverage import words
from healthaid.coverage.models import Bill
from healthaid.coverage.phrases import LAYERS, warning_told
from healthaid.coverage.selectors.citations import documents_for
from healthaid.coverage.selectors.settlements import current_settlement
from healthaid.coverage.settlement.engine import Settled, settle
from healthaid.coverage.settlement.faults import BadBill
from healthaid.coverage.settlement.layers import PAYERS
from healthaid.coverage.settlement.reading import read_local
from healthaid.coverage.settlement.result import steps
from healthaid.coverage.settlement.rulebook import Rulebook
from healthaid.coverage.settling.facts import SUMS, local_documents
from healthaid.policy import catalogue
from healthaid.policy.domain import Unresolved
from healthaid.policy.selectors.documents import documents_named
from healthaid.policy.selectors.places import place_names

COPIED = ("setting", "level", "tier", "disease", "total", "in_policy", "necessary", "package_price")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a payer bears, in fen, and on which articles that rests."""

    amount: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """The bill at one place and day: the payers' cells in their order, or why there is no answer."""

    place: str
    on: date
    values: Mapping[str, str]
    cells: Mapping[str, Cell]
    warnings: tuple[str, ...] = ()
    problem: str = ""

    @property
    def total(self) -> int | None:
        """What all payers bear together, in fen; None without an answer."""
        return sum(cell.amount for cell in self.cells.values()) if self.cells else None


def try_bill(form: Any) -> tuple[list[Tried], list[tuple[Any, list[Cell | None]]]]:
    """Each alternative of a valid TrialForm, its values by their labels, and the table with a row a payer."""
    asked = form.asked()
    names = place_names(region for region, _on, _values in asked)
    tried = [_tried(form, names.get(region, region), region, on, values) for region, on, values in asked]
    rows = [(LAYERS[name], [each.cells.get(name) for each in tried]) for name in PAYERS]
    return tried, rows


def _tried(form: Any, name: str, region: str, on: date, values: Mapping[str, str]) -> Tried:
    labelled = {catalogue.label_of(parameter): value for parameter, value in values.items()}
    rulebook = Rulebook(local_documents([region]))
    try:
        local = read_local(dict(values))
        settled = settle(form.bill_at(region, on, local), rulebook)
    except (BadBill, Unresolved) as problem:
        return Tried(name, on, labelled, {}, problem=words.explain(problem, by_label=True))
    warnings = tuple(warning_told(code, documents_for(region, on)) for code in settled.basis.warnings)
    return Tried(name, on, labelled, _cells(settled), warnings)


def _cells(settled: Settled) -> dict[str, Cell]:
    told = {step["layer"]: step["articles"] for step in steps(settled)}
    documents = documents_named(row["document"] for rows in told.values() for row in rows if row["document"])
    cells = {}
    for name in PAYERS:
        rows: Sequence[Mapping[str, Any]] = told.get(name, ())
        sources = (
            f"{documents[row['document']].number} {row['article']}" if row["document"] in documents else row["article"]
            for row in rows
        )
        cells[name] = Cell(getattr(settled.outcome, name), tuple(filter(None, dict.fromkeys(sources))))
    return cells


def copied_from(bill: Bill) -> dict[str, Any]:
    """A bill's figures and the year's sums before it as the form begins with them, at its own county and day."""
    referral = "compliant" if bill.referral == "filed_late" else bill.referral
    settlement = current_settlement(bill)
    sums = {name: getattr(settlement, f"before_{name}") for name in SUMS} if settlement else {}
    own = {"place_1": bill.region, "on_1": bill.served_on, "referral": referral}
    return {name: getattr(bill, name) for name in COPIED} | sums | own
