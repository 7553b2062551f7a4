"""Amounts: yuan in Python, whole fen in the database."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, Sum

from healthaid.core.fields import MoneyField
from healthaid.coverage.models import YearAccount
from tests.factories.patients import PersonFactory


@pytest.fixture
def accounts(db):
    person = PersonFactory()
    return [
        YearAccount.objects.create(person=person, path=person.path, region="533103", year=year, personal=personal)
        for year, personal in ((2017, "0.10"), (2018, Decimal("0.2")), (2019, 1234567890))
    ]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("12.34", "12.34"), ("12.3", "12.30"), (7, "7.00"), ("-0.01", "-0.01"), (Decimal("1E+3"), "1000.00"), ("", None)],
)
def test_amount_is_yuan_with_two_decimals(given, kept):
    assert MoneyField().to_python(given) == (None if kept is None else Decimal(kept))


@pytest.mark.parametrize("given", ["12.345", "一元", "NaN", "Infinity", object()])
def test_what_is_no_amount_is_refused(given):
    with pytest.raises(ValidationError):
        MoneyField().to_python(given)


def test_amounts_are_kept_as_fen_and_come_back_as_yuan(accounts):
    with connection.cursor() as cursor:
        cursor.execute("SELECT personal FROM coverage_yearaccount ORDER BY year")
        assert [row[0] for row in cursor.fetchall()] == [10, 20, 123456789000]

    assert list(YearAccount.objects.order_by("year").values_list("personal", flat=True)) == [
        Decimal("0.10"),
        Decimal("0.20"),
        Decimal("1234567890.00"),
    ]


def test_sums_and_comparisons_are_exact(accounts):
    few = YearAccount.objects.filter(personal__lt=1)

    assert few.aggregate(all=Sum("personal"))["all"] == Decimal("0.30")
    both = Sum(F("personal") + F("personal"), output_field=MoneyField())
    assert few.aggregate(all=both)["all"] == Decimal("0.60")
    assert YearAccount.objects.get(personal=Decimal("0.20")).year == 2018


def test_amount_is_typed_in_yuan_in_a_form():
    field = MoneyField("金额").formfield()

    assert field.clean("12.30") == Decimal("12.30")
    with pytest.raises(ValidationError):
        field.clean("1.234")
