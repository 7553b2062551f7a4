"""What a settlement rested on, as it is kept: enough to settle the same bill again when every file has changed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from healthaid.coverage.settlement import ENGINE
from healthaid.coverage.settlement.basis import Basis, Case
from healthaid.coverage.settlement.layers import NEUTRAL
from healthaid.coverage.settlement.questions import Cited
from healthaid.policy.domain import Range


def as_json(basis: Basis) -> dict[str, Any]:
    """A basis as a RuleSet keeps it."""
    return {
        "case": basis.case._asdict(),
        "terms": basis.terms._asdict(),
        "cited": {step: [cited.as_json() for cited in values] for step, values in basis.cited.items()},
        "promises": {code: cited.as_json() for code, cited in basis.promises.items()},
        "warnings": list(basis.warnings),
    }


def digest(values: Mapping[str, Any]) -> str:
    """The fingerprint under which equal values of the same engine are kept once."""
    text = json.dumps([ENGINE, values], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def from_json(values: Mapping[str, Any]) -> Basis:
    """The basis that was kept."""
    return Basis(
        case=Case(**values["case"]),
        terms=NEUTRAL._replace(**values["terms"]),  # a term that came later changes nothing
        cited={step: _all_cited(rows) for step, rows in values["cited"].items()},
        promises={code: _cited(row) for code, row in values["promises"].items()},
        warnings=tuple(values["warnings"]),
    )


def _all_cited(rows: Sequence[Mapping[str, Any]]) -> tuple[Cited, ...]:
    return tuple(_cited(row) for row in rows)


def _cited(row: Mapping[str, Any]) -> Cited:
    starts_on = row["from"] and date.fromisoformat(row["from"])
    return Cited(row["parameter"], _worth(row["value"]), row["document"], row["article"], starts_on)


def _worth(value: Any) -> Decimal | Range | str:
    if isinstance(value, list):
        return Range(*(None if end is None else Decimal(end) for end in value))
    try:
        return Decimal(value)
    except ArithmeticError:
        return str(value)
