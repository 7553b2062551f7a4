"""Random bills of every region, setting and day, as hypothesis draws them."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from healthaid.coverage.settlement.basis import carded_disease
from healthaid.coverage.settlement.bill import LIMIT, Bill, Level, Referral, Running, Setting
from healthaid.policy import catalogue

# What the regions of each province set; enough for every bill to have its parameters.
KEYS = ("township", "county", "prefecture", "province")
YUNNAN = {
    "critical.deductible.ordinary": Decimal(10000),
    "income.rural_per_capita.previous_year": Decimal("9876.54"),
    "basic.inpatient.rate.township": Decimal("0.93"),
    "basic.inpatient.rate.county": Decimal("0.83"),
    **{f"basic.inpatient.deductible.{key}": Decimal(300) for key in KEYS},
}
DEHONG = {
    "critical.deductible.ordinary": Decimal("10000.01"),
    "income.rural_per_capita.previous_year": Decimal("8765.43"),
    "basic.inpatient.deductible.province": Decimal(1200),
}
GANSU = {
    "critical.deductible.ordinary": Decimal(5000),
    "critical.rate.ordinary": Decimal("0.6"),
    "assistance.yearly_limit": Decimal(30000),
    "basic.outpatient_special.rate": Decimal("0.65"),
    "basic.outpatient_special.rate.severe": Decimal("0.7"),
    **{f"basic.inpatient.rate.ordinary.{key}": Decimal("0.7251") for key in KEYS},
    **{f"basic.inpatient.deductible.{key}": Decimal(500) for key in KEYS},
}
PLACES = (  # region, first and last day, what it set
    ("532801", date(2017, 1, 1), date(2022, 12, 31), YUNNAN),
    ("533103", date(2017, 1, 1), date(2017, 10, 19), YUNNAN),
    ("533103", date(2017, 10, 20), date(2020, 12, 31), DEHONG),
    ("533123", date(2018, 1, 1), date(2018, 12, 31), {**DEHONG, "income.rural_per_capita.previous_year": None}),
    ("620102", date(2019, 1, 1), date(2021, 12, 31), GANSU),
)
DISEASES = ("", *catalogue.diseases())
SPECIAL = tuple(code for code in DISEASES if not code or carded_disease(code))
FEN = st.one_of(st.integers(0, 100_000), st.integers(0, 50_000_000), st.integers(0, LIMIT))
RUNNING = st.builds(Running, FEN, FEN, FEN, FEN)
NOTHING_BEFORE = Running(0, 0, 0, 0)


def bills(*, region=None, year=None, setting=None, running=True):
    """A bill that can be settled, but for the open cap of Yunnan.

    Everything is drawn from strategies made here once: making them for each bill took longer than settling it.
    """
    return st.builds(
        _bill,
        st.one_of(list(_stays(region, year))),
        st.one_of([_treatments(one) for one in Setting if setting in {None, one}]),
        _amounts(),
        level=st.sampled_from(list(Level)),
        tier=st.sampled_from((1, 2, 3)),
        referral=st.sampled_from((Referral.COMPLIANT, Referral.COMPLIANT, *Referral)),
        package_price=st.one_of(st.none(), st.none(), st.integers(1, LIMIT)),
        before=RUNNING if running else st.just(NOTHING_BEFORE),
    )


def _bill(stay, treatment, amounts, **others):
    return Bill(**stay, **treatment, **amounts, **others)


def _stays(region, year):
    """Where and when, with what the region set for the time."""
    for code, first, last, local in PLACES:
        begins, ends = (max(first, date(year, 1, 1)), min(last, date(year, 12, 31))) if year else (first, last)
        if region in {None, code} and begins <= ends:
            known = {name: worth for name, worth in local.items() if worth is not None}
            yield st.fixed_dictionaries(
                {"region": st.just(code), "on": st.dates(begins, ends), "local": st.just(known)}
            )


def _treatments(setting):
    diseases = SPECIAL if setting == Setting.OUTPATIENT_SPECIAL else DISEASES
    return st.fixed_dictionaries({"setting": st.just(setting), "disease": st.sampled_from(diseases)})


def _amounts():
    """What is in policy, with nothing or something beside it that was necessary or was not; the limit at most."""
    beside = st.one_of(st.just((0, 0)), st.tuples(FEN, FEN))
    return st.builds(_parts, FEN, beside)


def _parts(in_policy, beside):
    necessary = min(beside[0], LIMIT - in_policy)
    total = min(in_policy + necessary + beside[1], LIMIT)
    return {"total": total, "in_policy": in_policy, "necessary": necessary}
