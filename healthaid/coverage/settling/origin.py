"""Where a bill comes from: the level and the tier that its hospital counts as."""

from facilities.enums import FacilityKind, HospitalLevel
from facilities.models import Facility
from healthaid.coverage.enums import CareLevel
from healthaid.regions.enums import Level

OF_PLACE: dict[str, str] = {
    Level.COUNTRY: CareLevel.PROVINCE,
    Level.PROVINCE: CareLevel.PROVINCE,
    Level.PREFECTURE: CareLevel.PREFECTURE,
    Level.COUNTY: CareLevel.COUNTY,
    Level.TOWNSHIP: CareLevel.TOWNSHIP,
    Level.VILLAGE: CareLevel.VILLAGE,
}
OF_KIND: dict[str, str] = {
    FacilityKind.TOWNSHIP_CENTRE: CareLevel.TOWNSHIP,
    FacilityKind.VILLAGE_CLINIC: CareLevel.VILLAGE,
}


def level_of(kind: str, above: str) -> str:
    """The administrative level of a facility of this kind that stands right below a place of the level `above`."""
    return OF_KIND.get(kind) or OF_PLACE[above]


def level_at(facility: Facility) -> str:
    """The administrative level of a facility that is loaded with its place and the place above."""
    above = facility.place.parent
    return level_of(facility.kind, above.level if above else Level.COUNTRY)


def tier_of(kind: str, level: str) -> str:
    """The tier that counts: a centre or clinic without one is of the first; a hospital without one stays so."""
    if kind != FacilityKind.HOSPITAL and level == HospitalLevel.UNGRADED:
        return HospitalLevel.PRIMARY
    return level
