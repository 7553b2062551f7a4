"""A scope as branches of the place tree."""

import pytest

from healthaid.core.scoping import Scope
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from tests.factories.regions import PlaceFactory


@pytest.mark.parametrize(
    ("prefixes", "kept"),
    [
        ([], set()),
        (["1/2/"], {"1/2/"}),
        (["1/2/", "1/2/"], {"1/2/"}),
        (["1/2/5/", "1/2/"], {"1/2/"}),
        (["1/", "1/2/5/", "1/3/"], {"1/"}),
        (["1/2/", "1/20/"], {"1/2/", "1/20/"}),  # a longer number is no branch of a shorter one
        (["1/2/5/", "1/3/", "1/2/6/"], {"1/2/5/", "1/2/6/", "1/3/"}),
    ],
)
def test_scope_keeps_the_fewest_branches(prefixes, kept):
    assert Scope.of(prefixes).prefixes == kept


@pytest.mark.parametrize(
    ("prefix", "path", "inside"),
    [
        ("1/2/", "1/2/", True),
        ("1/2/", "1/2/7/", True),
        ("1/2/", "1/20/", False),
        ("1/2/", "1/", False),
        ("1/2/", "1/3/", False),
    ],
)
@pytest.mark.django_db
def test_branch_holds_itself_and_what_is_below(prefix, path, inside):
    place = Place.objects.create(level=Level.VILLAGE, name="一村", path=path)
    scope = Scope.of([prefix])

    assert scope.covers_path(path) is inside
    assert scope.covers(place) is inside
    assert scope.narrow(Place.objects.all()).exists() is inside


@pytest.mark.django_db
def test_no_branch_at_all_covers_nothing():
    PlaceFactory()

    assert not Scope()
    assert not Scope().narrow(Place.objects.all()).exists()
