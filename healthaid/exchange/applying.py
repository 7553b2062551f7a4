"""Writing a plan in one short transaction with its record, and taking a batch back the same way."""

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

import polars as pl
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from healthaid.accounts.models import User
from healthaid.audit.actions import record, record_rows
from healthaid.core import bulk, frames
from healthaid.core.decisions import Refused
from healthaid.core.killpoints import kill_point
from healthaid.core.scoping import Scope
from healthaid.core.vault import vault
from healthaid.exchange import registry
from healthaid.exchange.enums import BatchState
from healthaid.exchange.merging import OLD, Merge, Plan, Prepared, follow
from healthaid.exchange.models import AppliedRow, ImportBatch
from healthaid.exchange.recording import recorded_changes, recorded_new

IMAGE_CONTEXT = "exchange_appliedrow.before:"
NOT_KEPT = {"version", "updated_at"}  # these go on counting when a batch is taken back
NAMED = 5  # that many rows are named in a refusal


class Moved(Exception):  # noqa: N818 -- a state of the database, not an error of the program
    """Somebody wrote one of the rows after the plan was made; make the plan again."""


@dataclass(slots=True)
class Load:
    """One table's part of a plan: the changed rows staged, the new ones ready to be written."""

    prepared: Prepared
    new: Callable[[], int]
    changed: bulk.Staging
    applied: pl.DataFrame
    acts: pl.DataFrame

    @classmethod
    def stage(cls, stack: ExitStack, prepared: Prepared, batch: ImportBatch) -> Self:
        """What needs no lock: temporary tables, seals, images of what changes, the text of the record."""
        model, changed = prepared.merge.model, prepared.changed
        versioned = ("version_was",) if "version_was" in changed.columns else ()
        columns = ["id", *prepared.set_columns, *versioned]
        return cls(
            prepared,
            stack.enter_context(bulk.ready(model, prepared.new)),
            stack.enter_context(bulk.staged(model, changed.select(columns), versioned)),
            _applied(prepared, batch),
            _acts(prepared),
        )

    @property
    def merge(self) -> Merge:
        return self.prepared.merge

    def write(self) -> None:
        """Write the rows. Raises Moved when a changed row has a newer version by now."""
        model = self.merge.model
        for column, (old, new) in self.merge.parked.items():
            bulk.replace_staged(model, self.changed, column, old, new)
        expected = "version_was" if "version_was" in self.changed.columns else None
        written = bulk.update_staged(model, self.changed, self.prepared.set_columns, expected=expected)
        if written != self.changed.count:
            raise Moved
        self.new()
        bulk.insert(AppliedRow, self.applied)

    def record(self, by: User) -> None:
        """The entries of these rows."""
        if self.acts.height:
            kind = self.merge.model._meta.label_lower  # noqa: SLF001
            record_rows(by=by, verb=self.merge.verb, subject_kind=kind, rows=self.acts)


def write(plan: Plan, batch: ImportBatch) -> bool:
    """Write the plan and its record in one transaction, all or nothing; False when the batch was written before.

    Raises Moved when the database has moved on since the plan was made.
    """
    now = timezone.now()
    prepared = [Prepared.of(merge, now) for merge in plan.merges if not merge.is_idle]
    with ExitStack() as stack:
        loads = [Load.stage(stack, each, batch) for each in prepared]
        kill_point("staged")
        try:
            with transaction.atomic():
                current = ImportBatch.objects.select_for_update().select_related("uploaded_by").get(pk=batch.pk)
                if current.state != BatchState.CONFIRMED:
                    return False
                _move(plan, loads, current)
                kill_point("moved")
                current.state, current.applied_at = BatchState.APPLIED, now
                current.new_count, current.changed_count = plan.count("new"), plan.count("changed")
                current.unchanged_count = plan.count("unchanged")
                current.save()
                record(
                    by=current.uploaded_by,
                    verb="exchange.batch.applied",
                    subject=current,
                    sheet=current.kind,
                    new=current.new_count,
                    changed=current.changed_count,
                )
                registry.sheet(current.kind).applied(current)
        except IntegrityError as error:
            raise Moved from error
    return True


def _move(plan: Plan, loads: list[Load], batch: ImportBatch) -> None:
    for load in loads:
        load.write()
        if load.merge.model is plan.moved and load.changed.count:
            follow(load.merge.model, load.changed)
    kill_point("written")
    for load in loads:  # the end of the chain is locked last and shortest
        load.record(batch.uploaded_by)


