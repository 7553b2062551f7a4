"""Made-up rows through the import engine, as a person would bring them: uploaded, checked, confirmed, applied."""

import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import rustpy_xlsxwriter

from healthaid.accounts.models import User
from healthaid.exchange import actions, registry
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import ImportBatch


def import_rows(*, by: User, kind: str, rows: Iterable[Mapping[str, Any]]) -> ImportBatch:
    """Import rows of stored values by the names of the sheet's columns; what a row leaves out stays blank."""
    sheet = registry.sheet(kind)
    own = sheet.showers()
    showers = [(column.name, column.header, own.get(column.name) or column.shower()) for column in sheet.columns()]
    records = (
        {header: _cell(show(row[name])) if row.get(name) is not None else None for name, header, show in showers}
        for row in rows
    )
    target = io.BytesIO()
    rustpy_xlsxwriter.write_worksheet(records, target)
    return import_workbook(by=by, kind=kind, data=target.getvalue())


def import_workbook(*, by: User, kind: str, data: bytes) -> ImportBatch:
    """Import a workbook whole; raises RuntimeError with the first problems when it is not acceptable."""
    batch = actions.receive(by=by, kind=kind, name=f"{kind}.xlsx", data=data)
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    if batch.state == BatchState.CHECKED:
        actions.approve(by=by, batch=batch)
        actions.apply(batch_id=batch.pk)
        batch.refresh_from_db()
    if batch.state != BatchState.APPLIED:
        problems = "; ".join(f"{each.row} {each.column}: {each.reason}" for each in batch.problems.all()[:3])
        raise RuntimeError(f"the made-up {kind} sheet was not imported: {batch.message} {problems}")
    return batch


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
