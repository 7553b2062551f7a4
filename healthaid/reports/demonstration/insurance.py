"""Insurance of the made-up people: two years of enrolment, the premium, and special-disease cards in every state."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from healthaid.accounts.models import User
from healthaid.coverage.enums import Absence, CardState
from healthaid.coverage.selectors.cards import conditions_without_card
from healthaid.policy.actions import Ruling, confirm_value, enter_value, record_document
from healthaid.regions.models import Place
from healthaid.reports.demonstration.sheets import import_rows
from patients.models import Condition
from patients.synthetic.register import Row

SEED = 102  # of its own, so that what comes after is drawn as before
PREMIUMS = (Decimal(400), Decimal(380))  # yuan of this year and the last
ENROLLED = (0.985, 0.97)
ABSENCES = (Absence.WORK, Absence.STUDY, Absence.MARRIAGE, Absence.LOST, None)
STATES = {CardState.VALID: 66, CardState.DIAGNOSED: 8, CardState.APPLIED: 6, CardState.REFUSED: 3, None: 17}
HOSPITALS = ("芒市人民医院", "芒市中医傣医医院", "德宏州人民医院")


def set_premiums(*, enters: User, confirms: User, county: Place, today: date) -> None:
    """The county's premium of this year and the last, entered by one person and confirmed by another."""
    document = record_document(
        by=enters, place_id=county.pk, title="城乡居民基本医疗保险个人缴费标准（试用）", note="试用数据"
    )
    for ago, premium in enumerate(PREMIUMS):
        year = today.year - ago
        ruling = Ruling(
            "premium.personal.amount",
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
            number=premium,
            article=f"{year}年",
        )
        value = enter_value(by=enters, document_id=document.pk, ruling=ruling)
        confirm_value(by=confirms, value_id=value.pk, version=value.version)


def import_enrolments(*, by: User, people: Sequence[Row], today: date) -> int:
    """Rows of nearly everybody for this year and the last; how many."""
    rng = Random(SEED)  # noqa: S311 -- made-up data, no secrets
    rows = [
        _enrolment(person, today.year - ago, share, rng)
        for ago, share in enumerate(ENROLLED)
        for person in people
        if person["born_on"].year <= today.year - ago and rng.random() < 0.995
    ]
    return import_rows(by=by, kind="enrolments", rows=rows).new_count


def _enrolment(person: Row, year: int, share: float, rng: Random) -> Row:
    is_in = rng.random() < share
    return {
        "identity": person["identity"],
        "name": person["name"],
        "year": year,
        "has_basic": is_in,
        "has_critical": is_in and rng.random() < 0.995,
        "has_assistance": is_in and rng.random() < 0.99,
        "has_supplementary": is_in and rng.random() < 0.2,
        "enrolled_on": date(year - 1, rng.randint(9, 12), rng.randint(1, 28)) if is_in else None,
        "absence": None if is_in else rng.choice(ABSENCES),
    }


def import_cards(*, by: User, today: date) -> int:
    """Cards of most people whose verified illness is one of the 28; how many."""
    rng = Random(SEED)  # noqa: S311 -- made-up data, no secrets
    return import_rows(by=by, kind="cards", rows=list(_cards(by, today, rng))).new_count


def _cards(by: User, today: date, rng: Random) -> Iterator[Row]:
    known: set[tuple[int, str]] = set()
    for condition in conditions_without_card(by, today).order_by("pk"):
        key = (condition.person_id, condition.card_disease)  # type: ignore[attr-defined]  # annotated
        state = rng.choices(list(STATES), list(STATES.values()))[0]
        if state and key not in known:
            known.add(key)
            yield _card(condition, key[1], state, today, rng)


def _card(condition: Condition, disease: str, state: CardState, today: date, rng: Random) -> Row:
    """A card as a row of the sheet, on its way from the application to the state."""
    verified_on = condition.verified_on or today
    applied_on = min(today, verified_on + timedelta(days=rng.randint(1, 20)))
    diagnosed_on = min(today, applied_on + timedelta(days=rng.randint(2, 30)))
    valid_from = min(today, diagnosed_on + timedelta(days=rng.randint(1, 10)))
    is_diagnosed = state in {CardState.VALID, CardState.DIAGNOSED}
    is_valid = state == CardState.VALID
    years = rng.choice((2, 3, None))
    return {
        "identity": condition.person.identity,
        "name": condition.person.name,
        "disease": disease,
        "applied_on": applied_on,
        "state": state,
        "diagnosed_on": diagnosed_on if is_diagnosed else None,
        "hospital": rng.choice(HOSPITALS) if is_diagnosed else None,
        "number": f"MTB533103{condition.pk:05}" if is_valid else None,
        "entered_on": valid_from if is_valid else None,
        "valid_from": valid_from if is_valid else None,
        "valid_to": valid_from + timedelta(days=365 * years) if is_valid and years else None,
        "reason": "鉴定未达到病种标准" if state == CardState.REFUSED else None,
    }
