"""The policy of every place, asked once for each kind of bill and stretch of days in which nothing changes."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from healthaid.coverage.settlement.basis import Basis, Case, basis_of
from healthaid.coverage.settlement.bill import Bill, Local
from healthaid.coverage.settlement.questions import Questions
from healthaid.policy import catalogue
from healthaid.policy.domain import Value, jurisdictions

_KEYS = ("township", "county", "prefecture", "province")
READ = frozenset(  # every parameter that a settlement asks for
    {
        *(f"basic.inpatient.{what}.{key}" for what in ("deductible", "rate", "rate.ordinary") for key in _KEYS),
        "basic.inpatient.rate.added_points",
        "basic.outpatient_special.rate",
        "basic.outpatient_special.rate.severe",
        "guarantee.county_stay.actual_rate",
        "guarantee.outside_stay.in_policy_rate",
        "critical.deductible.factor",
        "critical.deductible.ordinary",
        "critical.outpatient.rate",
        "critical.rate.added_points",
        "critical.rate.below_50000",
        "critical.rate.from_50000",
        "critical.rate.ordinary",
        "critical.segment.mark",
        "special_treatment.list",
        "special_treatment.rate",
        "special_treatment.rate.severe",
        "assistance.cap.major",
        "assistance.cap.ordinary",
        "assistance.cap.total",
        "assistance.out_of_catalogue.rate",
        "assistance.rate.major",
        "assistance.rate.ordinary",
        "assistance.target",
        "assistance.yearly_limit",
        "safety_net.above_income.rate",
        "safety_net.income_year",
        "safety_net.target",
        "income.rural_per_capita.previous_year",
        *(f"out_of_catalogue.limit.tier{tier}" for tier in (1, 2, 3)),
        "referral.hospital_fault",
    }
)
KEPT = 20_000  # answers; a county's year needs some hundreds


class Rulebook:
    """The reviewed documents, with what local documents say besides; immutable, but that it keeps its answers."""

    def __init__(self, local_documents: Mapping[str, Sequence[Value]] | None = None) -> None:
        said = local_documents or {}
        self.parameters = {
            name: parameter.with_values(said[name]) if name in said else parameter
            for name, parameter in catalogue.parameters().items()
        }
        values = [value for parameter in self.parameters.values() for value in parameter.values]
        first_days = {value.starts_on for value in values}
        first_days |= {value.ends_on + timedelta(days=1) for value in values if value.ends_on}
        self.first_days = sorted(first_days)  # of stretches in which nothing changes
        self._answers: dict[tuple[object, ...], Basis] = {}

    def stretch(self, on: date) -> int:
        """The number of the stretch of days that the day lies in."""
        return bisect_right(self.first_days, on)

    def basis(self, region: str, on: date, case: Case, local: Local) -> Basis:
        """What such a bill rests on. Raises a kind of policy.domain.Unresolved."""
        key = (region, self.stretch(on), case, tuple(sorted(local.items())))
        known = self._answers.get(key)
        if known is None:
            known = basis_of(case, Questions(self.parameters, jurisdictions(region), on, local))
            if len(self._answers) >= KEPT:
                self._answers.clear()
            self._answers[key] = known
        return known

    def basis_of_bill(self, bill: Bill) -> Basis:
        """What the bill rests on. Raises a kind of policy.domain.Unresolved."""
        return self.basis(bill.region, bill.on, case_of(bill), bill.local)


def case_of(bill: Bill) -> Case:
    """What decides the bill's terms, besides place and day."""
    return Case(bill.setting, bill.level, bill.tier, bill.referral, bill.disease, bill.package_price is not None)


@cache
def documents_alone() -> Rulebook:
    """What the reviewed documents say, without any local document."""
    return Rulebook()
