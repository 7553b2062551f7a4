"""Bills of the made-up people: two years of stays and outpatient care, some late, some waiting, some with forms."""

from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter
from random import Random

from healthaid.accounts.models import User
from healthaid.coverage.actions.imports import settle_batch
from healthaid.coverage.actions.onestop import issue_form
from healthaid.coverage.enums import BillState, CardState, Referral, Setting
from healthaid.coverage.models import Bill, SpecialCard
from healthaid.jobs.domain import no_progress
from healthaid.policy.actions import Ruling, confirm_value, enter_value, record_document
from healthaid.regions.models import Place
from healthaid.reports.demonstration.sheets import import_rows
from patients.enums import ConditionState, LifeState
from patients.models import Condition, Person
from patients.synthetic.register import Row

SEED = 2  # of its own, so that what comes before is drawn as ever
PATIENTS = 160
STAYS = ((1, 55), (2, 27), (3, 12), (5, 6))  # how many a patient has in a year, how often
HOSPITALS = (("芒市人民医院", 50), ("芒市中医傣医医院", 20), ("德宏州人民医院", 18), ("芒市镇卫生院", 12))
DIAGNOSES = (
    "社区获得性肺炎",
    "慢性支气管炎急性发作",
    "胆囊结石伴急性胆囊炎",
    "股骨颈骨折",
    "急性阑尾炎",
    "腰椎间盘突出",
)
COSTS = {"芒市镇卫生院": (600, 4_000), "德宏州人民医院": (8_000, 90_000)}  # yuan of a stay
USUAL_COST = (2_500, 28_000)
LATE = 12  # bills that come behind those settled before
FORMS = 24


def load_bills(*, enters: User, confirms: User, county: Place, today: date) -> int:
    """Set the county's values, bring bills in twice (the second sheet has late ones), issue forms; how many bills."""
    rng = Random(SEED)  # noqa: S311 -- made-up data, no secrets
    _set_values(enters, confirms, county, today)
    rows = [*_stays(today, rng), *_outpatient(today, rng)]
    for number, row in enumerate(rows, 1):
        row["number"] = f"MS{row['served_on']:%y%m}{number:05}"
    late = _first_of_several(rows)[:LATE]
    in_time = [row for row in rows if row not in late]
    for sheet in (in_time, late):
        if sheet:
            batch = import_rows(by=enters, kind="bills", rows=sheet)
            settle_batch(by=enters, batch_id=batch.pk, progress=no_progress)
    settled = Bill.objects.filter(state=BillState.SETTLED).order_by("-served_on", "pk")
    for pk in settled.values_list("pk", flat=True)[:FORMS]:
        issue_form(by=enters, bill_id=pk)
    return len(rows)


def _set_values(enters: User, confirms: User, county: Place, today: date) -> None:
    """What the county has to choose for these years: income figures, the deductible that is halved."""
    document = record_document(
        by=enters, place_id=county.pk, title="城乡居民大病保险起付线和农村居民收入数（试用）", note="试用数据"
    )
    rulings = [Ruling("critical.deductible.ordinary", starts_on=date(today.year - 1, 1, 1), number=Decimal(12_000))]
    rulings += [
        Ruling(
            "income.rural_per_capita.previous_year",
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
            number=income,
        )
        for year, income in ((today.year - 1, Decimal(14_950)), (today.year, Decimal(15_980)))
    ]
    for ruling in rulings:
        value = enter_value(by=enters, document_id=document.pk, ruling=ruling)
        confirm_value(by=confirms, value_id=value.pk, version=value.version)


def _first_of_several(rows: list[Row]) -> list[Row]:
    """The earliest bill of each person who has more than one in the same year."""
    by_year: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        by_year.setdefault((row["identity"], row["served_on"].year), []).append(row)
    return [min(several, key=itemgetter("served_on")) for several in by_year.values() if len(several) > 1]


def _stays(today: date, rng: Random) -> list[Row]:
    """Stays of some people; those with a verified critical illness mostly for that."""
    present = list(Person.objects.filter(life_state=LifeState.PRESENT, born_on__lt=date(today.year - 3, 1, 1)))
    present = [person for person in present if person.identity]
    ill = Condition.objects.filter(kind="critical", state=ConditionState.VERIFIED).values_list("person", "disease")
    disease = dict(ill)
    patients = rng.sample(present, min(PATIENTS, len(present) // 2))
    patients += [person for person in present if person.pk in disease and person not in patients][: PATIENTS // 4]
    numbers, weights = zip(*STAYS, strict=True)
    return [
        _stay(person, disease.get(person.pk), today, rng)
        for person in patients
        for _ in range(rng.choices(numbers, weights)[0])
    ]


def _stay(person: Person, disease: str | None, today: date, rng: Random) -> Row:
    hospital = rng.choices([name for name, _ in HOSPITALS], [weight for _, weight in HOSPITALS])[0]
    left = today - timedelta(days=rng.randint(3, 520))
    low, high = COSTS.get(hospital, USUAL_COST)
    total = round(rng.uniform(low, high), 2)
    in_policy = round(total * rng.uniform(0.88, 1.0), 2)
    referral = rng.choices(list(Referral), (88, 5, 3, 4))[0] if hospital == "德宏州人民医院" else Referral.COMPLIANT
    is_for_it = disease if disease and rng.random() < 0.8 else None
    return {
        "identity": person.identity,
        "name": person.name,
        "facility": hospital,
        "setting": Setting.INPATIENT,
        "admitted_on": left - timedelta(days=rng.randint(3, 20)),
        "served_on": left,
        "diagnosis": "按病种收治" if is_for_it else rng.choice(DIAGNOSES),
        "disease": is_for_it,
        "referral": referral,
        "referral_note": None if referral == Referral.COMPLIANT else "见转诊登记",
        "total": total,
        "in_policy": in_policy,
        "is_signed": True if rng.random() < 0.93 else None,
    }


def _outpatient(today: date, rng: Random) -> list[Row]:
    """Monthly care of people with a card, and of a few whose card is still on its way: those bills wait."""
    cards = SpecialCard.objects.filter(state__in=(CardState.VALID, CardState.APPLIED)).select_related("person")
    rows = []
    for card in cards.order_by("pk")[: PATIENTS // 2]:
        total = round(rng.uniform(90, 900), 2)
        rows.append(
            {
                "identity": card.person.identity,
                "name": card.person.name,
                "facility": "芒市人民医院",
                "setting": Setting.OUTPATIENT_SPECIAL,
                "served_on": today - timedelta(days=rng.randint(2, 60)),
                "diagnosis": card.disease_name,
                "disease": card.disease,
                "total": total,
                "in_policy": round(total * rng.uniform(0.9, 1.0), 2),
                "is_signed": True,
            }
        )
    return [row for row in rows if row["identity"]]
