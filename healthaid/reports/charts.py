"""What the browser draws, as plain data beside the table that says the same."""

from collections.abc import Sequence
from typing import Any

from healthaid.reports.domain import Value
from healthaid.reports.indicators import HEADLINES
from healthaid.reports.selectors.dashboard import TrendLine


def trend_chart(lines: Sequence[TrendLine]) -> dict[str, Any]:
    """A line for each headline rate over the months, in percent; a gap where nothing was due."""
    return {
        "unit": "%",
        "labels": [f"{line.month:%Y-%m}" for line in lines],
        "series": [
            {"name": str(indicator.label), "values": [_percent(line.figures[index].value) for line in lines]}
            for index, indicator in enumerate(HEADLINES)
        ],
    }


def _percent(value: Value) -> float | None:
    return None if value.rate is None else float(value.percent.rstrip("%"))
