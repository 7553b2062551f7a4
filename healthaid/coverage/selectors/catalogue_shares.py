"""What hospitals charge outside the catalogue, against the limit of their tier (YN-2018-2 七), and how they settle."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from facilities.models import Facility
from healthaid.core.fields import MoneyField
from healthaid.core.money import percent
from healthaid.coverage.enums import Promise
from healthaid.coverage.selectors.promises import RULED, Watch
from healthaid.coverage.settlement.layers import MILLION

MOST = 200  # hospitals on a page, those with the largest excess first


@dataclass(frozen=True, slots=True)
class Share:
    """The stays of a hospital under one limit: yuan, and the stays that go beyond it."""

    limit: Decimal
    stays: int
    total: Decimal
    outside: Decimal
    excess: Decimal  # borne by the hospital, stay by stay
    over: int

    @property
    def share(self) -> Decimal:
        """What lies outside the catalogue, of the total; 0 where nothing was charged."""
        return self.outside / self.total if self.total else Decimal(0)

    @property
    def share_percent(self) -> Decimal:
        """The share in per cent, to two decimals."""
        return (self.share * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def percent(self) -> str:
        """The share as a person reads it."""
        return f"{self.share_percent}%"

    @property
    def limit_percent(self) -> str:
        """The limit as a person reads it."""
        return percent(self.limit)

    @property
    def is_over(self) -> bool:
        """Whether all stays together go beyond the limit."""
        return self.share > self.limit


@dataclass(frozen=True, slots=True)
class Hospital:
    """A hospital's stays by limit, and its bills that lack a signature, a referral or the one-stop desk."""

    facility: Facility
    shares: tuple[Share, ...]
    unlimited: int  # stays without a limit: by day or place, at a single-disease price, wholly the person's
    missed: tuple[tuple[Promise, int], ...]

    @property
    def excess(self) -> Decimal:
        """All that it bears."""
        return sum((share.excess for share in self.shares), Decimal(0))


@dataclass(frozen=True, slots=True)
class HospitalTable:
    """Hospitals, largest excess first; `left_out` is how many the page does not show."""

    hospitals: tuple[Hospital, ...]
    left_out: int


def hospitals(watching: Watch, most: int = MOST) -> HospitalTable:
    """The settled bills of the place's people, hospital by hospital. Two queries."""
    broken = {promise.value: Count("pk", filter=watching.held(promise) & watching.missed(promise)) for promise in RULED}
    bills: Any = watching.bills().order_by()
    counted = bills.values("facility", "limit").annotate(
        stays=Count("pk", filter=Q(setting="inpatient")),
        over=Count("pk", filter=Q(excess__gt=0)),
        all_total=Sum("total", output_field=MoneyField()),
        all_outside=Sum("outside", output_field=MoneyField()),
        all_excess=Sum("excess", output_field=MoneyField()),
        **broken,
    )
    groups: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in counted:
        groups[row["facility"]].append(row)
    named = Facility.objects.in_bulk(list(groups))
    found = [_hospital(named[pk], parts) for pk, parts in groups.items()]
    found.sort(key=lambda each: (-each.excess, each.facility.path))
    return HospitalTable(tuple(found[:most]), max(len(found) - most, 0))


def _hospital(facility: Facility, rows: Sequence[Mapping[str, Any]]) -> Hospital:
    shares = tuple(
        Share(
            Decimal(row["limit"]) / MILLION,
            row["stays"],
            row["all_total"],
            row["all_outside"],
            row["all_excess"],
            row["over"],
        )
        for row in sorted(rows, key=lambda row: row["limit"] or 0)
        if row["limit"] is not None
    )
    missed = tuple((promise, sum(row[promise.value] for row in rows)) for promise in RULED)
    return Hospital(facility, shares, sum(row["stays"] for row in rows if row["limit"] is None), missed)
