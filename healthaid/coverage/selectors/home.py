"""Figures of the room's first page; each opens exactly the rows that it counts."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from healthaid.core.scoping import Scoped
from healthaid.coverage.enums import BillState, Obstacle
from healthaid.coverage.models import Settlement
from healthaid.coverage.selectors.bills import calling_for_replay, readable_bills, waiting_counts


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the filters of the list of bills that show its rows."""

    label: str | Promise
    number: int
    query: str
    tone: str = "plain"


def bill_figures(user: Scoped) -> list[Figure]:
    """How many bills wait, are settled, missed a promise, lack a signature, differ from paper, or call for a replay."""
    bills = readable_bills(user)
    current = Settlement.objects.filter(is_current=True, bill__in=bills.values("pk"))
    told = current.aggregate(
        settled=Count("pk"),
        missed=Count("pk", filter=~Q(missed="")),
        unsigned=Count("pk", filter=Q(warnings__contains="unsigned")),
        differs=Count("pk", filter=Q(warnings__contains="stated_differs")),
        formless=Count("pk", filter=Q(form=None)),
    )
    replayed = calling_for_replay(bills).count()
    waiting = bills.filter(state=BillState.WAITING).count()
    return [
        Figure(_("待补正"), waiting, "state=waiting", "due"),
        Figure(_("已结算"), told["settled"], "state=settled"),
        Figure(_("未开结算单"), told["formless"], "form=none"),
        Figure(_("未达承诺"), told["missed"], "missed=any", "act"),
        Figure(_("目录外未签字"), told["unsigned"], "warning=unsigned", "due"),
        Figure(_("与单据不一致"), told["differs"], "warning=stated_differs", "due"),
        Figure(_("年度待重算"), replayed, "replay=due", "due"),
    ]


def obstacles(user: Scoped) -> list[Figure]:
    """What waiting bills wait for, most first."""
    return [
        Figure(Obstacle(code).label if code in Obstacle.values else code, number, f"state=waiting&obstacle={code}")
        for code, number in waiting_counts(user)
    ]
