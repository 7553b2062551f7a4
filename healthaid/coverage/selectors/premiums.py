"""The funding summary: who pays how much of the premium of a county's target group, and on which article that rests."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Case, CharField, Count, Exists, OuterRef, QuerySet, Value, When

from healthaid.core.scoping import Scoped, under
from healthaid.coverage.domain.enrolments import Moment
from healthaid.coverage.domain.premiums import FEN, NOBODY, Rates, Shares, share_out, waives_unlawfully
from healthaid.coverage.enums import PremiumGroup
from healthaid.coverage.models import Enrolment
from healthaid.coverage.selectors.citations import Cited, cited
from healthaid.policy.domain import Missing
from healthaid.policy.selectors.rules import Rules, rules_of
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from patients.enums import PovertyStatus
from patients.selectors.persons import spells_covering

AMOUNT, PAID, FIXED = "premium.personal.amount", "premium.personal.paid_share", "premium.subsidy.fixed"
PREFECTURE = "local_share.prefecture"
PROVINCE = {
    PremiumGroup.NOT_LIFTED: "premium.share.province.not_lifted",
    PremiumGroup.LIFTED: "premium.share.province.lifted",
}
STATUSES = {
    PremiumGroup.NOT_LIFTED: (PovertyStatus.NOT_LIFTED, PovertyStatus.RETURNED),
    PremiumGroup.LIFTED: (PovertyStatus.LIFTED, PovertyStatus.LIFTED_POLICY_KEPT),
}
SPLIT_BELOW = (Level.COUNTRY, Level.PROVINCE, Level.PREFECTURE)  # their rows are counties


@dataclass(frozen=True, slots=True)
class Line:
    """The people of one group who pay the same premium, and who bears it."""

    group: PremiumGroup
    premium: Decimal | None  # a head; None while the place has not set it
    shares: Shares
    waives: bool = False  # nothing is left for the person though that is forbidden


@dataclass(frozen=True, slots=True)
class Fund:
    """A county's lines, the rates they rest on, and its totals."""

    place: Place
    lines: Sequence[Line]
    rates: Mapping[str, Cited]

    @property
    def whole(self) -> Shares:
        """The county's total."""
        return sum((line.shares for line in self.lines), NOBODY)

    @property
    def people_without_amount(self) -> int:
        """How many of its people have no premium to share out, because nobody has set it."""
        return sum(line.shares.people for line in self.lines if line.premium is None)

    @property
    def province_rates(self) -> list[tuple[PremiumGroup, Cited]]:
        """The province's share of each group, where a document gives it."""
        return [(group, self.rates[name]) for group, name in PROVINCE.items() if name in self.rates]

    @property
    def amount(self) -> Cited | None:
        return self.rates.get(AMOUNT)

    @property
    def paid(self) -> Cited | None:
        return self.rates.get(PAID)

    @property
    def fixed(self) -> Cited | None:
        return self.rates.get(FIXED)

    @property
    def prefecture(self) -> Cited | None:
        return self.rates.get(PREFECTURE)


@dataclass(frozen=True, slots=True)
class Funding:
    """A place's counties with their shares of a year's premium, and the sum of them."""

    place: Place
    moment: Moment
    funds: list[Fund] = field(default_factory=list)

    @property
    def whole(self) -> Shares:
        """The sum of all counties."""
        return sum((fund.whole for fund in self.funds), NOBODY)


def funding(user: Scoped, place: Place, moment: Moment) -> Funding:
    """The funding summary of a place, in a fixed number of queries."""
    counties = [place]
    if place.level in SPLIT_BELOW:
        below = Place.objects.filter(under("path", place.path), level=Level.COUNTY, closed_on=None)
        counties = list(below.order_by("path"))
    counted = _counted(user, place, moment, counties)
    counties = [county for county in counties if county.pk in counted]
    all_rules = rules_of(counties, moment.rules_on)
    names = (AMOUNT, PAID, FIXED, PREFECTURE, *PROVINCE.values())
    rates = cited(all_rules, names)
    return Funding(
        place,
        moment,
        [
            Fund(county, list(_lines(counted[county.pk], found, rules)), found)
            for county, rules, found in zip(counties, all_rules, rates, strict=True)
        ],
    )


Key = tuple[str, Decimal | None]  # group and premium a head


def _counted(user: Scoped, place: Place, moment: Moment, counties: Sequence[Place]) -> dict[int, dict[Key, int]]:
    """How many enrolled people of each group pay which premium, by county."""
    by_path = {county.path: county.pk for county in counties}
    depth = len(counties[0].path.split("/")) if counties else 0
    found: dict[int, dict[Key, int]] = defaultdict(lambda: defaultdict(int))
    rows = _enrolled(user, place, moment).order_by().values_list("path", "group", "premium").annotate(Count("pk"))
    for path, group, premium, number in rows:
        county = by_path.get("/".join(path.split("/")[: depth - 1]) + "/")
        if county is not None:
            found[county][group, premium] += number
    return found


def _enrolled(user: Scoped, place: Place, moment: Moment) -> QuerySet:
    """The year's basic insurance of people whose premium is shared, each with the `group` of the day."""
    standing = spells_covering(moment.on).filter(person=OuterRef("person"))
    groups = [
        When(Exists(standing.filter(status__in=statuses)), then=Value(group.value))
        for group, statuses in STATUSES.items()
    ]
    rows: QuerySet = Enrolment.objects.visible_to(user)
    rows = rows.filter(under("path", place.path), year=moment.year, has_basic=True)
    rows = rows.annotate(group=Case(*groups, default=Value(""), output_field=CharField()))
    return rows.exclude(group="")


def _lines(counted: Mapping[Key, int], rates: Mapping[str, Cited], rules: Rules) -> Iterable[Line]:
    for (group, premium), people in sorted(
        counted.items(), key=lambda item: (item[0][0] != "not_lifted", item[0][1] or 0)
    ):
        standard = premium if premium is not None else rates[AMOUNT].number.quantize(FEN) if AMOUNT in rates else None
        if standard is None:
            yield Line(PremiumGroup(group), None, Shares(people, *[NOBODY.premium] * 6))
            continue
        shared = Rates(
            paid=_number(rates, PAID),
            fixed=_number(rates, FIXED),
            province=_number(rates, PROVINCE[PremiumGroup(group)]),
            prefecture=_number(rates, PREFECTURE),
            may_waive=_may_waive(rules),
        )
        yield Line(
            PremiumGroup(group), standard, share_out(standard, people, shared), waives_unlawfully(standard, shared)
        )


def _number(rates: Mapping[str, Cited], name: str) -> Decimal | None:
    return rates[name].number if name in rates else None


def _may_waive(rules: Rules) -> bool:
    try:
        return "forbidden" not in rules.words("premium.full_waiver")
    except Missing:
        return True
