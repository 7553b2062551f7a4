"""The lowest level of a hospital whose diagnosis counts for a card, by the person's place and the day it was made."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from facilities.enums import HospitalLevel
from healthaid.coverage.selectors.citations import article_of
from healthaid.policy.domain import Missing
from healthaid.policy.enums import Unit
from healthaid.policy.selectors.rules import Rules
from healthaid.policy.texts import shown

LOWEST = "basic.outpatient_special.hospital_tier"


@dataclass(frozen=True, slots=True)
class LowestLevel:
    """What a document says in words, from which day on, and where it is written."""

    level: str
    starts_on: date
    source: str

    def __str__(self) -> str:
        return _("%(day)s起的鉴定须由%(level)s及以上医院作出（%(source)s）。") % {
            "day": self.starts_on.isoformat(),
            "level": self.level,
            "source": self.source,
        }


def lowest_tier(rules: Rules) -> Decimal | None:
    """The level for a diagnosis of the day; none where no document in force names one, so any hospital's counts."""
    try:
        return rules.number(LOWEST)
    except Missing:
        return None


def lowest_level(rules: Rules) -> LowestLevel | None:
    """The same with its article, for pages and refusals."""
    tier = lowest_tier(rules)
    if tier is None:
        return None
    return LowestLevel(shown(tier, Unit.TIER), rules.resolved(LOWEST).starts_on, article_of(rules, LOWEST))


def too_low(hospital: str, level: str, rules: Rules) -> str:
    """Why the hospital's diagnosis of that day does not count."""
    graded = {"hospital": hospital, "level": HospitalLevel(level).label, "rule": lowest_level(rules)}
    return _("%(hospital)s为%(level)s。%(rule)s") % graded
