"""Lists of this room that leave as workbooks, filtered as the page shows them."""

from io import BytesIO
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from healthaid.core.forms import is_search
from healthaid.core.keyset import count_capped
from healthaid.core.views import ScopedListView, refuse
from healthaid.coverage.actions.exports import MOST, export_list, refuse_too_many
from healthaid.coverage.resources.summaries import Table
from healthaid.exchange.files import XLSX


class ListSheet(ScopedListView):
    """The rows of a list as a workbook. A subclass names the list's parts, `sheet`, and writes `table(rows)`."""

    sheet: ClassVar[str]

    def table(self, rows: Any) -> Table:
        """Columns and cells of the rows."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:  # type: ignore[override] # noqa: ARG002
        filters = self.filterset_class(request.GET, queryset=self.get_rows(), request=request)  # type: ignore[misc]
        if not filters.form.is_valid():
            raise Http404
        rows = filters.qs.order_by(*self.ordering)
        try:
            refuse_too_many(count_capped(rows, MOST + 1).number)
        except ValidationError as error:
            return refuse(request, "；".join(error.messages))
        columns, cells = self.table(rows)
        searched = {
            str(filters.form[name].label) for name in filters.form.fields if is_search(filters.form.fields[name])
        }
        told = "；".join(f"{chip.label}：{chip.value}" for chip in self.chips(filters) if chip.label not in searched)
        data = export_list(
            by=self.request.user, title=str(self.title), sheet=self.sheet, filters=told, columns=columns, chunks=[cells]
        )
        return FileResponse(BytesIO(data), as_attachment=True, filename=f"{self.title}.xlsx", content_type=XLSX)
