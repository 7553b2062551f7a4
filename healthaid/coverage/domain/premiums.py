"""Who pays the personal premium of the people enrolled, to the fen; amounts are yuan with two decimals."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Rates:
    """How a place's documents share the premium of one group of people; None where they say nothing.

    Public funds pay a part of it (`paid`) or an amount a head (`fixed`); the province bears a part of that, the
    prefecture a part of what is left, and the county the rest. A `full_waiver` may be forbidden.
    """

    paid: Decimal | None = None
    fixed: Decimal | None = None
    province: Decimal | None = None
    prefecture: Decimal | None = None
    may_waive: bool = True


@dataclass(frozen=True, slots=True)
class Shares:
    """The premium of some people and who bears it; all parts add up to the whole.

    `undivided` is public money that no document shares out between the levels.
    """

    people: int
    premium: Decimal
    person: Decimal
    province: Decimal
    prefecture: Decimal
    county: Decimal
    undivided: Decimal

    def __add__(self, other: "Shares") -> "Shares":
        return Shares(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def public(self) -> Decimal:
        """What public funds of all levels bear."""
        return self.premium - self.person


NOBODY = Shares(0, *[NOTHING] * 6)


def share_out(premium: Decimal, people: int, rates: Rates) -> Shares:
    """Share the premium a head of so many people; each level's part is rounded half up once, for all of them together.

    YN-2017-102 (一), DH-2017-98 1 and 10; GS-2019-385 (四) for the fixed subsidy, which never exceeds the premium.
    """
    whole = (premium * people).quantize(FEN)
    public = _public(whole, premium, people, rates)
    if rates.province is None:
        return Shares(people, whole, whole - public, NOTHING, NOTHING, NOTHING, public)
    province = _part(public, rates.province)
    local = public - province
    if rates.prefecture is None:
        return Shares(people, whole, whole - public, province, NOTHING, NOTHING, local)
    prefecture = _part(local, rates.prefecture)
    return Shares(people, whole, whole - public, province, prefecture, local - prefecture, NOTHING)


def waives_unlawfully(premium: Decimal, rates: Rates) -> bool:
    """Whether nothing is left for the person though a full waiver is forbidden (GS-2019-385 (四))."""
    return not rates.may_waive and premium > 0 and share_out(premium, 1, rates).person == 0


def _public(whole: Decimal, premium: Decimal, people: int, rates: Rates) -> Decimal:
    if rates.fixed is not None:
        return (min(rates.fixed, premium) * people).quantize(FEN)
    return _part(whole, rates.paid or NOTHING)


def _part(amount: Decimal, share: Decimal) -> Decimal:
    return (amount * share).quantize(FEN, ROUND_HALF_UP)
