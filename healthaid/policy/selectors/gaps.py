"""What regions still have to set."""

from dataclasses import dataclass
from datetime import date

from healthaid.core.scoping import under
from healthaid.policy.consequences import enters_settlement
from healthaid.policy.domain import Parameter
from healthaid.policy.selectors.rules import Rules, rules_of
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place


@dataclass(frozen=True, slots=True)
class Gap:
    """What a region has not set for a year: at all, or only for its beginning."""

    parameter: Parameter
    is_whole_year: bool

    @property
    def enters_settlement(self) -> bool:
        """Whether any bill is paid by it."""
        return enters_settlement(self.parameter.name)


def gaps(rules: Rules, year: int) -> list[Gap]:
    """What the region still has to set for the year, what bills wait for first."""
    last = {item.name: item for item in rules.on_day(date(year, 12, 31)).must_choose()}
    first = {item.name: item for item in rules.on_day(date(year, 1, 1)).must_choose()}
    found = [Gap(item, is_whole_year=item.name in last) for item in (last | first).values()]
    return sorted(
        found, key=lambda gap: (not gap.parameter.is_for_settlement, not gap.enters_settlement, not gap.is_whole_year)
    )


def counties_with_gaps(place: Place, year: int) -> list[tuple[Place, str, list[Gap]]]:
    """The open counties of a prefecture or province, with their code and what bills wait for there; two queries."""
    open_ones = Place.objects.filter(under("path", place.path), level=Level.COUNTY, closed_on=None)
    counties = list(open_ones.filter(codes__system=CodeSystem.STATISTICS).distinct())
    found = [
        (county, rules.places[0], [gap for gap in gaps(rules, year) if gap.parameter.is_for_settlement])
        for county, rules in zip(counties, rules_of(counties, date(year, 1, 1)), strict=True)
    ]
    return sorted(found, key=lambda line: line[1])
