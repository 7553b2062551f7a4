from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.audit.models import Entry
from healthaid.audit.words import EMPTY, Change, changes_seen, changes_told, subject_label, verb_label
from healthaid.core.scoping import Scoped
from healthaid.core.tables import DASH, Table, minute

LONG = 120  # characters of a value


class EntryTable(Table):
    headings = (
        gettext_lazy("时间"),
        gettext_lazy("操作人"),
        gettext_lazy("动作"),
        gettext_lazy("对象"),
        gettext_lazy("内容"),
    )
    classes = ("nowrap", "nowrap", "", "", "")

    def __init__(self, rows: Iterable[Entry], *, user: Scoped) -> None:
        super().__init__(rows)
        self.user = user

    def cells(self, row: Entry) -> tuple[str, ...]:
        return (
            minute(row.at),
            row.actor_name or DASH,
            verb_label(row.verb),
            subject_label(row) if row.subject_kind else DASH,
            shown(changes_seen(row, self.user)),
        )


class HistoryTable(Table):
    """What was done to one row."""

    headings = (gettext_lazy("时间"), gettext_lazy("操作人"), gettext_lazy("动作"), gettext_lazy("变更"))
    classes = ("nowrap", "nowrap", "", "")
    look = "stacked-table"

    def cells(self, row: Entry) -> tuple[str, ...]:
        return minute(row.at), row.actor_name or DASH, verb_label(row.verb), shown(changes_told(row))


def shown(changes: Iterable[Change]) -> SafeString:
    """What an entry says, item by item."""
    return format_html_join("", '<span class="me-2">{}{}{}{}</span>', map(_parts, changes))


def _parts(change: Change) -> tuple[str, str, str, str]:
    new = Truncator(change.new).chars(LONG)
    if change.old is None or change.old == EMPTY:
        return change.label, _("："), "", new
    old = format_html(
        '<del class="text-secondary">{}</del> <i class="bi bi-arrow-right" aria-hidden="true"></i>'
        '<span class="visually-hidden">{}</span> ',
        Truncator(change.old).chars(LONG),
        _("改为"),
    )
    return change.label, _("："), old, new
