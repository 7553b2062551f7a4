"""What national rosters ask beside the first columns, made up for the people of a register."""

from collections.abc import Collection
from datetime import date
from random import Random
from typing import Any

from patients.domain.persons import age_on
from patients.enums import Health, Marriage, PovertyStatus, Relation, Schooling, Standard
from patients.synthetic.lots import Lots

STANDARDS = Lots(dict(zip(Standard, (92, 6, 2), strict=True)))
MARRIED = {Relation.SPOUSE, Relation.DAUGHTER_IN_LAW, Relation.SON_IN_LAW}
WORKPLACES = ("芒市", "瑞丽市", "昆明市", "广东省东莞市", "浙江省义乌市")
SCHOOL_DUTY = range(7, 16)  # years of age


def standard(rng: Random) -> Standard:
    """By whose line a household of the poverty register was identified."""
    return STANDARDS.draw(rng)


def further(rng: Random, row: dict[str, Any], relations: Collection[Relation], on: date) -> dict[str, Any]:
    """The later columns of a person; `relations` are those of the whole household."""
    age, months = age_on(row["born_on"], on), row["work_months"]
    is_grown = age >= 16 and row["schooling"] == Schooling.NONE  # who may work
    is_employed = bool(months) and rng.random() < 0.06
    is_out_of_school = age in SCHOOL_DUTY and Health.DISABLED in row["health"] and rng.random() < 0.3
    certificate_year = rng.randint(max(2009, row["born_on"].year), on.year)  # since the second kind of certificate
    return {
        "marriage": _marriage(rng, age, row["relation"], relations),
        "card": f"T{rng.randrange(10**8):08}" if age >= 1 and rng.random() < 0.1 else None,
        "is_away": bool(months) and rng.random() < 0.7,
        "workplace": rng.choice(WORKPLACES) if months else None,
        "schooling": Schooling.NONE if is_out_of_school else row["schooling"],
        "out_of_school_reason": "因残" if is_out_of_school else None,
        "speaks_mandarin": rng.random() < (0.97 if age < 50 else 0.75) if age >= 3 else None,
        "has_allowance": row["poverty_status"] == PovertyStatus.SUBSISTENCE_ALLOWANCE or None,
        "is_in_hardship": row["poverty_status"] == PovertyStatus.EXTREME_HARDSHIP or None,
        "certificate_year": certificate_year if row["disability_certificate"] else None,
        "has_basic_insurance": row["has_basic_insurance"] or is_employed,
        "has_employee_insurance": is_employed,
        "has_supplementary_insurance": rng.random() < 0.1,
        "has_resident_pension": is_grown and not is_employed and rng.random() < 0.9,
        "has_employee_pension": is_employed,
    }


def _marriage(rng: Random, age: int, relation: Relation, relations: Collection[Relation]) -> Marriage:
    if relation in MARRIED or (relation == Relation.HEAD and Relation.SPOUSE in relations):
        return Marriage.MARRIED
    if age < 22 or rng.random() < 0.3:
        return Marriage.SINGLE
    return Marriage.WIDOWED if age >= 60 else rng.choice((Marriage.MARRIED, Marriage.DIVORCED))
