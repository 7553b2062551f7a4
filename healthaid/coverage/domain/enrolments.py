"""Years of insurance: which day decides who counts, and what of a year lasts into the next."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from healthaid.core.money import percentage_cut

FIRST_YEAR = 2017  # of the four-fold protection (YN-2017-102)
WINDOW_OPENS = 9  # the month in which next year's premium begins to be collected


@dataclass(frozen=True, slots=True)
class Moment:
    """A year, the day on which people count, and the day whose rules hold."""

    year: int
    on: date
    rules_on: date
    is_current: bool


def moment_of(year: int, today: date) -> Moment:
    """A past year is taken as of its last day, any other as of today; next year has the rules of its first day."""
    on = min(today, date(year, 12, 31))
    return Moment(year, on, max(on, date(year, 1, 1)), is_current=year == today.year)


def moment_on(day: date) -> Moment:
    """The year of a day, as the check of that very day takes it."""
    return moment_of(day.year, day)


def years_to_choose(today: date) -> list[int]:
    """Newest first; next year once its premium is being collected."""
    newest = today.year + (today.month >= WINDOW_OPENS)
    return list(range(newest, min(FIRST_YEAR, newest) - 1, -1))


@dataclass(frozen=True, slots=True)
class Tally:
    """People of the target group: how many there are, are enrolled, or are absent for an accepted reason."""

    due: int = 0
    enrolled: int = 0
    absent: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.due + other.due, self.enrolled + other.enrolled, self.absent + other.absent)

    @property
    def gap(self) -> int:
        """Those who should be enrolled and are not."""
        return self.due - self.enrolled - self.absent

    @property
    def rate(self) -> Decimal | None:
        """Enrolled among those who could be; None where there is nobody."""
        among = self.due - self.absent
        return Decimal(self.enrolled) / among if among else None

    @property
    def percentage(self) -> Decimal | None:
        """The rate in percent with one place, cut and not rounded, so that 100 is everybody."""
        return None if self.rate is None else percentage_cut(self.rate)

    @property
    def percent(self) -> str:
        """The same as a person reads it."""
        return "—" if self.percentage is None else f"{self.percentage}%"

    def reaches(self, target: Decimal) -> bool:
        """Whether the rate is at the target; nobody to enrol is no miss."""
        return self.rate is None or self.rate >= target
