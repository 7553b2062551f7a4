"""What the hospital's own paper states beside what was settled."""

from dataclasses import dataclass
from decimal import Decimal

from healthaid.core.phrases import without_yuan
from healthaid.coverage.domain.bills import STATED
from healthaid.coverage.models import Bill, Settlement


@dataclass(frozen=True, slots=True)
class Compared:
    """One stated amount; `settled` is None where the settlement has no such payer."""

    label: str
    stated: Decimal
    settled: Decimal | None

    @property
    def differs(self) -> bool:
        """Whether the paper says something else than the settlement."""
        return self.settled is not None and self.stated != self.settled


def stated_beside(bill: Bill, settlement: Settlement) -> list[Compared]:
    """The stated amounts of a bill, each with what was settled."""
    return [
        Compared(
            without_yuan(Bill._meta.get_field(name).verbose_name),  # type: ignore[union-attr]  # noqa: SLF001
            getattr(bill, name),
            getattr(settlement, name.removeprefix("stated_"), None),
        )
        for name in STATED
        if getattr(bill, name) is not None
    ]
