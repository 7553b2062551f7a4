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


@st.composite
def bills(draw, *, region=None, year=None, setting=None, running=True):
    """A bill that can be settled, but for the open cap of Yunnan."""
    places = [place for place in PLACES if region is None or place[0] == region]
    if year:
        first, last = date(year, 1, 1), date(year, 12, 31)
        places = [
            (code, max(a, first), min(b, last), local) for code, a, b, local in places if a <= last and first <= b
        ]
    code, first, last, local = draw(st.sampled_from(places))
    setting = setting or draw(st.sampled_from(list(Setting)))
    total = draw(FEN)
    in_policy = draw(st.one_of(st.just(total), st.integers(0, total)))
    return Bill(
        region=code,
        on=draw(st.dates(first, last)),
        setting=setting,
        level=draw(st.sampled_from(list(Level))),
        tier=draw(st.sampled_from((1, 2, 3))),
        referral=draw(st.sampled_from((Referral.COMPLIANT, Referral.COMPLIANT, *Referral))),
        disease=draw(st.sampled_from(SPECIAL if setting == Setting.OUTPATIENT_SPECIAL else DISEASES)),
        total=total,
        in_policy=in_policy,
        necessary=draw(st.integers(0, total - in_policy)),
        package_price=draw(st.one_of(st.none(), st.none(), st.integers(1, LIMIT))),
        before=draw(st.builds(Running, FEN, FEN, FEN, FEN)) if running else Running(0, 0, 0, 0),
        local={name: worth for name, worth in local.items() if worth is not None},
    )
