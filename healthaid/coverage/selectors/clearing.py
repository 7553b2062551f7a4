"""Reads: which runs have a result set that no longer can count."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from healthaid.coverage.enums import RunPurpose, RunState
from healthaid.coverage.models import OneStopForm, RunResult, Settlement, SettlementRun
from healthaid.coverage.selectors.runs import ACTIVE


def runs_out_of_use(before: datetime) -> QuerySet[SettlementRun, int]:
    """The ids of runs asked for before an instant whose results still stand and have served.

    These are what-ifs, returned or superseded proposals and failed ones, proposals that a later one of the same kind
    has taken the place of, and confirmed runs that a later confirmed one follows and of which no settlement is current
    or has a form. What is being computed or confirmed is left alone.
    """
    same = SettlementRun.objects.filter(
        place=OuterRef("place"), year=OuterRef("year"), purpose=OuterRef("purpose"), pk__gt=OuterRef("pk")
    ).filter(Q(person=OuterRef("person")) | Q(person=None))
    own = Settlement.objects.filter(run=OuterRef("pk"))
    rests = Exists(own.filter(is_current=True)) | Exists(OneStopForm.objects.filter(settlement__run=OuterRef("pk")))
    later = Exists(same.exclude(state__in=(RunState.COMPUTING, RunState.REJECTED)))
    replaced = Q(state=RunState.PROPOSED) & later
    followed = Q(state=RunState.CONFIRMED) & Exists(same.filter(state=RunState.CONFIRMED)) & ~rests
    withdrawn = Q(purpose=RunPurpose.WHAT_IF) | Q(
        state__in=(RunState.REJECTED, RunState.SUPERSEDED, RunState.COMPUTING)
    )
    rows = SettlementRun.objects.filter(withdrawn | replaced | followed, requested_at__lt=before)
    rows = rows.filter(Exists(RunResult.objects.filter(run=OuterRef("pk"))))
    return rows.exclude(job__state__in=ACTIVE).order_by("pk").values_list("pk", flat=True)
