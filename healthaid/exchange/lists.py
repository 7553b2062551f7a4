"""Any list as a workbook: the rows that its filters leave, in the columns and words that its page shows."""

from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from healthaid.core.forms import is_search
from healthaid.core.keyset import count_capped
from healthaid.core.tables import DASH, Table, words_of
from healthaid.core.views import ScopedListView, refuse
from healthaid.exchange.files import XLSX
from healthaid.exchange.workbook import MOST, Content, export_list, frame, refuse_too_many
from healthaid.exchange.writing import SheetColumn

WIDE = 24  # characters of a column that may wrap on the page
NARROW = 14


class ListSheet(ScopedListView):
    """The rows of a list as a workbook; a subclass is the list besides, and names `sheet` for the record.

    What the list hides from the user is hidden here too, for both draw their cells from one table.
    """

    sheet: ClassVar[str]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:  # type: ignore[override] # noqa: ARG002
        rows, filters = self.get_rows(), None
        if self.filterset_class:
            filters = self.filterset_class(request.GET, queryset=rows, request=request)
            if not filters.form.is_valid():
                raise Http404
            rows = filters.qs
        try:
            refuse_too_many(count_capped(rows, MOST + 1).number)
        except ValidationError as error:
            return refuse(request, "；".join(error.messages))
        columns, cells = content_of(self.table_class(rows.order_by(*self.ordering)))
        data = export_list(
            by=self.request.user,
            title=str(self.title),
            sheet=self.sheet,
            filters=self.told(filters),
            columns=columns,
            chunks=[cells],
        )
        return FileResponse(BytesIO(data), as_attachment=True, filename=f"{self.title}.xlsx", content_type=XLSX)

    def told(self, filters: Any) -> str:
        """What chose the rows, in words; without what was searched, for exports are remembered."""
        searched = {
            str(filters.form[name].label)
            for name, field in (filters.form.fields.items() if filters else ())
            if is_search(field)
        }
        return "；".join(f"{chip.label}：{chip.value}" for chip in self.chips(filters) if chip.label not in searched)


def content_of(table: Table) -> Content:
    """The columns and cells of a table, but for those of boxes and buttons: without a name, or not for paper."""
    headings = [words_of(heading) for heading in table.headings]
    rows = [[words_of(cell) for cell in table.cells(row)] for row in table.rows]
    columns, typed = [], []
    for at, heading in enumerate(headings):
        marks = table.classes[at].split()
        if heading and "d-print-none" not in marks:
            kind, cells = _typed(marks, [row[at] for row in rows])
            columns.append(SheetColumn(heading, kind, width=NARROW if marks else WIDE))
            typed.append(cells)
    return columns, frame(columns, [list(cells) for cells in zip(*typed, strict=True)])


def _typed(marks: list[str], cells: list[str]) -> tuple[str, list[Any]]:
    """The kind of a column and its cells; figures that the page writes out are figures again where all of them are."""
    told: list[Any] = [None if words == DASH else words for words in cells]
    for mark, kind, read in (("money", "amount", _amount), ("number", "number", int)):
        if mark in marks:
            try:
                return kind, [None if words is None else read(words) for words in told]
            except (ValueError, InvalidOperation):
                break
    return "text", told


def _amount(words: str) -> Decimal:
    return Decimal(words.replace(",", ""))
