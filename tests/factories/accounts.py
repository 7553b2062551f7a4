"""Accounts for tests: `UserFactory(username=…)`, or one with a duty somewhere by `appointed`."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from healthaid.accounts.models import Posting, User

SINCE = date(2016, 1, 1)  # the first day of every posting, before all days that tests use
PASSWORD = "Ferry-Across-71"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"user{number}")
    full_name = factory.Sequence(lambda number: f"试用{number}")

    @classmethod
    def _create(cls, model, *args, password=PASSWORD, **fields):
        user = model(*args, **fields)
        user.set_password(password)
        user.save()
        return user


class PostingFactory(DjangoModelFactory):
    class Meta:
        model = Posting

    user = factory.SubFactory(UserFactory)
    starts_on = SINCE


def appointed(username, *postings, **fields):
    """An account with (duty, place) postings, held since 2016."""
    user = UserFactory(username=username, **fields)
    for duty, place in postings:
        PostingFactory(user=user, duty=duty, place=place)
    return user
