"""What the policy of a place and day asks of the figures."""

from datetime import date
from decimal import Decimal

from facilities.selectors import clinic_standard
from healthaid.coverage.selectors.income_line import income_lines
from healthaid.policy.domain import Unresolved
from healthaid.policy.selectors.rules import Rules, rules_at
from healthaid.regions.models import Place
from healthaid.reports.facts import DoctorsDue, Measures
from healthaid.reports.indicators import INDICATORS, Indicator


def targets(place: Place, on: date) -> dict[str, Decimal]:
    """The target of each indicator that has one at the place on the day."""
    rules = _rules(place, on)
    found = {indicator.code: _target(indicator, rules) for indicator in INDICATORS}
    return {code: target for code, target in found.items() if target is not None}


def _rules(place: Place, on: date) -> Rules | None:
    try:
        return rules_at(place, on)
    except ValueError:
        return None  # a place above or outside every coded one: no document names it


def _target(indicator: Indicator, rules: Rules | None) -> Decimal | None:
    if indicator.target and rules:
        try:
            return rules.number(indicator.target)
        except Unresolved:
            return indicator.goal
    return indicator.goal


def measures_at(place: Place, on: date) -> Measures:
    """What people and villages of the place are measured by on the day."""
    return Measures(doctors_due_at(place, on), income_lines(place, on))


def doctors_due_at(place: Place, on: date) -> DoctorsDue:
    """How many village doctors so many residents are due there on the day; one where no document says."""
    rules = _rules(place, on)

    def due(residents: int) -> int:
        if rules is None:
            return 1
        try:
            return clinic_standard(rules, residents).doctors
        except Unresolved:
            return 1

    return due
