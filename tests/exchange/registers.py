"""Small registers of the people fixture's village, as files and as batches."""

import io

import openpyxl

from healthaid.exchange import actions, registry
from healthaid.exchange.enums import BatchState
from healthaid.exchange.writing import write_template

KIND = "register"
GOOD = "533103199003070015"
CHILD = "533103201501010015"


def register(people, **changed):
    """A filled-in template: a head and a child; keyword values replace cells of the head's row by header."""
    sheet = registry.sheet(KIND)
    book = openpyxl.load_workbook(io.BytesIO(write_template("花名册", sheet.sheet_columns(), [])))
    page = book.worksheets[0]
    columns = {cell.value.rstrip("*"): cell.column for cell in page[2]}
    household = {"县": people.county.name, "乡（镇）": people.township.name, "行政村": people.here.name, "户编号": "H1"}
    head = {"人编号": "P1", "姓名": "岩罕", "证件号码": GOOD, "与户主关系": "户主", "民族": "傣族"}
    child = {"人编号": "P2", "姓名": "岩温", "证件号码": CHILD, "与户主关系": "之子", "民族": "傣族"}
    for row, cells in ((3, household | head | changed), (4, household | child)):
        for header, text in cells.items():
            page.cell(row, columns[header], text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faulty(people):
    """The head's identity number has a wrong last digit."""
    return register(people, 证件号码=GOOD[:-1] + "6")


def checked_batch(people):
    """A batch of two new people, waiting for its uploader's word."""
    batch = actions.receive(by=people.poverty, kind=KIND, name="花名册.xlsx", data=register(people))
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED, list(batch.problems.values_list("row", "column", "reason"))
    return batch


def faulty_batch(people):
    """A batch with errors."""
    batch = actions.receive(by=people.poverty, kind=KIND, name="花名册.xlsx", data=faulty(people))
    actions.check(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.FAULTY
    return batch
