"""What the pages of this room show, each person their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from healthaid.accounts.models import User
from healthaid.core.decisions import Decision
from healthaid.exchange import files, registry
from healthaid.exchange.listing import Listing
from healthaid.exchange.models import AppliedRow, ImportBatch, Problem, StoredFile
from healthaid.exchange.permissions import may_export, may_import, may_see, still_reaches
from healthaid.jobs.models import Job


@dataclass(frozen=True, slots=True)
class SheetAccess:
    """A sheet, and what the user may do with it."""

    sheet: Any
    importing: Decision
    exporting: Decision


def sheets_for_page(user: User) -> list[SheetAccess]:
    """The sheets that the user may bring in or take out."""
    found = [SheetAccess(sheet, may_import(user, sheet), may_export(user, sheet)) for sheet in registry.sheets()]
    return [access for access in found if access.importing or access.exporting]


def batches_for_list(user: User) -> QuerySet[ImportBatch]:
    """The user's own batches with their files, those whose rows the user's postings still reach."""
    own = ImportBatch.objects.filter(uploaded_by=user)
    seen = [pk for pk, reach in own.values_list("pk", "reach") if still_reaches(user, reach)]
    return own.filter(pk__in=seen).select_related("file")


def batch_for_page(user: User, pk: int) -> ImportBatch:
    """One of the user's own batches, as above; raises DoesNotExist."""
    batch = ImportBatch.objects.select_related("file", "staged", "error_file", "listing", "job").get(pk=pk)
    if not may_see(user, batch):
        raise ImportBatch.DoesNotExist
    return batch


def problems_for_page(batch: ImportBatch, *, warnings: bool) -> QuerySet[Problem]:
    """The batch's stored problems of one sort; all of them stand in its error file."""
    return batch.problems.filter(is_warning=warnings)


def has_problems(batch: ImportBatch) -> dict[bool, bool]:
    """Whether the batch has errors (False) and warnings (True)."""
    sorts = set(batch.problems.order_by().values_list("is_warning", flat=True).distinct())
    return {sort: sort in sorts for sort in (False, True)}


def listing_for_page(batch: ImportBatch) -> Listing | None:
    """What becomes of each row of the batch's file; None when it is unread, given up or long past."""
    return Listing.from_bytes(files.read(batch.listing)) if batch.listing else None


def errors_of_rows(batch: ImportBatch, rows: Iterable[int]) -> dict[int, list[Problem]]:
    """The stored errors of the rows of these numbers."""
    found: dict[int, list[Problem]] = {}
    for problem in batch.problems.filter(is_warning=False, row__in=list(rows)):
        found.setdefault(problem.row, []).append(problem)
    return found


def exported_file(user: User, pk: int) -> StoredFile:
    """A file that one of the user's own jobs made, while the rows in it are still the user's; raises DoesNotExist."""
    made = Job.objects.filter(requested_by=user, result__file=pk, result__has_key="reach")[:1].get().result
    if not still_reaches(user, made["reach"]):
        raise StoredFile.DoesNotExist
    return StoredFile.objects.get(pk=pk)


def rows_written(batch_id: int, label: str) -> list[int]:
    """The ids of a model's rows, by its label, that an applied batch wrote."""
    rows = AppliedRow.objects.filter(batch=batch_id, model=label).order_by("row_id")
    return list(rows.values_list("row_id", flat=True))
