"""Summaries as tables of a workbook: columns, and a frame with a row a place."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from healthaid.coverage.domain.premiums import Shares
from healthaid.coverage.selectors.checks import Check, Part
from healthaid.coverage.selectors.citations import Cited
from healthaid.coverage.selectors.premiums import PROVINCE, Fund, Funding, Line
from healthaid.exchange.workbook import Content, frame
from healthaid.exchange.writing import SheetColumn

SHARES = ("premium", "person", "province", "prefecture", "county", "undivided")


def check_sheet(check: Check) -> Content:
    """The 100 % check: the place, then those directly below."""
    columns = [SheetColumn(_("地区"), width=22), SheetColumn(_("应参保"), "number")]
    for kind, _tally in check.whole.columns:
        columns += [
            SheetColumn(_("%(kind)s已参保") % {"kind": kind.label}, "number"),
            SheetColumn(_("%(kind)s合理未参保") % {"kind": kind.label}, "number", width=20),
            SheetColumn(_("%(kind)s缺口") % {"kind": kind.label}, "number"),
            SheetColumn(_("%(kind)s参保率（百分比）") % {"kind": kind.label}, "ratio", width=22),
        ]
    rows = [_check_row(part) for part in (check.whole, *check.parts)]
    return columns, frame(columns, rows)


def _check_row(part: Part) -> list[Any]:
    cells: list[Any] = [part.place.name, part.all.due]
    for _kind, tally in part.columns:
        rate = tally.percentage
        cells += [tally.enrolled, tally.absent, tally.gap, None if rate is None else float(rate)]
    return cells


def funding_sheet(funding: Funding) -> Content:
    """The funding summary: a row a county and group, then its total, each rate with its article; last the whole."""
    columns = [
        SheetColumn(_("地区"), width=18),
        SheetColumn(_("人群"), width=18),
        SheetColumn(_("人数"), "number"),
        SheetColumn(_("个人缴费标准（元）"), "amount", width=18),
        SheetColumn(_("应缴合计（元）"), "amount"),
        SheetColumn(_("个人负担（元）"), "amount"),
        SheetColumn(_("省级（元）"), "amount"),
        SheetColumn(_("州市级（元）"), "amount"),
        SheetColumn(_("县级（元）"), "amount"),
        SheetColumn(_("未定分担（元）"), "amount"),
        SheetColumn(_("依据"), width=60),
    ]
    rows: list[list[Any]] = []
    for fund in funding.funds:
        rows += [[fund.place.name, *_line(line), _sources(fund, line)] for line in fund.lines]
        rows.append([fund.place.name, _("小计"), *_sums(fund.whole), None])
    rows.append([funding.place.name, _("合计"), *_sums(funding.whole), None])
    return columns, frame(columns, rows)


def _line(line: Line) -> list[Any]:
    return [str(line.group.label), line.shares.people, line.premium, *_amounts(line.shares)]


def _sums(shares: Shares) -> list[Any]:
    return [shares.people, None, *_amounts(shares)]


def _amounts(shares: Shares) -> list[Decimal]:
    return [getattr(shares, name) for name in SHARES]


def _sources(fund: Fund, line: Line) -> str:
    """The rates of a line, each with its article."""
    return "；".join(f"{label}{rate.text}（{rate.source}）" for label, rate in _rates(fund, line))


def _rates(fund: Fund, line: Line) -> Iterator[tuple[str, Cited]]:
    told = (
        (_("个人缴费标准"), fund.amount),
        (_("财政补贴"), fund.fixed or fund.paid),
        (_("省级承担"), fund.rates.get(PROVINCE[line.group])),
        (_("州市级承担地方部分"), fund.prefecture),
    )
    return ((label, rate) for label, rate in told if rate)
