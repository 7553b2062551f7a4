"""Small sheets for tests of the engine: rows as dictionaries by header, brought in as a CSV file."""

import csv
import io
from datetime import date

from healthaid.exchange import actions
from healthaid.exchange.checking import Sheet
from healthaid.exchange.models import ImportBatch
from tests.factories.patients import identity_number


def register_row(serial, household=1, **cells):
    """A member of a household of 芒坝村; the first of a household is its head."""
    return {
        "县": "芒坝市",
        "乡（镇）": "芒坝镇",
        "行政村": "芒坝村",
        "户编号": f"53310300{household:04}",
        "人编号": f"53310300{household:04}{serial:04}",
        "姓名": f"岩温{'甲乙丙丁戊己庚辛壬癸'[serial % 10]}",
        "证件号码": identity_number(serial, date(1960, 5, 6)),
        "与户主关系": "户主",
        "民族": "傣族",
        "首次识别时间": "2014-01-01",
        "脱贫属性": "未脱贫",
        **cells,
    }


def csv_file(rows):
    """The bytes of a CSV file with every header that a row has."""
    headers = list(dict.fromkeys(header for row in rows for header in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, headers, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def brought(by, rows, kind="register") -> tuple[ImportBatch, Sheet]:
    """The batch of a file that was received and checked."""
    batch = actions.receive(by=by, kind=kind, name="试点.csv", data=csv_file(rows))
    sheet = actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch, sheet


def applied(by, rows, kind="register") -> ImportBatch:
    """The batch of a file that was received, checked, confirmed and written."""
    batch, sheet = brought(by, rows, kind)
    assert batch.state == "checked", [(found.row, found.name, found.reason) for found in sheet.found]
    actions.approve(by=by, batch=batch)
    actions.apply(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


def counts(batch):
    """New, changed, unchanged and bad rows."""
    return batch.new_count, batch.changed_count, batch.unchanged_count, batch.error_count


def errors(sheet):
    """Row, header and reason of each error."""
    return [(found.row, found.column, found.reason) for found in sheet.problems() if not found.is_warning]


def withdrawn(by, batch) -> ImportBatch:
    """The batch after it was taken back, as its job does it."""
    actions.begin_withdrawal(by=by, batch=batch)
    actions.withdraw(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch
