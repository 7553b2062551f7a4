"""`manage.py monthly_report --month 2018-06 --place 533103 --out FILE.xlsx`."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from healthaid.core.decisions import Refused
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from healthaid.reports.actions import count_month, export_report
from healthaid.reports.counting import Inconsistent
from healthaid.reports.domain import Value, Values, month_of
from healthaid.reports.indicators import INDICATORS, Indicator

BAD_CALL = 2


class Command(BaseCommand):
    help = (
        "Count a county's month, keep it, and write it as a workbook. Prints the county's figures as one line of JSON. "
        "Exit status 0 when done, 2 when it cannot be done as called."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", required=True, help="the month, 2018-06")
        parser.add_argument("--place", required=True, help="the county's statutory code, 533103")
        parser.add_argument("--out", required=True, type=Path, help="the workbook to write")

    def handle(self, *args: Any, month: str, place: str, out: Path, **options: Any) -> None:  # noqa: ARG002 -- Django's
        try:
            first_day = month_of(month)
        except ValueError:
            raise CommandError(f"--month {month}: write a month as 2018-06.", returncode=BAD_CALL) from None
        county = Place.objects.by_code(place).filter(level=Level.COUNTY).first()
        if county is None:
            raise CommandError(f"--place {place}: no county has this code.", returncode=BAD_CALL)
        if not out.parent.is_dir():
            raise CommandError(f"--out {out}: the folder does not exist.", returncode=BAD_CALL)
        now = timezone.now()
        try:
            report = count_month(by=None, place=county, month=first_day, now=now)
        except Refused as refused:
            raise CommandError(str(refused), returncode=BAD_CALL) from refused
        except Inconsistent as fault:
            raise CommandError("; ".join(fault.messages), returncode=BAD_CALL) from fault
        out.write_bytes(export_report(by=None, place=county, month=first_day, now=now))
        self.stdout.write(json.dumps(summary(report.figures.get(place=county).values), ensure_ascii=False))


def summary(values: Values) -> dict[str, Any]:
    """Counts as numbers, rates in their parts; null for what the place has no figure of (no income line is known)."""
    return {indicator.code: told(indicator, values.get(indicator.code)) for indicator in INDICATORS}


def told(indicator: Indicator, value: Value | None) -> Any:
    """One figure."""
    if value is None:
        return None
    return fraction(value) if indicator.is_rate else value.numerator


def fraction(value: Value) -> dict[str, Any]:
    """A rate in its parts, to four places; null where nothing is due."""
    rate = None if value.rate is None else round(float(value.rate), 4)
    return {"numerator": value.numerator, "denominator": value.denominator, "rate": rate}
