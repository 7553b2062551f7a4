import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.exchange import registry
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import ImportBatch, Problem

TONES = {
    BatchState.UPLOADED: "due",
    BatchState.CHECKING: "due",
    BatchState.UNREADABLE: "act",
    BatchState.CHECKED: "due",
    BatchState.FAULTY: "act",
    BatchState.CONFIRMED: "due",
    BatchState.APPLIED: "good",
    BatchState.REJECTED: "act",
    BatchState.WITHDRAWING: "due",
    BatchState.WITHDRAWN: "plain",
}
NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}}


def title_of(kind: str) -> str:
    """A sheet's title; its bare kind when the room that offered it is gone."""
    try:
        return str(registry.sheet(kind).title)
    except KeyError:
        return kind


class BatchTable(tables.Table):
    pk = tables.Column(_("批次"), linkify=("exchange:batch-detail", {"pk": tables.A("pk")}))
    kind = tables.Column(_("表"))
    file = tables.Column(_("文件"), accessor="file__name")
    state = tables.Column(_("状态"))
    row_count = tables.Column(_("行数"), attrs=NUMBER)
    error_count = tables.Column(_("错误行"), attrs=NUMBER)
    created_at = tables.DateTimeColumn(format="Y-m-d H:i", verbose_name=_("上传时间"))

    class Meta:
        model = ImportBatch
        fields = ("pk", "kind", "file", "state", "row_count", "error_count", "created_at")
        attrs = {"class": "table table-hover data-table batch-table"}

    def render_kind(self, value: str) -> str:
        return title_of(value)

    def render_state(self, record: ImportBatch) -> SafeString:
        """In a word and an icon."""
        return render_to_string(
            "components/badge.html", {"text": record.get_state_display(), "tone": TONES[BatchState(record.state)]}
        )


class ProblemTable(tables.Table):
    column = tables.Column(_("列"), accessor="cell_name", orderable=False)

    class Meta:
        model = Problem
        fields = ("row", "column", "value", "reason", "suggestion")
        attrs = {"class": "table table-hover data-table problem-table"}
