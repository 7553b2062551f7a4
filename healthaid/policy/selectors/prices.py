"""Single-disease prices of hospitals."""

from datetime import date
from decimal import Decimal

from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalValue

PRICE = "special_treatment.package_price"


def package_price(hospital_id: int, disease: str, on: date) -> Decimal | None:
    """The confirmed single-disease price at a hospital (the id of its leaf) that day; None when none is set."""
    return package_prices([(hospital_id, disease, on)]).get((hospital_id, disease, on))


Asked = tuple[int, str, date]  # leaf of the hospital, disease, day


def package_prices(asked: list[Asked]) -> dict[Asked, Decimal]:
    """The confirmed prices for many bills in one query; what has none is left out."""
    return {key: row.number or Decimal(0) for key, row in prices_agreed(asked).items()}


def prices_agreed(asked: list[Asked]) -> dict[Asked, LocalValue]:
    """The same as the values themselves, each with its document. The latest in force wins."""
    rows = LocalValue.objects.filter(
        parameter=PRICE,
        state=ValueState.CONFIRMED,
        place__in={hospital for hospital, _disease, _on in asked},
        disease__in={disease for _hospital, disease, _on in asked},
    ).select_related("document")
    by_key: dict[tuple[int, str], list[LocalValue]] = {}
    for row in rows.order_by("-starts_on"):
        by_key.setdefault((row.place_id, row.disease), []).append(row)
    found = {}
    for hospital, disease, on in asked:
        for row in by_key.get((hospital, disease), []):
            if row.starts_on <= on and (row.ends_on is None or on <= row.ends_on):
                found[hospital, disease, on] = row
                break
    return found
