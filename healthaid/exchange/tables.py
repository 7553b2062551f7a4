from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import DASH, Table, Tone, badge, label, link, minute
from healthaid.exchange import registry
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import ImportBatch, Problem

TONES: dict[str, Tone] = {
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


def title_of(kind: str) -> str:
    """A sheet's title; its bare kind when the room that offered it is gone."""
    try:
        return str(registry.sheet(kind).title)
    except KeyError:
        return kind


class BatchTable(Table):
    headings = (_("批次"), _("表"), _("文件"), _("状态"), _("行数"), _("错误行"), _("上传时间"))
    classes = ("", "", "", "", "number", "number", "nowrap")
    look = "table-hover batch-table"

    def cells(self, row: ImportBatch) -> tuple[str, ...]:
        return (
            link(reverse("exchange:batch-detail", args=[row.pk]), row.pk),
            title_of(row.kind),
            row.file.name,
            badge(label(BatchState, row.state), TONES[row.state]),
            str(row.row_count),
            str(row.error_count),
            minute(row.created_at),
        )


class ProblemTable(Table):
    """Bad cells of a file."""

    headings = (_("行号"), _("列"), _("原值"), _("问题"), _("建议"))
    classes = ("number", "", "", "", "")
    look = "table-hover problem-table"

    def cells(self, row: Problem) -> tuple[str, ...]:
        return (str(row.row), row.cell_name or DASH, row.value or DASH, row.reason, row.suggestion or DASH)
