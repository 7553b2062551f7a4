"""Illnesses of the made-up people and the treatment files of the critically ill among them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from healthaid.accounts.models import User
from healthaid.policy.catalogue import Disease, diseases
from healthaid.reports.demonstration.sheets import import_rows
from patients.actions.cases import move_case, open_case
from patients.domain.cases import Step
from patients.enums import CaseState, ConditionKind, ConditionState, Health, KeyGroup, Outcome
from patients.models import Condition
from patients.synthetic.register import Row

CHRONIC = {  # the illness of each key group that an illness makes
    KeyGroup.HYPERTENSION: "hypertension",
    KeyGroup.DIABETES: "diabetes",
    KeyGroup.TUBERCULOSIS: "tuberculosis",
    KeyGroup.MENTAL: "severe_mental_disorder",
}
CRITICAL = {  # how often, among grown-ups
    "cataract": 22,
    "stroke": 16,
    "obstructive_emphysema": 10,
    "lung_cancer": 8,
    "gastric_cancer": 6,
    "liver_cancer": 6,
    "end_stage_renal_disease": 7,
    "acute_myocardial_infarction": 6,
    "breast_cancer": 5,
    "cervical_cancer": 5,
    "colon_cancer": 4,
    "oesophageal_cancer": 3,
    "rheumatic_heart_disease": 3,
    "aids_opportunistic_infection": 1,
}
CHILDRENS = ("congenital_heart_vsd", "congenital_heart_asd", "childhood_all", "thalassaemia", "cleft_lip_palate")
WOMENS = ("breast_cancer",)  # the catalogue leaves men with it possible
GROWN_UP = 15  # years; children's illnesses end at 14
HOSPITALS = ("芒市人民医院", "芒市中医傣医医院", "德宏州人民医院")
STATES = {ConditionState.VERIFIED: 92, ConditionState.SUSPECTED: 6, ConditionState.EXCLUDED: 2}
PLANS = (
    "住院手术治疗，术后每月复查一次。",
    "按规范化疗六个周期，每周期后复查血常规和肝肾功能。",
    "转州人民医院会诊后回县继续治疗，村医每半月随访。",
    "药物治疗，控制并发症，三个月后评估是否手术。",
)
COURSES = (("treated", 72), ("treating", 17), ("untreated", 8), ("declined", 3))


@dataclass(frozen=True, slots=True)
class Ill:
    """One illness of one person of the register."""

    person: Row
    disease: str


def import_illnesses(*, by: User, people: Sequence[Row], today: date, rng: Random) -> int:
    """Record the illnesses that the register's health states and key groups imply; how many."""
    rows = [_row(ill, today, rng) for person in people for ill in _illnesses(person, today, rng)]
    return import_rows(by=by, kind="conditions", rows=rows).new_count


def open_cases(*, by: User, hospitals: Sequence[int], today: date, rng: Random) -> int:
    """Files for nine in ten of the verified critically ill, in every state of treatment; how many."""
    found = Condition.objects.filter(kind=ConditionKind.CRITICAL, state=ConditionState.VERIFIED).order_by("pk")
    opened = 0
    for condition in found:
        if rng.random() < 0.9:
            _open(by, condition, rng.choices(hospitals, (2, 6, 1))[0], today, rng)
            opened += 1
    return opened


def _illnesses(person: Row, today: date, rng: Random) -> Iterator[Ill]:
    groups = person["key_groups"].split(",")
    yield from (Ill(person, disease) for group, disease in CHRONIC.items() if group.value in groups)
    if Health.CRITICAL.value in person["health"].split(","):
        yield Ill(person, _critical(person, today, rng))


def _critical(person: Row, today: date, rng: Random) -> str:
    """A critical illness that a person of this sex and age can have."""
    if (today - person["born_on"]).days < GROWN_UP * 365:
        return rng.choice(CHILDRENS)
    fitting = {
        code: weight
        for code, weight in CRITICAL.items()
        if _fits(diseases()[code], person["sex"]) and (code not in WOMENS or person["sex"] == "2")
    }
    return rng.choices(list(fitting), list(fitting.values()))[0]


def _fits(disease: Disease, sex: str) -> bool:
    return disease.sex in {"", sex}


def _row(ill: Ill, today: date, rng: Random) -> Row:
    """The illness as a row of the sheet; half were verified before this year, the rest month by month."""
    born_on = ill.person["born_on"]
    told_on = today - timedelta(days=rng.randint(5, 300) if rng.random() < 0.5 else rng.randint(300, 900))
    told_on = max(told_on, born_on + timedelta(days=10))
    state = rng.choices(list(STATES), list(STATES.values()))[0]
    settled = state != ConditionState.SUSPECTED
    prefixes = diseases()[ill.disease].icd10
    return {
        "identity": ill.person["identity"],
        "name": ill.person["name"],
        "disease": ill.disease,
        "icd10": prefixes[0] if prefixes else None,
        "diagnosed_on": max(born_on, told_on - timedelta(days=rng.randint(3, 1200))),
        "diagnosed_at": rng.choice(HOSPITALS),
        "state": state,
        "verified_by": "曹家明" if settled else None,
        "verified_on": min(today, told_on) if settled else None,
        "note": "复核后不符合诊断标准。" if state == ConditionState.EXCLUDED else None,
    }


def _open(by: User, condition: Condition, hospital: int, today: date, rng: Random) -> None:
    """A file opened soon after the illness was verified, and what has happened since."""
    verified_on = condition.verified_on or today
    opened_on = min(today, verified_on + timedelta(days=rng.randint(1, 12)))
    case = open_case(
        by=by,
        condition_id=condition.pk,
        hospital_id=hospital,
        doctor=rng.choice(("杨文军", "排早诺", "金团香", "尹国平")),
        plan=rng.choice(PLANS),
        opened_on=opened_on,
        today=today,
    )
    course = rng.choices([state for state, _ in COURSES], [weight for _, weight in COURSES])[0]
    for step in _steps(course, opened_on, today, rng):
        case = move_case(by=by, case_id=case.pk, version=case.version, step=step, today=today)


def _steps(course: str, opened_on: date, today: date, rng: Random) -> Iterator[Step]:
    if course == CaseState.DECLINED:
        yield Step(CaseState.DECLINED, reason="家属商量后暂不治疗，村医每月上门劝导。")
    if course in {CaseState.TREATING, CaseState.TREATED}:
        yield Step(CaseState.TREATING)
    if course == CaseState.TREATED:
        treated_on = min(today, opened_on + timedelta(days=rng.randint(3, 60)))
        outcome = rng.choice((Outcome.CURED, Outcome.IMPROVED, Outcome.IMPROVED, Outcome.STABLE))
        yield Step(CaseState.TREATED, outcome=outcome, treated_on=treated_on)
