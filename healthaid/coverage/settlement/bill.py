"""A bill as the engine takes it: whole fen, codes of the policy catalogue, what the region set itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:  # one bill needs no numpy
    import numpy as np
    from numpy.typing import NDArray

Amount = TypeVar("Amount", int, "NDArray[np.int64]")  # whole fen of one bill, or a column of many

# Fen. An amount times a rate in parts per million, and the sum of two such products, stay far inside 64 bits.
LIMIT = 10**12


class Setting(StrEnum):
    INPATIENT = "inpatient"
    OUTPATIENT_SPECIAL = "outpatient_special"
    OUTPATIENT_GENERAL = "outpatient_general"


class Level(StrEnum):
    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"
    PREFECTURE = "prefecture"
    PROVINCE = "province"


class Referral(StrEnum):
    COMPLIANT = "compliant"
    HOSPITAL_FAULT = "hospital_fault"
    PATIENT_FAULT = "patient_fault"


class Running(NamedTuple, Generic[Amount]):
    """A person's sums of the calendar year, in fen."""

    critical_base: Amount
    assistance: Amount
    major_assistance: Amount
    personal: Amount


NOTHING_YET = Running(0, 0, 0, 0)
Local = Mapping[str, Decimal | str]  # parameter: the number or word that the region set


@dataclass(frozen=True, slots=True)
class Bill:
    """One stay or outpatient bill; `in_policy` ≤ `total` and `necessary` ≤ the rest, as `reading` makes sure."""

    region: str  # code of the county where the person is insured
    on: date  # of discharge or service
    setting: str
    level: str
    tier: int
    referral: str
    disease: str  # a code of the catalogue, or empty
    total: int
    in_policy: int
    necessary: int = 0  # signed, and outside the catalogue
    package_price: int | None = None
    before: Running[int] = NOTHING_YET
    local: Local = field(default_factory=lambda: MappingProxyType({}))
