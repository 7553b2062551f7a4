"""The made-up register as a workbook with the columns of the register's sheet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

import rustpy_xlsxwriter
from rustpy_xlsxwriter import Format

from healthaid.exchange.enums import ColumnKind
from healthaid.exchange.resources import Column
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
    planter = Planter(mistakes, people)
    right: list[str] = []
    records = _records(register(county, people=people, seed=seed, on=on, block=block), planter, right)
    above = _above(f"{county.villages[0].county}建档立卡贫困人口花名册", on) if titled else {}
    rustpy_xlsxwriter.write_worksheet(records, target, sheet_name=SHEET, **above)
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


def _records(rows: Iterator[Row], planter: Planter, right: list[str]) -> Iterator[dict[str, Any]]:
    """The cells of each row under their headers, mistakes planted; in `right` is kept what each mistake replaced."""
    showers = [(column.name, column.header, _shower(column)) for column in RegisterSheet.columns()]
    for row in rows:
        cells = {header: show(row[name]) for name, header, show in showers}
        if planted := planter.plant(row):
            header = RegisterSheet.column(planted.mistake.column).header
            right.append("" if cells[header] is None else str(cells[header]))
            cells[header] = planted.text or None
        yield cells


def _shower(column: Column) -> Callable[[Any], Any]:
    return _day if column.kind is ColumnKind.DATE else column.shower()


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _above(title: str, on: date) -> dict[str, Any]:
    """As offices lay it out: a merged title, who filled it in and when, then the header."""
    signature = f"填报单位（盖章）：          填报人：          填报日期：{on.isoformat()}"
    last = len(RegisterSheet.columns()) - 1
    return {
        "header_row": TITLE_ROWS,
        "merge_ranges": [
            (0, 0, 0, last, title, Format().set_bold().set_align("center").set_font_size(16)),
            (1, 0, 1, last, signature),
        ],
        "header_format": Format().set_bold().set_text_wrap(),
    }
