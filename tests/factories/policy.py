"""Local documents and values for tests; a value is confirmed by nobody unless said."""

from datetime import date
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalDocument, LocalValue
from tests.factories.accounts import UserFactory


class LocalDocumentFactory(DjangoModelFactory):
    class Meta:
        model = LocalDocument

    path = factory.SelfAttribute("place.path")
    number = factory.Sequence(lambda number: f"芒政发〔2018〕{number}号")
    title = "关于城乡居民医保待遇的通知"
    note = "县医保局"
    entered_by = factory.SubFactory(UserFactory)


class LocalValueFactory(DjangoModelFactory):
    """A deductible that waits for its second person."""

    class Meta:
        model = LocalValue

    document = factory.SubFactory(LocalDocumentFactory)
    place = factory.SelfAttribute("document.place")
    path = factory.SelfAttribute("document.path")
    parameter = "critical.deductible.ordinary"
    number = Decimal(10000)
    starts_on = date(2018, 1, 1)
    entered_by = factory.SubFactory(UserFactory)


class ConfirmedValueFactory(LocalValueFactory):
    state = ValueState.CONFIRMED
    decided_by = factory.SubFactory(UserFactory)
    decided_at = factory.LazyFunction(timezone.now)
