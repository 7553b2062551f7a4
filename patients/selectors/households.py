"""Reads of households."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from healthaid.accounts.enums import Ability
from healthaid.core.scoping import Scoped
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from patients.enums import LifeState, Relation
from patients.models import Household, Person


def households_for_list(user: Scoped) -> QuerySet[Household]:
    """Households with their village and all their members."""
    return (
        Household.objects.visible_to(user)
        .select_related("village__parent")
        .prefetch_related(Prefetch("members", Person.objects.only("household_id", "name", "relation", "life_state")))
    )


def household_for_page(user: Scoped, pk: int) -> Household:
    """One household with village, origin and members. Raises DoesNotExist."""
    members = Prefetch("members", Person.objects.order_by("-life_state", "relation", "pk"))
    rows = Household.objects.visible_to(user).select_related("village__parent", "split_from")
    return rows.prefetch_related(members).get(pk=pk)


def household_for_form(user: Scoped, pk: int) -> Household:
    """One household with its village. Raises DoesNotExist."""
    return Household.objects.visible_to(user).select_related("village__parent").get(pk=pk)


def offshoots(user: Scoped, household: Household) -> QuerySet[Household]:
    """The households that split off this one and that the user sees."""
    return Household.objects.visible_to(user).filter(split_from=household)


def villages_to_register_in(user: Scoped) -> QuerySet[Place]:
    """The open villages where the user keeps the register, with their townships, in tree order."""
    places = Place.objects.visible_to(user, Ability.EDIT_REGISTER).filter(level=Level.VILLAGE, closed_on=None)
    return places.select_related("parent").order_by("path")


def households_without_head(rows: QuerySet[Household]) -> QuerySet[Household]:
    """Those of some households in which nobody present is the head."""
    heads = Person.objects.filter(household=OuterRef("pk"), relation=Relation.HEAD, life_state=LifeState.PRESENT)
    return rows.filter(~Exists(heads))
