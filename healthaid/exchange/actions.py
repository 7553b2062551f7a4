"""Sheets come in (received, checked, confirmed, applied, taken back) and go out."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core import bulk
from healthaid.core.decisions import Refused, require
from healthaid.core.identity import traced
from healthaid.core.killpoints import kill_point
from healthaid.exchange import applying, files, merging, registry
from healthaid.exchange.checking import Sheet
from healthaid.exchange.choosing import choose
from healthaid.exchange.enums import BatchState, RowState
from healthaid.exchange.files import FileWriter
from healthaid.exchange.listing import Listing
from healthaid.exchange.models import FilePiece, ImportBatch, Problem, StoredFile
from healthaid.exchange.parsing.layout import column_name
from healthaid.exchange.permissions import may_confirm, may_discard, may_export, may_import, may_withdraw, reach_of
from healthaid.exchange.reading import RawSheet, Unreadable, read_workbook
from healthaid.exchange.writing import CellProblem, Sink, Watermark, write_error_file, write_rows
from healthaid.jobs.actions import enqueue
from healthaid.jobs.domain import Progress, no_progress
from healthaid.jobs.models import Job

STORED_PROBLEMS = 5_000  # the error file has them all
EXPORTED_AT_ONCE = 2_000  # more rows are exported by a job
TRIES = 3
EXPORTS_KEPT = timedelta(days=7)
UPLOADS_KEPT = timedelta(days=90)  # the batch and its counts stay, its cells go
WORKING = frozenset({BatchState.UPLOADED, BatchState.CHECKING, BatchState.CONFIRMED, BatchState.WITHDRAWING})


# In


@transaction.atomic
def upload(*, by: User, kind: str, name: str, data: bytes) -> ImportBatch:
    """Take a file in and have it checked by a job."""
    batch = receive(by=by, kind=kind, name=name, data=data)
    batch.job = enqueue(kind="check_import", by=by, batch=batch.pk)
    batch.save(update_fields=("job",))
    return batch


@transaction.atomic
def receive(*, by: User, kind: str, name: str, data: bytes) -> ImportBatch:
    """Take a file in, sealed; nothing has read it yet. Raises Refused."""
    resource = registry.sheet(kind)
    require(may_import(by, resource))
    stored = files.store(name, files.CSV if name.lower().endswith(".csv") else files.XLSX, data)
    reach = reach_of(by, resource.edit_ability)
    batch = ImportBatch.objects.create(kind=kind, uploaded_by=by, reach=reach, file=stored)
    record(by=by, verb="exchange.batch.uploaded", subject=batch, sheet=kind, file=stored.name, size=len(data))
    return batch


def check_batch(*, batch_id: int, progress: Progress = no_progress) -> dict[str, Any]:
    """Read and check the file, count what it would do, keep its problems and clean columns. Safe to run twice."""
    check(batch_id=batch_id, progress=progress)
    return _result(batch_id)


def check(*, batch_id: int, progress: Progress = no_progress) -> Sheet | None:
    """The same, for callers who want every problem; None when the file is unreadable or was checked before."""
    batch = ImportBatch.objects.select_related("uploaded_by", "file", "listing").get(pk=batch_id)
    if batch.state not in {BatchState.UPLOADED, BatchState.CHECKING}:
        return None
    ImportBatch.objects.filter(pk=batch_id).update(state=BatchState.CHECKING)
    resource = registry.sheet(batch.kind)
    progress(0, 4, _("读取文件"))
    try:
        raw = _read(batch, resource)
    except Unreadable as unreadable:
        _conclude(batch, state=BatchState.UNREADABLE, message=str(unreadable))
        return None
    progress(1, 4, _("校验"))
    sheet = Sheet.clean(raw, resource.columns(), localdate())
    resource.check(sheet)
    progress(2, 4, _("与系统比对"))
    plan = resource.plan(sheet, _run(batch, merging.provisional_ids))
    progress(3, 4, _("保存结果"))
    _keep_result(batch, sheet, plan)
    return sheet


def _read(batch: ImportBatch, resource: Any) -> RawSheet:
    columns = list(enumerate(resource.columns()))
    merged = [number for number, column in columns if column.fill_down]
    keys = [number for number, column in columns if column.is_key]
    return read_workbook(files.read(batch.file), batch.file.name, resource.labels(), merged, keys)


def _run(batch: ImportBatch, new_ids: Callable[..., list[int]]) -> merging.Run:
    """Today's postings of the person who uploaded, not those of the upload's day."""
    user = User.objects.get(pk=batch.uploaded_by_id)
    ability = registry.sheet(batch.kind).edit_ability
    return merging.Run(by=user, scope=user.scope(ability), today=localdate(), new_ids=new_ids)


@transaction.atomic
def _keep_result(batch: ImportBatch, sheet: Sheet, plan: merging.Plan) -> None:
    batch.row_count, batch.unused_columns = sheet.frame["row"].n_unique(), sheet.unused
    batch.problem_count = _keep_problems(batch, sheet)
    _keep_listing(batch, Listing.of(sheet, plan))
    if batch.error_count:
        _conclude(batch, state=BatchState.FAULTY)
        return
    batch.staged = files.store(f"{batch.kind}.arrow", files.ARROW, sheet.to_bytes())
    _conclude(batch, state=BatchState.CHECKED)


@transaction.atomic
def _keep_listing(batch: ImportBatch, listing: Listing) -> None:
    """Keep what becomes of each row, in place of what was kept before, and the counts with it."""
    former, batch.listing = batch.listing, files.store("rows.arrow", files.ARROW, listing.to_bytes())
    batch.new_count, batch.changed_count = listing.count(RowState.NEW), listing.count(RowState.CHANGED)
    batch.unchanged_count, batch.error_count = listing.count(RowState.UNCHANGED), listing.count(RowState.ERROR)
    batch.save()
    if former is not None:
        files.erase(former)


def _keep_problems(batch: ImportBatch, sheet: Sheet) -> int:
    """Store the first problems for the page, and all of them in the error file."""
    problems = list(sheet.problems())
    batch.problems.all().delete()
    Problem.objects.bulk_create(
        [
            Problem(
                batch=batch,
                sheet=each.sheet[:100],
                row=each.row,
                letter="" if each.position is None else column_name(each.position),
                column=each.column[:200],
                value=traced(each.value[:200]),
                reason=traced(each.reason[:300]),
                suggestion=traced(each.suggestion[:300]),
                is_warning=each.is_warning,
            )
            for each in problems[:STORED_PROBLEMS]
        ],
        batch_size=1_000,
    )
    if problems and sheet.raw is not None:
        cells = (
            CellProblem(each.row, each.position, each.reason, each.suggestion, each.is_warning) for each in problems
        )
        with FileWriter(_("错误-%(name)s.xlsx") % {"name": PurePath(batch.file.name).stem}, files.XLSX) as out:
            write_error_file(sheet.raw, cells, out)
        batch.error_file = out.file
    return len(problems)


def _conclude(batch: ImportBatch, *, state: BatchState, message: str = "") -> None:
    batch.state, batch.message = state, message
    batch.save()


def _result(batch_id: int) -> dict[str, Any]:
    return {"url": reverse("exchange:batch-detail", args=[batch_id])}


@transaction.atomic
def confirm_batch(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Have a checked batch applied by a job. Raises Refused."""
    batch = approve(by=by, batch=batch)
    batch.job = enqueue(kind="apply_import", by=by, batch=batch.pk)
    batch.save(update_fields=("job",))
    return batch


