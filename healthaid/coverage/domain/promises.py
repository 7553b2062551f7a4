"""Promises counted: over which days, against how many bills, and how many were missed."""

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from healthaid.core.money import percentage_cut


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar year, or one month of it."""

    year: int
    month: int | None = None

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month or 1, 1)

    @property
    def last(self) -> date:
        """Its last day, inclusive."""
        month = self.month or 12
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def whole_year(self) -> "Period":
        """The year that it lies in."""
        return Period(self.year)

    @property
    def query(self) -> str:
        """The period in an address."""
        return f"year={self.year}&month={self.month}" if self.month else f"year={self.year}"


@dataclass(frozen=True, slots=True)
class Kept:
    """Bills that a promise is held against, and those among them that do not keep it."""

    held: int = 0
    missed: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(self.held + other.held, self.missed + other.missed)

    @property
    def met(self) -> int:
        """Those that keep it."""
        return self.held - self.missed

    @property
    def percent(self) -> str:
        """The share that keeps it, cut and not rounded, so that 100 % is every bill."""
        if not self.held:
            return "—"
        return f"{percentage_cut(Decimal(self.met) / self.held)}%"
