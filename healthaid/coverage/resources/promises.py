"""Promise watch as workbooks: columns, and frames of rows."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from healthaid.coverage.enums import Promise
from healthaid.coverage.models import Bill, YearAccount
from healthaid.coverage.selectors.catalogue_shares import HospitalTable
from healthaid.coverage.selectors.promise_counts import Line, Overview
from healthaid.coverage.selectors.promised import with_promise
from healthaid.coverage.selectors.promises import Watch
from healthaid.exchange.workbook import frame
from healthaid.exchange.writing import SheetColumn
from healthaid.regions.models import Place

Table = tuple[list[SheetColumn], Iterable[pl.DataFrame]]
CHUNK = 1_000


def overview_sheet(place: Place, found: Overview) -> Table:
    """A row a place and promise: the place itself, then those directly below."""
    columns = [
        SheetColumn(_("地区"), width=18),
        SheetColumn(_("承诺"), width=24),
        SheetColumn(_("标准"), width=18),
        SheetColumn(_("应兑现（笔）"), "number"),
        SheetColumn(_("已兑现（笔）"), "number"),
        SheetColumn(_("未兑现（笔）"), "number"),
        SheetColumn(_("依据"), width=60),
    ]
    lines = {line.promise: line for line in found.lines}
    rows = [[place.name, *_promise(line), *_kept(line.kept), _sources(line)] for line in found.lines]
    for part in found.parts:
        for promise, kept in part.columns:
            line = lines[promise]
            rows.append([part.place.name, *_promise(line), *_kept(kept), _sources(line)])
    return columns, [frame(columns, rows)]


def _promise(line: Line) -> list[str]:
    return [str(line.promise.label), "、".join(f"{line.bound}{each.text}" for each in line.written)]


def _kept(kept: Any) -> list[int]:
    return [kept.held, kept.met, kept.missed]


def _sources(line: Line) -> str:
    return "；".join(f"{each.text}（{each.source}）" for each in line.written)


def bills_sheet(bills: QuerySet[Bill], watching: Watch, promise: Promise) -> Table:
    """A row a bill, with what was promised, what it reached, and the article."""
    columns = [
        SheetColumn(_("结算单号"), width=20),
        SheetColumn(_("出院（就诊）日期"), "date"),
        SheetColumn(_("姓名")),
        SheetColumn(_("乡（镇）")),
        SheetColumn(_("行政村")),
        SheetColumn(_("医疗机构"), width=24),
        SheetColumn(_("总费用（元）"), "amount"),
        SheetColumn(_("政策范围内费用（元）"), "amount", width=20),
        SheetColumn(_("个人自付（元）"), "amount"),
        SheetColumn(_("医院承担超出部分（元）"), "amount", width=22),
        SheetColumn(_("应达到")),
        SheetColumn(_("实际")),
        SheetColumn(_("依据"), width=40),
    ]
    return columns, _bills(columns, bills, watching, promise)


def _bills(
    columns: list[SheetColumn], bills: QuerySet[Bill], watching: Watch, promise: Promise
) -> Iterator[pl.DataFrame]:
    rows = bills.iterator(CHUNK)
    while some := list(islice(rows, CHUNK)):
        yield frame(columns, [_bill(bill, told) for bill, told in with_promise(some, watching, promise)])


def _bill(bill: Any, told: Any) -> list[Any]:
    home = bill.person.household.village
    return [
        bill.number,
        bill.served_on,
        bill.person.name,
        home.parent.name,
        home.name,
        bill.facility.name,
        bill.total,
        bill.in_policy,
        bill.personal,
        bill.excess,
        told.promised,
        told.reached,
        told.source,
    ]


def hospitals_sheet(found: HospitalTable) -> Table:
    """A row a hospital and limit; the last columns count its bills of all kinds, once."""
    columns = [
        SheetColumn(_("医疗机构"), width=24),
        SheetColumn(_("住院人次"), "number"),
        SheetColumn(_("总费用（元）"), "amount"),
        SheetColumn(_("目录外费用（元）"), "amount"),
        SheetColumn(_("目录外占比（百分比）"), "ratio", width=20),
        SheetColumn(_("控制比例（百分比）"), "ratio", width=18),
        SheetColumn(_("超出控制比例的人次"), "number", width=20),
        SheetColumn(_("医院承担超出部分（元）"), "amount", width=22),
        SheetColumn(_("未签字（笔）"), "number"),
        SheetColumn(_("医院未办转诊（人次）"), "number", width=20),
        SheetColumn(_("手工报账（笔）"), "number"),
    ]
    rows: list[list[Any]] = []
    for hospital in found.hospitals:
        shares = [
            [
                each.stays,
                each.total,
                each.outside,
                float(each.share_percent),
                float(each.limit * 100),
                each.over,
                each.excess,
            ]
            for each in hospital.shares
        ] or [[hospital.unlimited, None, None, None, None, None, None]]
        for at, cells in enumerate(shares):
            rows.append(
                [hospital.facility.name, *cells, *(None if at else count for _promise, count in hospital.missed)]
            )
    return columns, [frame(columns, rows)]


def people_sheet(people: QuerySet[YearAccount]) -> Table:
    """A row a person, with what was paid and the line."""
    columns = [
        SheetColumn(_("姓名")),
        SheetColumn(_("乡（镇）")),
        SheetColumn(_("行政村")),
        SheetColumn(_("年度"), "number"),
        SheetColumn(_("年度自付（元）"), "amount"),
        SheetColumn(_("收入线（元）"), "amount"),
        SheetColumn(_("超出（元）"), "amount"),
    ]
    return columns, _people(columns, people)


def _people(columns: list[SheetColumn], people: QuerySet[YearAccount]) -> Iterator[pl.DataFrame]:
    rows = people.iterator(CHUNK)
    while some := list(islice(rows, CHUNK)):
        yield frame(columns, [_person(account) for account in some])


def _person(account: Any) -> list[Any]:
    home = account.person.household.village
    above = max(account.personal - account.income, Decimal(0))
    return [
        account.person.name,
        home.parent.name,
        home.name,
        account.year,
        account.personal,
        account.income,
        above,
    ]
