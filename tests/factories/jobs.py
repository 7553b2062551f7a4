"""Jobs for tests, and a kind of work that they can be of."""

import factory
from factory.django import DjangoModelFactory

from healthaid.jobs.models import Job


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    kind = "counting"
    requested_by = factory.SubFactory("tests.factories.accounts.UserFactory")
