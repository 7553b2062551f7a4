from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from healthaid.core.decisions import Decision, require
from healthaid.core.keyset import count_capped, page_of
from healthaid.core.phrases import listed
from healthaid.core.views import AbilityMixin, ActionView, FormActionView, ScopedDetailView, ScopedListView, refuse
from healthaid.exchange import actions, files, registry, selectors
from healthaid.exchange.choosing import Unexportable, choose
from healthaid.exchange.enums import BatchState, RowState
from healthaid.exchange.forms import ExportForm, UploadForm
from healthaid.exchange.models import ImportBatch, StoredFile
from healthaid.exchange.permissions import may_confirm, may_discard, may_export, may_import, may_withdraw
from healthaid.exchange.tables import TONES, BatchTable, ProblemTable, title_of
from healthaid.exchange.writing import write_template
from healthaid.jobs.selectors import time_left

ROWS_SHOWN = 50
ALL_ROWS = "all"
STATES = (RowState.CHANGED, RowState.NEW, RowState.UNCHANGED)  # what is looked at first
LISTED = {ALL_ROWS, *RowState.values}


def sheet_or_404(kind: str) -> Any:
    """The sheet of a kind that stands in an address."""
    try:
        return registry.sheet(kind)
    except KeyError as error:
        raise Http404 from error


def instructions_of(sheet: Any) -> list[str]:
    """The lines above the columns on a template's sheet of instructions."""
    return [
        *filter(None, (str(sheet.explanation), str(sheet.keep_hint))),
        _("红色带*的列必填。下拉框里有的内容请从下拉框选，其他列按提示填写。"),
        _("证件号码、编号和电话各列已设为文本格式，请勿改成数值，否则末几位会丢失。"),
        _("可以在表头上方加标题行，可以调整列的次序，不要改列名。"),
    ]


