"""Reads of what regions set themselves, for lists and pages: the user first."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.scoping import under
from healthaid.policy import catalogue, domain
from healthaid.policy.domain import Conflict, Parameter
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalDocument, LocalValue
from healthaid.policy.selectors import CODED_LEVELS, Rules, rules_of
from healthaid.regions.enums import CodeSystem, Level
from healthaid.regions.models import Place, PlaceCode

PUBLIC = (ValueState.CONFIRMED, ValueState.SUPERSEDED)  # what counts or counted is open to everybody, as policy is
PRICE = "special_treatment.package_price"


def values_readable(user: User) -> QuerySet[LocalValue]:
    """What counts or counted anywhere, and everything entered in the user's places."""
    rows = LocalValue.objects.visible_to(user) | LocalValue.objects.filter(state__in=PUBLIC)
    return rows.select_related("document", "place", "entered_by", "decided_by")


def documents_readable(user: User) -> QuerySet[LocalDocument]:
    """Documents on which something public rests, and those of the user's places."""
    public = LocalValue.objects.filter(document=OuterRef("pk"), state__in=PUBLIC)
    rows = LocalDocument.objects.filter(Exists(public)) | LocalDocument.objects.visible_to(user)
    return rows.select_related("place", "entered_by")


def value_for_page(user: User, pk: int) -> LocalValue:
    """One value with its document, what it corrects and what corrected it. Raises DoesNotExist."""
    rows = values_readable(user).select_related("document__place", "corrects", "place__parent")
    return rows.prefetch_related("corrections").get(pk=pk)


def document_for_page(user: User, pk: int) -> LocalDocument:
    """One local document. Raises DoesNotExist."""
    return documents_readable(user).get(pk=pk)


def values_of_document(user: User, document: LocalDocument) -> list[LocalValue]:
    """What the document says, as far as the user may read it."""
    return list(values_readable(user).filter(document=document))


def values_of_year(user: User, place: Place, year: int) -> list[LocalValue]:
    """What the place's own documents say for days of the year, newest entries first."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = values_readable(user).filter(document__place=place, starts_on__lte=last)
    return list(rows.filter(Q(ends_on=None) | Q(ends_on__gte=first)).order_by("parameter", "-starts_on", "-pk"))


def documents_of(user: User, place: Place) -> list[LocalDocument]:
    """The place's own documents, newest first."""
    return list(documents_readable(user).filter(place=place))


def waiting_for(user: User) -> QuerySet[LocalValue]:
    """The values that wait for this person to confirm them, the oldest first."""
    rows = LocalValue.objects.visible_to(user, Ability.CONFIRM_POLICY).filter(state=ValueState.ENTERED)
    return rows.exclude(entered_by=user).select_related("document__place", "place").order_by("pk")


@dataclass(frozen=True, slots=True)
class Gap:
    """What a region has not set for a year: at all, or only for its beginning."""

    parameter: Parameter
    is_whole_year: bool


def gaps(rules: Rules, year: int) -> list[Gap]:
    """What the region still has to set for the year, what bills wait for first."""
    last = {item.name: item for item in rules.on_day(date(year, 12, 31)).must_choose()}
    first = {item.name: item for item in rules.on_day(date(year, 1, 1)).must_choose()}
    found = [Gap(item, is_whole_year=item.name in last) for item in (last | first).values()]
    return sorted(found, key=lambda gap: (not gap.parameter.is_for_settlement, not gap.is_whole_year))


def counties_with_gaps(place: Place, year: int) -> list[tuple[Place, str, list[Gap]]]:
    """The open counties of a prefecture or province, with their code and what bills wait for there; two queries."""
    open_ones = Place.objects.filter(under("path", place.path), level=Level.COUNTY, closed_on=None)
    counties = list(open_ones.filter(codes__system=CodeSystem.STATISTICS).distinct())
    found = [
        (county, rules.places[0], [gap for gap in gaps(rules, year) if gap.parameter.is_for_settlement])
        for county, rules in zip(counties, rules_of(counties, date(year, 1, 1)), strict=True)
    ]
    return sorted(found, key=lambda line: line[1])


def conflicts_with(value: LocalValue, rules: Rules) -> list[Conflict]:
    """Where the value would disagree with what stands above its place."""
    return list(domain.conflicts_of(rules.parameter(value.parameter), value.as_value(rules.places[0])))


def places_to_enter(user: User) -> QuerySet[Place]:
    """The counties and larger places for which the user may enter documents."""
    rows = Place.objects.visible_to(user, Ability.EDIT_POLICY)
    return rows.filter(level__in=CODED_LEVELS, closed_on=None).order_by("path")


def hospitals_near(place: Place) -> QuerySet[Place]:
    """The open hospitals inside the place and right below the larger places around it: leaves of coded places."""
    around = [int(part) for part in place.path.strip("/").split("/")]
    leaves = Place.objects.filter(level=Level.FACILITY, closed_on=None, parent__level__in=CODED_LEVELS)
    near = leaves.filter(under("path", place.path) | Q(parent__in=around))
    return near.select_related("parent").order_by("path")


def is_in_use(document: LocalDocument) -> bool:
    """Whether something that counts or counted rests on the document."""
    return document.values.filter(state__in=PUBLIC).exists()


def package_price(hospital_id: int, disease: str, on: date) -> Decimal | None:
    """The confirmed single-disease price at a hospital (the id of its leaf) that day; None when none is set."""
    return package_prices([(hospital_id, disease, on)]).get((hospital_id, disease, on))


Asked = tuple[int, str, date]  # leaf of the hospital, disease, day


def package_prices(asked: list[Asked]) -> dict[Asked, Decimal]:
    """The confirmed prices for many bills in one query; what has none is left out. The latest in force wins."""
    rows = LocalValue.objects.filter(
        parameter=PRICE,
        state=ValueState.CONFIRMED,
        place__in={hospital for hospital, _disease, _on in asked},
        disease__in={disease for _hospital, disease, _on in asked},
    ).order_by("-starts_on")
    by_key: dict[tuple[int, str], list[LocalValue]] = {}
    for row in rows:
        by_key.setdefault((row.place_id, row.disease), []).append(row)
    found = {}
    for hospital, disease, on in asked:
        for row in by_key.get((hospital, disease), []):
            if row.starts_on <= on and (row.ends_on is None or on <= row.ends_on):
                found[hospital, disease, on] = row.number or Decimal(0)
                break
    return found


def settable() -> list[Parameter]:
    """What a local document may set: numbers and words of places, what regions must set first."""
    known = [item for item in catalogue.parameters().values() if not item.is_price and item.unit != "codes"]
    return sorted(known, key=lambda item: (not item.is_for_settlement, not item.set_locally_in))


def places_of_codes(codes: Collection[str]) -> dict[str, Place]:
    """The open counties and larger places that bear these codes, in one query."""
    rows = PlaceCode.objects.filter(code__in=codes, system=CodeSystem.STATISTICS, place__level__in=CODED_LEVELS)
    return {row.code: row.place for row in rows.filter(place__closed_on=None).select_related("place")}


def codes_of_places(ids: Collection[int] | None = None) -> dict[int, str]:
    """Today's code of each county and larger place, or of these, by its id."""
    rows = PlaceCode.objects.filter(system=CodeSystem.STATISTICS, valid_to=None, place__level__in=CODED_LEVELS)
    return dict((rows if ids is None else rows.filter(place__in=ids)).values_list("place", "code"))


def documents_at_places(ids: Collection[int]) -> list[LocalDocument]:
    """The local documents of these places."""
    return list(LocalDocument.objects.filter(place__in=ids))


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