@transaction.atomic
def approve(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Mark a checked batch as confirmed by its uploader. Raises Refused."""
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    require(may_confirm(by, locked))
    require(may_import(by, registry.sheet(locked.kind)))
    locked.state = BatchState.CONFIRMED
    locked.save(update_fields=("state",))
    record(by=by, verb="exchange.batch.confirmed", subject=locked, sheet=locked.kind)
    return locked


def apply_batch(*, batch_id: int, progress: Progress = no_progress) -> dict[str, Any]:
    """Write a confirmed batch under today's postings, all rows or none. A second delivery finds it done."""
    apply(batch_id=batch_id, progress=progress)
    return _result(batch_id)


def apply(*, batch_id: int, progress: Progress = no_progress) -> Sheet | None:
    """The same, for callers who want every problem; None when there was nothing to do."""
    batch = ImportBatch.objects.select_related("uploaded_by", "file", "staged", "listing").get(pk=batch_id)
    if batch.state != BatchState.CONFIRMED or batch.staged is None:
        return None
    resource = registry.sheet(batch.kind)
    kill_point("checked")
    progress(0, 2, _("与系统比对"))
    kept = files.read(batch.staged)
    for attempt in range(1, TRIES + 1):
        sheet = Sheet.from_bytes(kept, resource.columns())
        plan = resource.plan(sheet, _run(batch, bulk.reserve_ids))
        if sheet.bad_rows:
            _reject(batch, sheet, plan)
            break
        if batch.listing is None or not Listing.from_bytes(files.read(batch.listing)).says(plan):
            _keep_listing(batch, Listing.of(sheet, plan))
        progress(1, 2, _("写入"))
        try:
            applying.write(plan, batch)
        except applying.Moved:
            if attempt == TRIES:
                _conclude(batch, state=BatchState.REJECTED, message=_("导入期间数据不断变化，未导入；请稍后重新上传。"))
        else:
            break
    kill_point("committed")
    _forget_staged(batch)
    return sheet


@transaction.atomic
def _reject(batch: ImportBatch, sheet: Sheet, plan: merging.Plan) -> None:
    """The database or the postings have changed since the check, so that rows may no longer be written."""
    batch.problem_count = _keep_problems(batch, sheet)
    _keep_listing(batch, Listing.of(sheet, plan))
    _conclude(batch, state=BatchState.REJECTED, message=_("校验之后情况有变，未导入任何一行。"))
    record(by=batch.uploaded_by, verb="exchange.batch.rejected", subject=batch, sheet=batch.kind)


@transaction.atomic
def _forget_staged(batch: ImportBatch) -> None:
    """The clean columns are of no use any more; they hold personal data."""
    staged = batch.staged
    ImportBatch.objects.filter(pk=batch.pk).update(staged=None)
    if staged is not None:
        files.erase(staged)


@transaction.atomic
def withdraw_batch(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Have an applied batch taken back by a job. Raises Refused."""
    batch = begin_withdrawal(by=by, batch=batch)
    batch.job = enqueue(kind="withdraw_import", by=by, batch=batch.pk)
    batch.save(update_fields=("job",))
    return batch


@transaction.atomic
def begin_withdrawal(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Mark an applied batch as being taken back by its uploader. Raises Refused."""
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    require(may_withdraw(by, locked))
    require(may_import(by, registry.sheet(locked.kind)))
    locked.state, locked.message = BatchState.WITHDRAWING, ""
    locked.save(update_fields=("state", "message"))
    record(by=by, verb="exchange.batch.withdrawal_begun", subject=locked, sheet=locked.kind)
    return locked


def take_back_batch(*, batch_id: int, progress: Progress = no_progress) -> dict[str, Any]:
    """Undo a batch under today's postings, all rows or none. A second delivery finds it done."""
    withdraw(batch_id=batch_id, progress=progress)
    return _result(batch_id)


def withdraw(*, batch_id: int, progress: Progress = no_progress) -> None:
    """The same; where something later touched the rows, the batch stays applied and says what."""
    batch = ImportBatch.objects.select_related("uploaded_by").get(pk=batch_id)
    if batch.state != BatchState.WITHDRAWING:
        return
    resource, user = registry.sheet(batch.kind), User.objects.get(pk=batch.uploaded_by_id)
    try:
        require(may_import(user, resource))
        applying.withdraw(batch, user, user.scope(resource.edit_ability), resource.parked, progress)
    except Refused as refused:
        _keep_applied(batch, str(refused))
    except IntegrityError:
        _keep_applied(batch, _("要恢复的内容与后来登记的记录冲突。"))
    kill_point("withdrawal-committed")


@transaction.atomic
def _keep_applied(batch: ImportBatch, reason: str) -> None:
    message = _("没有撤回：%(reason)s") % {"reason": reason}
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.WITHDRAWING).update(
        state=BatchState.APPLIED, message=message
    )
    record(by=batch.uploaded_by, verb="exchange.batch.withdrawal_refused", subject=batch, sheet=batch.kind)


@transaction.atomic
def discard_batch(*, by: User, batch: ImportBatch) -> None:
    """Give up a checked batch; what it would have written is forgotten. Raises Refused."""
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    require(may_discard(by, locked))
    _forget_staged(locked)
    listing, locked.staged, locked.listing = locked.listing, None, None
    _conclude(locked, state=BatchState.REJECTED, message=_("上传人放弃了导入。"))
    if listing is not None:
        files.erase(listing)
    record(by=by, verb="exchange.batch.discarded", subject=locked, sheet=locked.kind)


# Out


def note_download(*, by: User, file: StoredFile) -> None:
    """Leave a trace of a file that is handed out."""
    record(by=by, verb="exchange.file.downloaded", subject=file, file=file.name, size=file.size)


def export(*, by: User, kind: str, filters: Mapping[str, Any], fmt: str = "xlsx") -> StoredFile | Any:
    """The file, or the job that makes it when there are more than EXPORTED_AT_ONCE rows.

    `filters` are those of the list, ids and codes only: {"place": 5}. Raises Refused, Unexportable.
    """
    resource = registry.sheet(kind)
    require(may_export(by, resource))
    choice = choose(by, resource, filters)
    if choice.rows.order_by()[: EXPORTED_AT_ONCE + 1].count() > EXPORTED_AT_ONCE:
        return enqueue(kind="export_sheet", by=by, sheet=kind, filters=choice.codes, fmt=fmt)
    return _write_file(by, resource, filters, fmt, no_progress)


def write_export(
    *, by: User, kind: str, filters: Mapping[str, Any], fmt: str, progress: Progress = no_progress
) -> dict[str, Any]:
    """Make the export's file, under today's postings; what the job does."""
    resource = registry.sheet(kind)
    require(may_export(by, resource))
    stored = _write_file(by, resource, filters, fmt, progress)
    return handed_out(by=by, file=stored, ability=resource.read_ability)


def handed_out(*, by: User, file: StoredFile, ability: str) -> dict[str, Any]:
    """The result of a job that made a file: it opens for who asked, as long as the ability still reaches as far."""
    return {"url": reverse("exchange:file", args=[file.pk]), "file": file.pk, "reach": reach_of(by, ability)}


def _write_file(by: User, resource: Any, filters: Mapping[str, Any], fmt: str, progress: Progress) -> StoredFile:
    ending = "xlsx" if fmt == "xlsx" else "csv"
    name = f"{resource.title}-{localdate():%Y%m%d}.{ending}"
    with FileWriter(name, files.XLSX if ending == "xlsx" else files.CSV) as out:
        export_to(by=by, resource=resource, filters=filters, fmt=fmt, out=out, progress=progress)
    return out.file


def export_to(
    *, by: User, resource: Any, filters: Mapping[str, Any], fmt: str, out: Sink, progress: Progress = no_progress
) -> int:
    """Write the rows that the user may read as "xlsx", "csv" or "csv-gb18030", audited; how many there were."""
    choice = choose(by, resource, filters)
    watermark = Watermark(
        title=str(resource.title),
        taken_by=str(by),
        unit=by.unit,
        taken_at=timezone.now(),
        filters=choice.words,
    )
    chunks = _told(resource.chunks(choice.rows), choice.rows.order_by().count(), progress)
    count = write_rows(resource.sheet_columns(), chunks, watermark, fmt, out)
    record(by=by, verb="exchange.sheet.exported", sheet=resource.kind, rows=count, filters=choice.codes, form=fmt)
    return count


def _told(chunks: Iterator[pl.DataFrame], total: int, progress: Progress) -> Iterator[pl.DataFrame]:
    done = 0
    for chunk in chunks:
        yield chunk
        done += chunk.height
        progress(done, total, _("导出"))


# Afterwards


@transaction.atomic
def forget_files(*, now: datetime) -> int:
    """Erase exports and sent-in files that nobody needs any more, with all personal data in them; how many."""
    exports = Job.objects.filter(finished_at__lt=now - EXPORTS_KEPT, result__has_key="file")
    old = ImportBatch.objects.filter(created_at__lt=now - UPLOADS_KEPT).exclude(state__in=WORKING)
    made = [pk for pair in old.values_list("error_file", "listing") for pk in pair if pk]
    gone = [*exports.values_list("result__file", flat=True), *made]
    old.update(error_file=None, listing=None)
    exports.update(result={})
    StoredFile.objects.filter(pk__in=gone).delete()
    emptied, _rows = FilePiece.objects.filter(file__in=old.values("file")).delete()
    return len(gone) + emptied
