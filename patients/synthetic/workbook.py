"""The made-up register as a workbook with the columns of the register's sheet."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

import rustpy_xlsxwriter
import xlsxwriter

from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode
from healthaid.regions.selectors import descendants
from patients.resources.register import RegisterSheet
from patients.synthetic.mistakes import Planter
from patients.synthetic.register import County, Row, Village, register

SHEET = "数据"
TITLE_ROWS = 2


@dataclass(frozen=True, slots=True)
class BadCell:
    """A planted mistake as a spreadsheet shows it: row number, the column's header, the cell's text, the right one."""

    sheet: str
    row: int
    column: str
    value: str
    right: str
    kind: str


def synthetic_county(place: Place) -> County:
    """What the made-up people of a real county are made from; raises ValueError without villages."""
    open_villages = descendants(place, Level.VILLAGE).filter(closed_on=None)
    codes = PlaceCode.objects.filter(system=CodeSystem.STATISTICS, valid_to=None).order_by("code")
    numbers = dict(codes.filter(place__in=open_villages).values_list("place", "code"))
    villages = [
        Village(place.name, township, name, numbers[pk])
        for pk, name, township in open_villages.order_by("path").values_list("pk", "name", "parent__name")
    ]
    if not villages:
        raise ValueError(f"{place} has no villages")
    own, *_ = codes.filter(place=place).values_list("code", flat=True)
    former = PlaceCode.objects.filter(place=place, system=CodeSystem.STATISTICS).exclude(valid_to=None)
    siblings = codes.filter(place__parent=place.parent_id).exclude(place=place)
    return County(
        code=own,
        villages=villages,
        former_codes=tuple(former.order_by("code").values_list("code", flat=True)),
        neighbour_codes=tuple(siblings.values_list("code", flat=True)),
    )


def write_register(
    county: County,
    target: BinaryIO,
    *,
    people: int,
    seed: int,
    on: date,
    block: int | None = None,
    mistakes: int = 0,
    titled: bool = False,
) -> list[BadCell]:
    """Write the workbook and tell the planted cells; a title and a signature line come first where asked for."""
    columns = RegisterSheet.columns()
    headers = [column.header for column in columns]
    planter = Planter(mistakes, people)
    right: list[str] = []
    cells = _cells(register(county, people=people, seed=seed, on=on, block=block), planter, right)
    if titled:
        _write_titled(target, f"{county.villages[0].county}建档立卡贫困人口花名册", headers, cells, on)
    else:
        records = (dict(zip(headers, row, strict=True)) for row in cells)
        rustpy_xlsxwriter.write_worksheet(records, target, sheet_name=SHEET)
    first = 2 + (TITLE_ROWS if titled else 0)
    return [
        BadCell(
            SHEET,
            first + planted.position - 1,
            RegisterSheet.column(planted.mistake.column).header,
            planted.text,
            text,
            planted.mistake.kind,
        )
        for planted, text in zip(planter.planted, right, strict=True)
    ]


def _cells(rows: Iterator[Row], planter: Planter, right: list[str]) -> Iterator[list[Any]]:
    """The cells of each row in the sheet's order, mistakes planted; in `right` is kept what each mistake replaced."""
    columns = RegisterSheet.columns()
    order = {column.name: position for position, column in enumerate(columns)}
    showers = [(column.name, column.shower()) for column in columns]
    for row in rows:
        cells = [_text(show(row[name])) for name, show in showers]
        if planted := planter.plant(row):
            at = order[planted.mistake.column]
            right.append("" if cells[at] is None else str(cells[at]))
            cells[at] = planted.text or None
        yield cells


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _write_titled(target: BinaryIO, title: str, headers: Sequence[str], rows: Iterator[list[Any]], on: date) -> None:
    """As offices lay it out: a merged title, who filled it in and when, then the header."""
    with closing(xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_numbers": False})) as book:
        sheet = book.add_worksheet(SHEET)
        middle = book.add_format({"bold": True, "align": "center", "font_size": 16})
        sheet.merge_range(0, 0, 0, len(headers) - 1, title, middle)
        sheet.write_string(1, 0, f"填报单位（盖章）：          填报人：          填报日期：{on.isoformat()}")
        sheet.write_row(TITLE_ROWS, 0, headers, book.add_format({"bold": True, "text_wrap": True}))
        for number, cells in enumerate(rows, start=TITLE_ROWS + 1):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(number, column, cell)
