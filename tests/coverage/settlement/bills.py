"""Bills for tests, as JSON would bring them."""

from healthaid.coverage.settlement.reading import read_bill

LOCAL = {"critical.deductible.ordinary": "10000", "income.rural_per_capita.previous_year": "9000"}
STAY = {
    "region": "533103",
    "date": "2018-07-15",
    "setting": "inpatient",
    "facility": {"level": "county", "tier": 2},
    "referral": "compliant",
    "disease": None,
    "total": "20000.00",
    "in_policy": "19000.00",
    "necessary_out_of_catalogue": "0",
    "package_price": None,
    "year_to_date": {"critical_base": "0", "assistance": "0", "major_assistance": "0", "personal": "0"},
    "local": LOCAL,
}
SERIOUS = {
    "facility": {"level": "prefecture", "tier": 3},
    "disease": "lung_cancer",
    "total": "86543.21",
    "in_policy": "80000.00",
    "necessary_out_of_catalogue": "2000.00",
}


def stay(**changes):
    """Example A with changes, as parsed JSON."""
    return {**STAY, **changes}


def bill(**changes):
    return read_bill(stay(**changes))
