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
from healthaid.reports.domain import Values, month_of
from healthaid.reports.indicators import INDICATORS

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
        except (Refused, Inconsistent) as error:
            raise CommandError(str(error), returncode=BAD_CALL) from error
        out.write_bytes(export_report(by=None, place=county, month=first_day, now=now))
        self.stdout.write(json.dumps(summary(report.figures.get(place=county).values), ensure_ascii=False))


def summary(values: Values) -> dict[str, Any]:
    """Counts as numbers; rates as numerator, denominator and rate (null where nothing is due)."""
    return {
        indicator.code: values[indicator.code].numerator
        if not indicator.is_rate
        else {
            "numerator": values[indicator.code].numerator,
            "denominator": values[indicator.code].denominator,
            "rate": None if values[indicator.code].rate is None else round(float(values[indicator.code].rate), 4),
        }
        for indicator in INDICATORS
    }
