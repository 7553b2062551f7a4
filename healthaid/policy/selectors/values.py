"""What regions set themselves, for lists, pages and sheets: the user first."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.policy import catalogue
from healthaid.policy.domain import Parameter
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.regions.models import Place, PlaceCode

PUBLIC = (ValueState.CONFIRMED, ValueState.SUPERSEDED)  # what counts or counted is open to everybody, as policy is


def values_readable(user: User) -> QuerySet[LocalValue]:
    """What counts or counted anywhere, and everything entered in the user's places."""
    rows = LocalValue.objects.visible_to(user) | LocalValue.objects.filter(state__in=PUBLIC)
    return rows.select_related("document", "place", "entered_by", "decided_by")


def value_for_page(user: User, pk: int) -> LocalValue:
    """One value with its document, what it corrects and what corrected it. Raises DoesNotExist."""
    rows = values_readable(user).select_related("document__place", "corrects", "place__parent")
    return rows.prefetch_related("corrections").get(pk=pk)


def values_of_document(user: User, document: LocalDocument) -> list[LocalValue]:
    """What the document says, as far as the user may read it."""
    return list(values_readable(user).filter(document=document))


def values_of_year(user: User, place: Place, year: int) -> list[LocalValue]:
    """What the place's own documents say for days of the year, newest entries first."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = values_readable(user).filter(document__place=place, starts_on__lte=last)
    return list(rows.filter(Q(ends_on=None) | Q(ends_on__gte=first)).order_by("parameter", "-starts_on", "-pk"))


def waiting_for(user: User) -> QuerySet[LocalValue]:
    """The values that wait for this person to confirm them, the oldest first."""
    rows = LocalValue.objects.visible_to(user, Ability.CONFIRM_POLICY).filter(state=ValueState.ENTERED)
    return rows.exclude(entered_by=user).select_related("document__place", "place").order_by("pk")


def superseded_values(name: str, codes: Collection[str]) -> list[LocalValue]:
    """What counted once for a parameter at these places, until a correction took its place; with those corrections."""
    rows = LocalValue.objects.filter(parameter=name, disease="", state=ValueState.SUPERSEDED)
    rows = rows.filter(Exists(PlaceCode.objects.filter(place=OuterRef("place"), code__in=codes)))
    counted = LocalValue.objects.filter(state__in=PUBLIC).select_related("decided_by")
    rows = rows.select_related("document", "place").prefetch_related(Prefetch("corrections", counted))
    return list(rows.order_by("starts_on", "pk"))


def settable() -> list[Parameter]:
    """What a local document may set: numbers and words of places, what regions must set first."""
    known = [item for item in catalogue.parameters().values() if not item.is_price and item.unit != "codes"]
    return sorted(known, key=lambda item: (not item.is_for_settlement, not item.set_locally_in))


def standing_values(ids: Collection[int]) -> dict[tuple[int, str, str], list[LocalValue]]:
    """What counts or waits at these places, by place, parameter and disease; waiting corrections are left out."""
    standing: dict[tuple[int, str, str], list[LocalValue]] = defaultdict(list)
    rows = LocalValue.objects.filter(place__in=ids, state__in=(ValueState.ENTERED, ValueState.CONFIRMED))
    for row in rows.exclude(state=ValueState.ENTERED, corrects__isnull=False):
        standing[row.place_id, row.parameter, row.disease].append(row)
    return standing


def confirmed_numbers(user: User) -> QuerySet[LocalValue]:
    """The confirmed numbers of the user's places, for a sheet."""
    rows = LocalValue.objects.visible_to(user).filter(state=ValueState.CONFIRMED, number__isnull=False)
    return rows.order_by("path", "parameter", "disease", "starts_on", "pk")