def attachment(content: bytes | Iterator[bytes], file_name: str, content_type: str) -> HttpResponse:
    """A file to keep, never to show, and not to be kept by caches."""
    kind = HttpResponse if isinstance(content, bytes) else StreamingHttpResponse
    response = kind(content, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name)}"
    response["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]


class BatchList(ScopedListView):
    """Where data comes in and goes out: the sheets, and what became of the files sent in."""

    template_name = "exchange/batch_list.html"
    title = gettext_lazy("数据")
    rows = staticmethod(selectors.batches_for_list)
    table_class = BatchTable
    ordering = ("-pk",)
    empty_text = gettext_lazy(
        "还没有导入过文件。先下载空白模板，填好后在这里导入；导入前会逐格校验，确认后才写入系统。"
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sheets=selectors.sheets_for_page(self.request.user), **kwargs)  # type: ignore[arg-type]


class Template(AbilityMixin, View):
    """The blank workbook of a sheet."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        sheet = sheet_or_404(kind)
        require(may_import(request.user, sheet))  # type: ignore[arg-type]
        data = write_template(str(sheet.title), sheet.sheet_columns(), instructions_of(sheet))
        return attachment(data, _("%(sheet)s-模板.xlsx") % {"sheet": sheet.title}, files.XLSX)


class Upload(FormActionView):
    template_name = "exchange/upload.html"
    form_class = UploadForm
    submit_label = gettext_lazy("上传并校验")

    @property
    def sheet(self) -> Any:
        return sheet_or_404(self.kwargs["kind"])

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("导入：%(sheet)s") % {"sheet": self.sheet.title}

    @property
    def back(self) -> str:  # type: ignore[override]
        return reverse("exchange:batch-list")

    def decide(self) -> Decision:
        return may_import(self.request.user, self.sheet)  # type: ignore[arg-type]

    def run(self, form: UploadForm) -> str:
        file = form.cleaned_data["file"]
        batch = actions.upload(
            by=self.request.user,  # type: ignore[arg-type]
            kind=self.kwargs["kind"],
            name=file.name,
            data=file.read(),
        )
        return reverse("exchange:batch-detail", args=[batch.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sheet=self.sheet, **kwargs)


class BatchDetail(ScopedDetailView):
    """One file on its way: how far it is, what is wrong, what it would change, and what to do next."""

    template_name = "exchange/batch_detail.html"
    row = staticmethod(selectors.batch_for_page)
    context_name = "batch"
    with_findings = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        batch: ImportBatch = context["batch"]
        shown = self.with_findings and batch.state not in actions.WORKING
        return context | self.state(batch) | (self.findings(batch) if shown else {})

    def state(self, batch: ImportBatch) -> dict[str, Any]:
        """What changes while one waits."""
        user: Any = self.request.user
        return {
            "title": title_of(batch.kind),
            "tone": TONES[BatchState(batch.state)],
            "working": batch.state in actions.WORKING,
            "confirming": may_confirm(user, batch),
            "discarding": may_discard(user, batch),
            "withdrawing": may_withdraw(user, batch),
            "counts": self.counts(batch),
            "unused": listed(batch.unused_columns),
            "next_step": sheet_or_404(batch.kind).next_step(batch) if batch.state == BatchState.APPLIED else None,
            "row_total": batch.new_count + batch.changed_count,
        } | (time_left(batch.job, timezone.now()) if batch.job else {})

    def counts(self, batch: ImportBatch) -> list[dict[str, Any]]:
        """The rows by state; each number opens exactly these rows, as long as they are kept."""
        numbers = {
            RowState.NEW: batch.new_count,
            RowState.CHANGED: batch.changed_count,
            RowState.UNCHANGED: batch.unchanged_count,
            RowState.ERROR: batch.error_count,
        }
        counted = [(_("行数"), batch.row_count, ALL_ROWS), *((str(s.label), n, s.value) for s, n in numbers.items())]
        return [
            {"label": label, "number": number, "show": show if number and batch.listing_id else ""}
            for label, number, show in counted
        ]

    def findings(self, batch: ImportBatch) -> dict[str, Any]:
        """The problems, or the rows of a state, that the address asks for."""
        sorts = selectors.has_problems(batch)
        context = {"sorts": {"errors": sorts[False], "warnings": sorts[True]}}
        first = next((state.value for state in STATES if getattr(batch, f"{state.value}_count")), ALL_ROWS)
        show = self.request.GET.get("show") or ("errors" if sorts[False] else "warnings" if sorts[True] else first)
        keys = {name: self.request.GET.get(name, "") for name in ("after", "before")}
        found = self.rows(batch, show, keys) if show in LISTED else self.problems(batch, show, keys)
        return context | found | {"show": show, "filter_query": f"show={show}"}

    def problems(self, batch: ImportBatch, show: str, keys: dict[str, str]) -> dict[str, Any]:
        """A page of problems, cell by cell."""
        found = selectors.problems_for_page(batch, warnings=show == "warnings")
        try:
            page = page_of(found, ("row", "pk"), ROWS_SHOWN, **keys)
        except signing.BadSignature as error:
            raise Http404 from error
        return {"table": ProblemTable(page.rows), "page": page}

    def rows(self, batch: ImportBatch, show: str, keys: dict[str, str]) -> dict[str, Any]:
        """A page of the file's rows of one state."""
        listing = selectors.listing_for_page(batch)
        if listing is None:
            return {}
        try:
            places = {name: int(key) for name, key in keys.items() if key}
        except ValueError as error:
            raise Http404 from error
        page = listing.page(None if show == ALL_ROWS else RowState(show), ROWS_SHOWN, **places)
        errors = selectors.errors_of_rows(batch, [row.number for row in page.rows if row.state == RowState.ERROR])
        return {
            "headers": listing.headers,
            "listed": [(row, errors.get(row.number, [])) for row in page.rows],
            "page": page,
            "shown_state": _("全部行") if show == ALL_ROWS else RowState(show).label,
        }


class BatchProgress(BatchDetail):
    """Only what changes while one waits; when the work is over, the whole page is asked for again."""

    template_name = "exchange/_batch_state.html"
    with_findings = False

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        if not context["working"]:
            response["HX-Refresh"] = "true"
        return response


class BatchAction(ActionView):
    """A button of a batch's page."""

    def batch(self, pk: int) -> ImportBatch:
        """The batch, as its uploader may see it."""
        return selectors.batch_for_page(self.request.user, pk)  # type: ignore[arg-type]

    def page(self, pk: int) -> str:
        """Back to the batch."""
        return reverse("exchange:batch-detail", args=[pk])


class BatchConfirm(BatchAction):
    def run(self, *, pk: int) -> str:
        actions.confirm_batch(by=self.request.user, batch=self.batch(pk))  # type: ignore[arg-type]
        return self.page(pk)


class BatchDiscard(BatchAction):
    success_message = gettext_lazy("已放弃，没有写入任何数据。")

    def run(self, *, pk: int) -> str:
        actions.discard_batch(by=self.request.user, batch=self.batch(pk))  # type: ignore[arg-type]
        return self.page(pk)


class BatchWithdraw(BatchAction):
    def run(self, *, pk: int) -> str:
        actions.withdraw_batch(by=self.request.user, batch=self.batch(pk))  # type: ignore[arg-type]
        return self.page(pk)


class Download(AbilityMixin, View):
    """A stored file, handed out to who may have it, with a trace."""

    def file(self, pk: int) -> StoredFile:
        """The file behind the address; raises DoesNotExist."""
        return selectors.exported_file(self.request.user, pk)  # type: ignore[arg-type]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.file(pk)
        actions.note_download(by=request.user, file=file)  # type: ignore[arg-type]
        return attachment(files.pieces(file), file.name, file.content_type)


class BatchErrors(Download):
    """The error file of a batch."""

    def file(self, pk: int) -> StoredFile:
        batch = selectors.batch_for_page(self.request.user, pk)  # type: ignore[arg-type]
        if batch.error_file is None:
            raise StoredFile.DoesNotExist
        return batch.error_file


class Export(AbilityMixin, TemplateView):
    """Choose which rows go out, or take the filters of the list in the address; few at once, many by a job."""

    template_name = "exchange/export.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.sheet = sheet_or_404(kwargs["kind"])
        if not (decision := may_export(request.user, self.sheet)):  # type: ignore[arg-type]
            return refuse(request, str(decision.reason))
        try:
            self.choice = choose(request.user, self.sheet, request.GET.dict())  # type: ignore[arg-type]
        except Unexportable as error:
            raise Http404 from error
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if "form" not in kwargs:
            kwargs["form"] = self.form()
        return super().get_context_data(
            title=_("导出：%(sheet)s") % {"sheet": self.sheet.title},
            sheet=self.sheet,
            words=self.choice.words,
            count=count_capped(self.choice.rows),
            at_once=actions.EXPORTED_AT_ONCE,
            **kwargs,
        )

    def form(self, data: QueryDict | None = None) -> ExportForm:
        """Asks for a place only where the address does not say which rows."""
        return ExportForm(data, user=self.request.user, is_filtered=bool(self.choice.codes))  # type: ignore[arg-type]

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        place = form.cleaned_data.get("place")
        filters = {"place": place.pk} if place else self.choice.codes
        made = actions.export(by=request.user, kind=kind, filters=filters, fmt=form.cleaned_data["fmt"])  # type: ignore[arg-type]
        if not isinstance(made, StoredFile):
            return HttpResponseRedirect(made.get_absolute_url())
        content = files.read(made)
        files.erase(made)
        return attachment(content, made.name, made.content_type)
