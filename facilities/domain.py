"""The standard of a village clinic (YN-2018-2 一, YN-2017-102 （十五）), and where which institution may stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

PARENT_LEVELS: Mapping[str, tuple[str, ...]] = {
    "hospital": ("province", "prefecture", "county"),
    "township_centre": ("township",),
    "village_clinic": ("village",),
}


@dataclass(frozen=True, slots=True)
class ClinicStandard:
    """What a clinic must have on a day, as the policy of its place says."""

    area: Decimal  # square metres, at least
    rooms: frozenset[str]  # that must be separate
    needs_equipment: bool
    doctors: int  # at least


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    area: Decimal
    rooms: frozenset[str]
    is_equipped: bool
    doctors: int


def doctors_required(residents: int, per_thousand: Decimal, minimum: Decimal) -> int:
    """Doctors for a number of residents, rounded up, and never fewer than the minimum of a clinic."""
    needed = (residents * per_thousand / 1000).to_integral_value(ROUND_CEILING)
    return int(max(needed, minimum))


def shortfalls(finding: Finding, standard: ClinicStandard) -> list[str]:
    """Codes of the items below the standard, in the order of the paper; an empty list is at standard."""
    return [
        *(["area"] if finding.area < standard.area else []),
        *(room for room in ("consulting_room", "treatment_room", "pharmacy") if room in standard.rooms - finding.rooms),
        *(["equipment"] if standard.needs_equipment and not finding.is_equipped else []),
        *(["doctors"] if finding.doctors < standard.doctors else []),
    ]
