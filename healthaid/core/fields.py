"""Model fields that every room uses."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _


class CodeField(models.CharField):
    """Text compared byte by byte on every database: codes, paths and names that are searched by their beginning.

    On PostgreSQL one plain index of such a column then serves equality, prefix and order; SQLite compares so anyway.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class CodesField(CodeField):
    """Several codes of one table in one column, kept sorted and joined by commas: "1,7"."""

    description = "codes joined by commas"

    def __init__(self, *args: Any, codes: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.codes = codes
        kwargs.setdefault("max_length", 100)
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def validate(self, value: str, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        unknown = [code for code in split_codes(value) if self.codes and code not in self.codes.values]
        if unknown:
            raise ValidationError(_("没有这个代码：%(code)s"), params={"code": unknown[0]})


def split_codes(value: str) -> list[str]:
    """The codes of a CodesField value."""
    return value.split(",") if value else []


def join_codes(codes: Any) -> str:
    """Codes as a CodesField keeps them: unique, sorted, joined by commas."""
    return ",".join(sorted({str(code) for code in codes}))


class MoneyField(models.BigIntegerField):
    """An amount in yuan with two decimals, kept as whole fen: sums and comparisons are exact on every database.

    Python sees Decimal yuan; frames of bulk work see fen. What is reckoned from several columns names this field as its
    output_field, else it is fen. Raises ValidationError for more than two decimals.
    """

    description = "yuan, kept as fen"
    fen = Decimal("0.01")
    _pyi_private_set_type: Any  # read by the type checker alone
    _pyi_private_get_type: Decimal  # type: ignore[assignment]

    def from_db_value(self, value: Any, *_: Any) -> Decimal | None:
        """Fen from the database, also those of a sum, as yuan."""
        return None if value is None else Decimal(int(value)).scaleb(-2)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        try:
            amount = Decimal(value)
            exact = amount.quantize(self.fen)
        except (InvalidOperation, TypeError, ValueError):
            raise ValidationError(_("“%(value)s”不是金额。"), params={"value": value}) from None
        if exact != amount:
            raise ValidationError(_("金额最多两位小数：%(value)s"), params={"value": value})
        return exact

    def get_prep_value(self, value: Any) -> int | None:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        amount = self.to_python(value)
        return None if amount is None else int(amount.scaleb(2))

    def formfield(self, **kwargs: Any) -> Any:
        options: dict[str, Any] = {"form_class": forms.DecimalField, "decimal_places": 2, "max_digits": 14}
        return models.Field.formfield(self, **options | kwargs)
