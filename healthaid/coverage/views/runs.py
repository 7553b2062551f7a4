"""Pages of re-accounting: runs, what they change, confirming and returning, whose year calls for a replay."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.core.views import ScopedDetailView, ScopedListView
from healthaid.coverage.selectors import runs as selectors
from healthaid.coverage.tables.runs import RunTable


class RunList(ScopedListView):
    ability = Ability.READ_COVERAGE
    title = _("年度核算")
    rows = staticmethod(selectors.runs_for_list)
    table_class = RunTable
    ordering = ("-pk",)


class RunDetail(ScopedDetailView):
    template_name = "coverage/run_detail.html"
    ability = Ability.READ_COVERAGE
    row = staticmethod(selectors.run_for_page)
    context_name = "run"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs)
