from decimal import Decimal

import pytest

from facilities.domain import ClinicStandard, Finding, doctors_required, shortfalls

ROOMS = frozenset({"consulting_room", "treatment_room", "pharmacy"})
STANDARD_2018 = ClinicStandard(area=Decimal(60), rooms=ROOMS, needs_equipment=True, doctors=2)
STANDARD_2017 = ClinicStandard(area=Decimal(60), rooms=frozenset(), needs_equipment=False, doctors=2)


@pytest.mark.parametrize(
    ("residents", "per_thousand", "needed"),
    [
        (0, "1.0", 1),
        (300, "1.0", 1),
        (1000, "1.0", 1),
        (1001, "1.0", 2),
        (2999, "1.0", 3),
        (3000, "0.9", 3),
        (4999, "0.9", 5),
        (5000, "0.8", 4),
        (7999, "0.8", 7),
        (8000, "0.7", 6),
        (8001, "0.7", 6),
    ],
)
def test_doctors_are_rounded_up_and_at_least_one(residents, per_thousand, needed):
    assert doctors_required(residents, Decimal(per_thousand), Decimal(1)) == needed


@pytest.mark.parametrize(
    ("area", "missing_rooms", "is_equipped", "doctors", "by_year"),
    [
        ("60", (), True, 2, ([], [])),
        ("59.99", (), True, 2, (["area"], ["area"])),
        ("60", ("pharmacy",), True, 2, (["pharmacy"], [])),
        ("60", ("pharmacy", "consulting_room"), True, 2, (["consulting_room", "pharmacy"], [])),
        ("60", (), False, 2, (["equipment"], [])),
        ("60", (), True, 1, (["doctors"], ["doctors"])),
        ("0", tuple(ROOMS), False, 0,
         (["area", "consulting_room", "treatment_room", "pharmacy", "equipment", "doctors"], ["area", "doctors"])),
    ],
)  # fmt: skip
def test_shortfalls_by_year(area, missing_rooms, is_equipped, doctors, by_year):
    finding = Finding(Decimal(area), ROOMS - set(missing_rooms), is_equipped, doctors)

    assert (shortfalls(finding, STANDARD_2018), shortfalls(finding, STANDARD_2017)) == by_year
