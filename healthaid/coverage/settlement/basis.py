"""What a bill rests on: the policy's values turned into terms, each with its document and article.

Rulings where the documents are silent:
- A rule exists where a document in force (or the region) gives its parameter: the hospital's excess where
  `out_of_catalogue.limit.tier…` is given, the safety net where `safety_net.target` is, the special-treatment floor
  where `special_treatment.rate` is. A rule that exists needs all of its numbers, whatever the amounts.
- What the bill brings in `local` prevails over every document; where it leaves what a document says, the result warns
  of a policy conflict.
- A township institution stays one whatever its tier; any other tier-2 hospital pays like a county hospital.
- Severe mental illness (重性精神病) on a list covers schizophrenia and bipolar disorder too, at the higher rates.
- Ordinary rates raised by points end at 1. The halved deductible is rounded half up to the fen.
- Special outpatient care is said to have a valid card, and cards exist for the 28 alone: without a disease the bill has
  the 80 % that hold for all of them, with a warning; a collective name (hypertension, severe mental disorder) has what
  its group has among the 28; any other disease is refused.
- The 85 or 90 % of special treatment concern stays. A single-disease price counts in every setting; with a disease that
  is not on the list in force it is ignored, with a warning.
- Where critical-illness insurance has no outpatient rate of its own, the outpatient self-pay of the 25 diseases joins
  the running sum (Yunnan), in Gansu that of every special disease.
- A bill draws on the major kind of assistance for a listed disease where an aim or a major rate is given, else on the
  ordinary kind. Without a rate the whole gap to the aim is paid. The cap is that of the kind; else the region's yearly
  limit, on both kinds together where there are two; else the province's "not less than", below which the true cap
  cannot matter: a bill that goes beyond it is an error, for then the region must choose.
- Where outpatient care has no higher rate for severe diseases (Gansu), the one rate holds for them too.
- General outpatient care has no layer but the income cap. `patient_fault` needs no parameter.
- Being paid by the hospital (`hospital_fault`) before a document says so is done all the same, with a warning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from healthaid.coverage.settlement.bill import LIMIT, Level, Referral, Setting
from healthaid.coverage.settlement.layers import MILLION, NEUTRAL, Terms
from healthaid.coverage.settlement.questions import Cited, Questions
from healthaid.policy import catalogue
from healthaid.policy.catalogue import Disease
from healthaid.policy.domain import Missing

SEVERE_MENTAL = "severe_mental_disorder"  # stands on the lists for every disease of its group
INSIDE_COUNTY = (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY)
SECOND_TIER = 2


class Case(NamedTuple):
    """What decides the terms, besides place and day."""

    setting: str
    level: str
    tier: int
    referral: str
    disease: str  # empty for none
    has_price: bool


@dataclass(frozen=True, slots=True)
class Basis:
    """The terms of a case, and by step of the settlement the values behind them."""

    case: Case
    terms: Terms[int]
    cited: Mapping[str, tuple[Cited, ...]]
    promises: Mapping[str, Cited]
    warnings: tuple[str, ...]

    def values(self) -> list[Cited]:
        """Every value that entered, once, in the order of the steps."""
        return list(dict.fromkeys(cited for step in self.cited.values() for cited in step))


def basis_of(case: Case, ask: Questions) -> Basis:
    """What the case rests on. Raises a kind of policy.domain.Unresolved that names parameter, place and day."""
    if case.referral == Referral.PATIENT_FAULT:
        ask.word("referral.patient_fault")
        return Basis(case, NEUTRAL._replace(moves_personal=0), {"personal": ask.taken()}, {}, ("not_covered",))
    return _Builder(case, ask).built()


def parts(rate: Decimal) -> int:
    """A ratio in parts per million."""
    return int((rate * MILLION).quantize(Decimal(1), ROUND_HALF_UP))


def fen(yuan: Decimal) -> int:
    """Yuan as whole fen, half up."""
    return min(int((yuan * 100).quantize(Decimal(1), ROUND_HALF_UP)), LIMIT)


def level_key(level: str, tier: int) -> str:
    """Which rate a hospital pays by: township, county, prefecture or province."""
    if level in {Level.VILLAGE, Level.TOWNSHIP}:
        return Level.TOWNSHIP
    return Level.COUNTY if tier == SECOND_TIER else level


def outpatient_disease(code: str) -> Disease | None:
    """The one of the 28 that the disease is or belongs to."""
    known = catalogue.diseases()
    disease = known.get(code)
    if disease and disease.outpatient is None:
        disease = known.get(disease.within)
    return disease if disease and disease.outpatient is not None else None


def carded_disease(code: str) -> Disease | None:
    """The one of the 28 that a card for the disease is for; a collective name stands for the first one of its group."""
    found = outpatient_disease(code)
    group = catalogue.diseases()[code].group if code else ""
    if found or not group:
        return found
    return next(each for each in catalogue.diseases().values() if each.outpatient is not None and each.group == group)


def _is_severe(disease: Disease) -> bool:
    return disease.outpatient_severe or disease.group == "mental"


class _Builder:
    """Asks layer by layer; what a layer found stands in `terms` and `cited`."""

    def __init__(self, case: Case, ask: Questions) -> None:
        self.case, self.ask = case, ask
        self.listed: Cited | None = None
        self.is_stay = case.setting == Setting.INPATIENT
        self.key = level_key(case.level, case.tier)
        self.disease = catalogue.diseases().get(case.disease)
        self.terms: dict[str, int] = {}
        self.cited: dict[str, tuple[Cited, ...]] = {}
        self.promises: dict[str, Cited] = {}
        self.warnings: list[str] = []

    def built(self) -> Basis:
        """All layers in their order."""
        self.listed = self._list_with_disease()
        self._hospital()
        if self.case.setting != Setting.OUTPATIENT_GENERAL:
            self._basic()
            self._critical()
        if self.is_stay:
            self._assistance()
        self._safety_net()
        self._referral()
        conflicts = [f"policy_conflict:{name}" for name in self.ask.conflicts]
        return Basis(
            self.case,
            NEUTRAL._replace(**self.terms),
            self.cited,
            self.promises,
            tuple(dict.fromkeys(self.warnings + conflicts)),
        )

    def _list_with_disease(self) -> Cited | None:
        """The special-treatment list in force, if the disease stands on it."""
        name = self.ask.word("special_treatment.list")
        (cited,) = self.ask.taken() or (None,)
        if name is None or self.disease is None:
            return None
        lists = self.disease.lists
        if self.disease.group == "mental":
            lists += catalogue.diseases()[SEVERE_MENTAL].lists
        return cited if name in lists else None

    def _leans_on_list(self) -> tuple[Cited, ...]:
        """The list as something cited, with a warning where no document names its members."""
        if self.listed is None:
            return ()
        if not catalogue.disease_lists()[str(self.listed.worth)].is_confirmed:
            self.warnings.append("disease_list_unconfirmed")
        return (self.listed,)

    def _hospital(self) -> None:
        if self.case.has_price:
            if self.listed:
                self.terms["is_packaged"] = 1
                self.ask.word("special_treatment.payment")
                self.cited["package_price"] = self._leans_on_list() + self.ask.taken()
                return
            self.warnings.append("package_price_not_applied")
        if not self.is_stay:
            return
        limit = self.ask.optional(f"out_of_catalogue.limit.tier{self.case.tier}")
        if limit is not None:
            self.terms["allowance_rate"] = parts(limit)
            self.cited["hospital"] = self.ask.taken()

    def _basic(self) -> None:
        ask = self.ask
        if self.is_stay:
            rate, _ = self._rate(f"basic.inpatient.rate.{self.key}", f"basic.inpatient.rate.ordinary.{self.key}")
            self.terms["deductible"] = fen(ask.number(f"basic.inpatient.deductible.{self.key}"))
            self.cited["basic"] = ask.taken()
            inside = self.case.level in INSIDE_COUNTY
            name = "county_stay.actual_rate" if inside else "outside_stay.in_policy_rate"
            self._promise(name.replace(".", "_"), f"guarantee.{name}")
        else:
            disease = carded_disease(self.case.disease)
            if disease is None:
                self.warnings.append("disease_not_given")
            severe = disease is not None and _is_severe(disease)
            higher = ask.optional("basic.outpatient_special.rate.severe") if severe else None
            rate = ask.number("basic.outpatient_special.rate") if higher is None else higher
            self.cited["basic"] = ask.taken()
            self.promises["outpatient_special_rate"] = self.cited["basic"][0]
        self.terms["basic_rate"] = parts(rate)

    def _rate(self, name: str, ordinary: str) -> tuple[Decimal, bool]:
        """A rate of its own and False, or the ordinary one with the points added for poor people, at most 1, and True.

        Raises Missing for the first where no points are added either.
        """
        try:
            return self.ask.number(name), False
        except Missing:
            added = self.ask.optional(f"{name.rpartition('.')[0]}.added_points")
            if added is None:
                raise
            return min(self.ask.number(ordinary) + added, Decimal(1)), True

    def _critical(self) -> None:
        if self.is_stay:
            self._segments()
            if self.listed and self.disease:
                self._special(self.disease)
            return
        disease = carded_disease(self.case.disease)
        is_among_25 = disease is not None and disease.is_outpatient_25
        direct = self.ask.optional("critical.outpatient.rate")
        cited = self.ask.taken()
        if direct is None:
            has_rate = self.ask.optional("critical.rate.below_50000") is not None
            self.ask.taken()
            if is_among_25 or not has_rate:
                self._segments()
        elif is_among_25:
            self.terms["critical_rate_direct"] = parts(direct)
            self.cited["critical"] = cited

    def _segments(self) -> None:
        """The rates along the running sum, from the halved deductible on."""
        ask = self.ask
        below, is_raised = self._rate("critical.rate.below_50000", "critical.rate.ordinary")
        above = below if is_raised else ask.number("critical.rate.from_50000")
        deductible = fen(ask.number("critical.deductible.ordinary") * ask.number("critical.deductible.factor"))
        mark = fen(ask.number("critical.segment.mark")) if above != below else LIMIT
        self.terms |= {
            "accumulates": 1,
            "critical_deductible": deductible,
            "critical_mark": max(mark, deductible),
            "critical_rate_below": parts(below),
            "critical_rate_above": parts(above),
        }
        self.cited["critical"] = ask.taken()

    def _special(self, disease: Disease) -> None:
        rate = self.ask.optional("special_treatment.rate" + (".severe" if _is_severe(disease) else ""))
        if rate is None:
            return
        self.terms["special_rate"] = parts(rate)
        (cited,) = self.ask.taken()
        self.promises["special_treatment_rate"] = cited
        self.cited["critical"] += (*self._leans_on_list(), cited)

    def _assistance(self) -> None:
        ask = self.ask
        target = ask.optional("assistance.target")
        aim = ask.taken()
        has_major = target is not None or ask.optional("assistance.rate.major") is not None
        is_major = self.listed is not None and has_major
        ask.taken()
        kind = "major" if is_major else "ordinary"
        name = f"assistance.rate.{kind}"
        rate = ask.number(name) if target is None else ask.optional(name)
        self.terms |= {
            "is_major": int(is_major),
            "assistance_rate": MILLION if rate is None else parts(rate),
            "assistance_target": MILLION if target is None else parts(target),
        }
        rate_cited = ask.taken()
        self._cap(kind, has_major=has_major)
        necessary = ask.optional("assistance.out_of_catalogue.rate") if is_major else None
        self.terms["necessary_rate"] = parts(necessary or Decimal(0))
        leans = self._leans_on_list() if is_major else ()
        self.cited["assistance"] = leans + rate_cited + aim + ask.taken()
        if aim:
            self.promises["in_policy_rate"] = aim[0]
        else:
            self.promises["assistance_rate"] = rate_cited[0]

    def _cap(self, kind: str, *, has_major: bool) -> None:
        """The yearly cap and which sums count towards it."""
        cap = self.ask.optional(f"assistance.cap.{kind}")
        is_open = False
        counts = {"counts_ordinary": int(kind == "ordinary"), "counts_major": int(kind == "major")}
        if cap is None:
            counts = {"counts_ordinary": 1, "counts_major": int(has_major)}
            cap = self.ask.optional("assistance.yearly_limit")
        if cap is None:
            total = self.ask.least_promised("assistance.cap.total")
            cap, is_open = total or (self.ask.number("assistance.yearly_limit"), False)
        self.terms |= {"assistance_cap": fen(cap), "is_cap_open": int(is_open), **counts}

    def _safety_net(self) -> None:
        ask = self.ask
        target = ask.optional("safety_net.target")
        if target is None:
            if not ask.is_governed():
                raise Missing("safety_net.target", ask.places[0], ask.on)
            return
        promise = ask.taken()
        cited: tuple[Cited, ...] = ()
        if self.is_stay:
            self.terms["net_target"] = parts(target)
            (self.promises["actual_rate"],) = cited = promise
        income = ask.optional("income.rural_per_capita.previous_year")
        if income is None:
            self.warnings.append("income_cap_not_applied")
        else:
            self.terms["income"] = fen(income)
            (self.promises["income_cap"],) = figure = ask.taken()
            rate = ask.optional("safety_net.above_income.rate")
            self.terms["above_income_rate"] = MILLION if rate is None else parts(rate)
            ask.word("safety_net.income_year")
            cited += figure + ask.taken()
        self.cited["safety_net"] = cited

    def _referral(self) -> None:
        if self.case.referral != Referral.HOSPITAL_FAULT:
            return
        self.terms["hospital_pays"] = 1
        if self.ask.word("referral.hospital_fault") is None:
            self.warnings.append("referral_rule_not_in_force")
        self.cited["hospital_fault"] = self.ask.taken()

    def _promise(self, name: str, parameter: str) -> None:
        if self.ask.optional(parameter) is not None:
            (self.promises[name],) = self.ask.taken()
