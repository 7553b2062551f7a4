"""Numbers about sensitive illnesses: below the county, whoever may not know who is ill learns of no few people."""

from datetime import date

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.scoping import under
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from healthaid.reports.domain import FEWEST_TOLD, Values, withheld
from healthaid.reports.indicators import INDICATORS
from healthaid.reports.models import PlaceFigures

CODES = tuple(indicator.code for indicator in INDICATORS if indicator.is_sensitive)
BELOW_COUNTY = (Level.TOWNSHIP, Level.VILLAGE)


def withheld_from(user: User | None, place: Place, month: date) -> dict[str, Values]:
    """What stands in the place of numbers at and below a place, by path; no user: the administrator's command."""
    cleared = user.scope(Ability.READ_SENSITIVE) if user else None
    if cleared is None or cleared.covers(place):
        return {}
    rows = PlaceFigures.objects.filter(under("path", place.path), report__month=month, place__level__in=BELOW_COUNTY)
    stored = [row for row in rows.values_list("path", "numbers") if not cleared.covers_path(row[0])]
    found: dict[str, Values] = {}
    for code in CODES:
        few = (path for path, numbers in stored if 0 < numbers.get(code, [0])[0] < FEWEST_TOLD)
        for path, value in withheld(few).items():
            found.setdefault(path, {})[code] = value
    return found