def _applied(prepared: Prepared, batch: ImportBatch) -> pl.DataFrame:
    """An AppliedRow for each row written; for a changed one with what stood in its columns before, sealed."""
    changed, label = prepared.changed, prepared.merge.model._meta.label_lower  # noqa: SLF001
    kept = [name for name in prepared.set_columns if name not in NOT_KEPT]
    images = changed.select(
        pl.struct(pl.col(name + OLD).cast(pl.String).alias(name) for name in kept).struct.json_encode()
        if kept
        else pl.lit("{}")
    ).to_series()
    marks = [f"{batch.pk}:{label}:{row_id}" for row_id in changed["id"]]
    before = pl.Series("before", vault().seal_many(images.to_list(), IMAGE_CONTEXT, marks), pl.String)
    written = [changed.with_columns(before)]
    if prepared.merge.is_kept:
        written.append(prepared.new.with_columns(pl.lit("").alias("before")))
    return pl.concat([_applied_rows(rows, label, batch) for rows in written])


def _applied_rows(rows: pl.DataFrame, label: str, batch: ImportBatch) -> pl.DataFrame:
    version = pl.col("version") if "version" in rows.columns else pl.lit(0)
    return rows.select(
        pl.lit(batch.pk, pl.Int64).alias("batch_id"),
        pl.lit(label).alias("model"),
        pl.col("id").alias("row_id"),
        version.cast(pl.Int64).alias("version"),
        "before",
    )


def _acts(prepared: Prepared) -> pl.DataFrame:
    """The entries of the written rows: "id", "path" of their place, "changes" as JSON text."""
    merge = prepared.merge
    if not merge.verb:
        return pl.DataFrame(schema={"id": pl.Int64, "path": pl.String, "changes": pl.String})
    return pl.concat(
        [
            _with_places(prepared.changed, recorded_changes(merge, prepared.changed)),
            _with_places(prepared.new, recorded_new(merge, prepared.new)),
        ]
    )


def _with_places(rows: pl.DataFrame, changes: pl.Series) -> pl.DataFrame:
    path = pl.col("path").fill_null("") if "path" in rows.columns else pl.lit("")
    return rows.select("id", path.alias("path"), changes.alias("changes"))


# Taking back


def withdraw(
    batch: ImportBatch,
    by: User,
    scope: Scope,
    parked: Mapping[str, Mapping[str, tuple[str, str]]],
    progress: Callable[[int, int, str], None],
) -> None:
    """Delete what the batch added and restore what it changed, as long as nothing later touched its rows.

    `parked` is as in the sheet's merges. Raises Refused with the reason.
    """
    progress(0, 2, _("核对"))
    written = _written(batch)
    progress(1, 2, _("撤回"))
    with ExitStack() as stack, transaction.atomic():
        current = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if current.state != BatchState.WITHDRAWING:
            return
        registry.sheet(current.kind).withdrawing(written, by)
        for label in reversed(list(dict.fromkeys(written["model"]))):
            model = apps.get_model(label)
            rows = written.filter(pl.col("model") == label)
            _refuse_touched(model, rows)
            paths = _paths(model, rows)
            if not all(scope.covers_path(path) for path in {path for _row, path in paths}):
                raise Refused(_("本批有的记录已不在您的任职范围内，不能撤回。"))
            _delete_new(stack, model, rows.filter(pl.col("before") == "")["row_id"])
            _restore(stack, model, rows.filter(pl.col("before") != ""), batch, parked.get(label, {}))
            if {"version", "path"} <= set(bulk.field_columns(model)):
                acts = pl.DataFrame(paths, schema={"id": pl.Int64, "path": pl.String}, orient="row").with_columns(
                    pl.lit(json.dumps({"batch": batch.pk})).alias("changes")
                )
                record_rows(by=by, verb=f"{label}.import_withdrawn", subject_kind=label, rows=acts)
            kill_point("withdrawn-partly")
        current.state = BatchState.WITHDRAWN
        current.save(update_fields=("state",))
        record(by=by, verb="exchange.batch.withdrawn", subject=current, sheet=current.kind, rows=written.height)


def _written(batch: ImportBatch) -> pl.DataFrame:
    """The batch's rows in the order of writing."""
    columns = {"model": pl.String, "row_id": pl.Int64, "version": pl.Int64, "before": pl.String}
    rows = AppliedRow.objects.filter(batch=batch).order_by("pk").values_list(*columns)
    return pl.DataFrame(list(rows.iterator(chunk_size=bulk.CHUNK)), schema=columns, orient="row")


