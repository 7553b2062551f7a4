from decimal import Decimal
from random import Random

import pytest

from healthaid.coverage.domain.premiums import NOBODY, Rates, share_out, waives_unlawfully

D = Decimal
PAID = D("1.00")


def rates(province, prefecture, paid=PAID):
    return Rates(paid=paid, province=province and D(province), prefecture=prefecture and D(prefecture))


@pytest.mark.parametrize(
    ("premium", "people", "shared", "parts"),  # person, province, prefecture, county, undivided
    [
        # YN-2017-102 (一), DH-2017-98 1: not lifted 6:4 and lifted 4:6, then 3:7, 4:6, 5:5
        ("180", 1, rates("0.60", "0.30"), "0.00 108.00 21.60 50.40 0.00"),
        ("180", 1, rates("0.40", "0.30"), "0.00 72.00 32.40 75.60 0.00"),
        ("180", 1, rates("0.60", "0.40"), "0.00 108.00 28.80 43.20 0.00"),
        ("180", 1, rates("0.60", "0.50"), "0.00 108.00 36.00 36.00 0.00"),
        ("180", 1000, rates("0.60", "0.30"), "0.00 108000.00 21600.00 50400.00 0.00"),
        # rounded half up once, for all people together; the county has what is left
        ("0.01", 1, rates("0.60", "0.30"), "0.00 0.01 0.00 0.00 0.00"),
        ("0.05", 1, rates("0.50", "0.50"), "0.00 0.03 0.01 0.01 0.00"),
        ("180.33", 7, rates("0.40", "0.30"), "0.00 504.92 227.22 530.17 0.00"),
        # a province without a rule for its counties, and documents without any rule
        ("180", 1, rates("0.60", None), "0.00 108.00 0.00 0.00 72.00"),
        ("180", 1, rates(None, None), "0.00 0.00 0.00 0.00 180.00"),
        ("180", 1, rates(None, None, paid=None), "180.00 0.00 0.00 0.00 0.00"),
        # GS-2019-385 (四): 50 yuan a head, levels not divided; never more than the premium
        ("220", 3, Rates(fixed=D(50), may_waive=False), "510.00 0.00 0.00 0.00 150.00"),
        ("40", 3, Rates(fixed=D(50), may_waive=False), "0.00 0.00 0.00 0.00 120.00"),
        ("220", 0, rates("0.60", "0.30"), "0.00 0.00 0.00 0.00 0.00"),
    ],
)
def test_share_out_follows_the_documents(premium, people, shared, parts):
    found = share_out(D(premium), people, shared)

    assert f"{found.person} {found.province} {found.prefecture} {found.county} {found.undivided}" == parts
    assert found.person + found.public == found.premium


def test_parts_always_add_up_to_the_fen():
    rng = Random(2018)  # noqa: S311 -- made-up amounts
    for _ in range(2000):
        shared = rates(
            rng.choice([None, "0.60", "0.40", f"0.{rng.randint(1, 99):02}"]),
            rng.choice([None, "0.30", "0.50", f"0.{rng.randint(1, 99):02}"]),
            paid=D(rng.randint(0, 100)) / 100,
        )

        found = share_out(D(rng.randint(0, 90_000)) / 100, rng.randint(0, 50_000), shared)

        parts = (found.person, found.province, found.prefecture, found.county, found.undivided)
        assert sum(parts) == found.premium
        assert all(part >= 0 for part in parts)


def test_shares_add():
    one = share_out(D("180.33"), 7, rates("0.40", "0.30"))

    both = one + share_out(D(220), 2, rates(None, None))

    assert (both.people, both.premium, both.undivided) == (9, D("1702.31"), D("440.00"))
    assert one + NOBODY == one


@pytest.mark.parametrize(
    ("premium", "fixed", "may_waive", "waived"),
    [("220", "50", False, False), ("50", "50", False, True), ("40", "50", False, True), ("40", "50", True, False)],
)
def test_full_waiver_is_told_where_it_is_forbidden(premium, fixed, may_waive, waived):
    assert waives_unlawfully(D(premium), Rates(fixed=D(fixed), may_waive=may_waive)) == waived
