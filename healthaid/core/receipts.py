"""One form, one effect: a double click, a resent form or a lost answer never writes twice."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from healthaid.core.models import FormReceipt


def once(user: Any, key: str, effect: Callable[[], str]) -> str:
    """Run the effect under a one-time key and return the address it leads to; a used key returns its first address.

    The receipt stands in the transaction of the effect, so either both are there or neither.
    """
    try:
        with transaction.atomic():
            receipt = FormReceipt.objects.create(user=user, key=key)
            receipt.went_to = effect()
            receipt.save(update_fields=("went_to",))
            return receipt.went_to
    except IntegrityError:
        first = FormReceipt.objects.filter(user=user, key=key).first()
        if first is None:
            raise
        return first.went_to


def first_answer(user: Any, key: str) -> str:
    """Where the first submission of a form led; empty when there was none."""
    receipt = FormReceipt.objects.filter(user=user, key=key).first() if key else None
    return receipt.went_to if receipt else ""