def _refuse_touched(model: type[models.Model], rows: pl.DataFrame) -> None:
    """Versions say whether a row was written since."""
    counted = "version" in bulk.field_columns(model)
    columns = ["id", "version"] if counted else ["id"]
    stored = bulk.find(model, "id", rows["row_id"].rename("id"), columns)
    beside = rows.join(stored, left_on="row_id", right_on="id", how="left", coalesce=False, suffix=":now")
    same = pl.col("id").is_not_null() & (pl.col("version") == pl.col("version:now") if counted else pl.lit(value=True))
    touched = beside.filter(~same.fill_null(value=False))
    if touched.height:
        named = model._default_manager.filter(pk__in=touched["row_id"].head(NAMED).to_list())  # noqa: SLF001
        raise Refused(
            _("有 %(count)s 条%(what)s在导入后又被改过（%(named)s），不能撤回。")
            % {
                "count": touched.height,
                "what": model._meta.verbose_name,  # noqa: SLF001
                "named": "、".join(map(str, named)) or _("已删除"),
            }
        )


def _paths(model: type[models.Model], rows: pl.DataFrame) -> list[tuple[int, str]]:
    if "path" not in bulk.field_columns(model):
        return []
    return bulk.find(model, "id", rows["row_id"].rename("id"), ["id", "path"]).rows()


def _delete_new(stack: ExitStack, model: type[models.Model], ids: pl.Series) -> None:
    if ids.is_empty():
        return
    staging = stack.enter_context(bulk.staged(model, pl.DataFrame({"id": ids})))
    for relation in model._meta.related_objects:  # noqa: SLF001
        other, key = relation.related_model, relation.field
        if relation.on_delete is models.CASCADE:
            bulk.delete_staged(other, staging, str(key.column))
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {bulk.table(other)} "  # noqa: S608
                f"WHERE {bulk.quote(str(key.column))} IN (SELECT id FROM {staging.source})",
                staging.parameters,
            )
            count = cursor.fetchone()[0]
        if count:
            raise Refused(
                _("本批新增的%(what)s已有 %(count)s 条%(other)s，不能撤回；请先处理这些记录。")
                % {
                    "what": model._meta.verbose_name,  # noqa: SLF001
                    "count": count,
                    "other": other._meta.verbose_name,  # noqa: SLF001
                }
            )
    bulk.delete_staged(model, staging)


def _restore(
    stack: ExitStack,
    model: type[models.Model],
    rows: pl.DataFrame,
    batch: ImportBatch,
    parked: Mapping[str, tuple[str, str]],
) -> None:
    if rows.is_empty():
        return
    label, schema = model._meta.label_lower, frames.frame_schema(model)  # noqa: SLF001
    marks = [f"{batch.pk}:{label}:{row_id}" for row_id in rows["row_id"]]
    images = [json.loads(text) for text in vault().open_many(rows["before"].to_list(), IMAGE_CONTEXT, marks)]
    texts = pl.DataFrame(images, schema=dict.fromkeys(images[0], pl.String))
    frame = texts.select(_from_text(name, schema[name]) for name in texts.columns).with_columns(
        rows["row_id"].alias("id")
    )
    columns = texts.columns
    own = set(bulk.field_columns(model))
    if "version" in own:
        frame = frame.with_columns((rows["version"] + 1).alias("version"), rows["version"].alias("version_was"))
        columns = [*columns, "version"]
    if "updated_at" in own:
        frame = frame.with_columns(pl.lit(timezone.now(), schema["updated_at"]).alias("updated_at"))
        columns = [*columns, "updated_at"]
    versioned = ("version_was",) if "version" in own else ()
    staging = stack.enter_context(bulk.staged(model, frame, versioned))
    for column, (old, new) in parked.items():
        bulk.replace_staged(model, staging, column, old, new)
    written = bulk.update_staged(model, staging, columns, expected=versioned[0] if versioned else None)
    if written != staging.count:
        raise Refused(_("有的%(what)s刚刚又被改过，不能撤回。") % {"what": model._meta.verbose_name})  # noqa: SLF001
    if "path" in texts.columns:
        follow(model, staging)


def _from_text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.Boolean:
        return (column == "true").alias(name)
    if kind == pl.Date:
        return column.str.to_date("%Y-%m-%d")
    return column if kind == pl.String else column.cast(kind)
