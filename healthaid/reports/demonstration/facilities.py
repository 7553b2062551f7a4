"""The demonstration's institutions: hospitals, a centre in each township, a clinic with its team in each village."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from facilities.actions import Check, form_team, record_clinic_check, register_facility
from facilities.enums import FacilityKind, HospitalLevel
from facilities.models import CareTeam, Facility
from healthaid.accounts.models import User
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from healthaid.regions.selectors import descendants
from patients.enums import Ethnicity, Sex
from patients.synthetic.names import person_name, surname_of

ROOMS = ("has_consulting_room", "has_treatment_room", "has_pharmacy")


@dataclass(slots=True)
class Institutions:
    """What was registered; the teams by the id of their village."""

    hospitals: list[Facility] = field(default_factory=list)
    centres: list[Facility] = field(default_factory=list)
    clinics: list[Facility] = field(default_factory=list)
    teams: dict[int, CareTeam] = field(default_factory=dict)


def register_institutions(*, by: User, prefecture: Place, county: Place, rng: Random) -> Institutions:
    """Every institution of the county, and the prefecture's hospital above it."""
    made = Institutions()
    hospitals = (
        (prefecture, "德宏州人民医院", "533100-H01", HospitalLevel.TERTIARY),
        (county, "芒市人民医院", "533103-H01", HospitalLevel.SECONDARY),
        (county, "芒市中医傣医医院", "533103-H02", HospitalLevel.SECONDARY),
    )
    for parent, name, code, level in hospitals:
        made.hospitals.append(
            register_facility(by=by, parent_id=parent.pk, kind=FacilityKind.HOSPITAL, name=name, code=code, level=level)
        )
    for number, township in enumerate(descendants(county, Level.TOWNSHIP).filter(closed_on=None).order_by("path"), 1):
        made.centres.append(_centre(by, township, f"533103-C{number:02}"))
    for number, village in enumerate(descendants(county, Level.VILLAGE).filter(closed_on=None).order_by("path"), 1):
        clinic = _clinic(by, village, f"533103-V{number:03}")
        made.clinics.append(clinic)
        made.teams[village.pk] = form_team(
            by=by, facility_id=clinic.pk, name=f"{village.name}家庭医生团队", leader=_doctor(rng)
        )
    return made


def check_clinics(*, by: User, clinics: list[Facility], today: date, rng: Random) -> int:
    """Checks of the last year: most clinics pass, some fail first and pass later, a few still fall short."""
    checks = 0
    for clinic in clinics:
        first = today - timedelta(days=rng.randint(200, 330))
        short = rng.random() < 0.35
        rounds = [(first, short)]
        if short and rng.random() < 0.7:
            rounds.append((first + timedelta(days=rng.randint(40, 190)), False))
        for day, is_short in rounds:
            record_clinic_check(by=by, clinic_id=clinic.pk, found=_found(day, rng, is_short=is_short), today=today)
            checks += 1
    return checks


def _centre(by: User, township: Place, code: str) -> Facility:
    return register_facility(
        by=by,
        parent_id=township.pk,
        kind=FacilityKind.TOWNSHIP_CENTRE,
        name=f"{township.name}卫生院",
        code=code,
        level=HospitalLevel.PRIMARY,
    )


def _clinic(by: User, village: Place, code: str) -> Facility:
    return register_facility(
        by=by,
        parent_id=village.pk,
        kind=FacilityKind.VILLAGE_CLINIC,
        name=village.name + ("卫生服务站" if village.name.endswith("社区") else "卫生室"),
        code=code,
    )


def _found(day: date, rng: Random, *, is_short: bool) -> Check:
    """A clinic as the standard wants it, with one or two things missing where it falls short."""
    residents = rng.randint(700, 3600)
    values: dict[str, Any] = {
        "area": Decimal(rng.randint(61, 140)),
        **dict.fromkeys(ROOMS, True),
        "is_equipped": True,
        "doctors": -(-residents // 1000),  # one for each thousand begun
    }
    if is_short:
        missing = rng.sample(["area", *ROOMS, "is_equipped", "doctors"], rng.choice((1, 1, 2)))
        values |= {name: {"area": Decimal(rng.randint(30, 55)), "doctors": 0}.get(name, False) for name in missing}
    return Check(checked_on=day, residents=residents, **values)


def _doctor(rng: Random) -> str:
    people = rng.choice((Ethnicity.HAN, Ethnicity.DAI, Ethnicity.JINGPO))
    sex = rng.choice((Sex.MALE, Sex.FEMALE))
    return person_name(rng, people, surname_of(rng, people), sex, rng.randint(1965, 1996))
