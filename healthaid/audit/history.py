"""The history of a row, as a tab of the page about it."""

from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.db.models import Model
from django.http import Http404

from healthaid.audit.selectors import history_of
from healthaid.audit.tables import HistoryTable
from healthaid.core.keyset import Page, page_of
from healthaid.core.scoping import Scoped
from healthaid.core.views import ScopedDetailView

SHOWN = 50  # entries a page


def history_table(user: Scoped, *subjects: Model) -> HistoryTable:
    """The whole history of rows that keep a short one, for a panel of their page."""
    return HistoryTable(history_of(user, *subjects))


class WithHistory(ScopedDetailView):
    """A page about one row with its history as the second tab; its template extends audit/detail_page.html."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        history = self.history() if self.is_history() else None
        return context | {"history": history, "history_table": HistoryTable(history.rows) if history else None}

    def is_history(self) -> bool:
        """Whether the tab is open."""
        return self.request.GET.get("tab") == "history"

    def subjects(self) -> Sequence[Model]:
        """The row, and its parts that have no page of their own."""
        return [self.object]

    def history(self) -> Page:
        """One page of entries, newest first."""
        entries, query = history_of(self.request.user, *self.subjects()), self.request.GET
        try:
            return page_of(entries, ("-pk",), SHOWN, after=query.get("after", ""), before=query.get("before", ""))
        except signing.BadSignature as error:
            raise Http404 from error
