from functools import partial

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from healthaid.audit.filters import EntryFilter
from healthaid.audit.models import Entry
from healthaid.audit.selectors import entries_for_list
from healthaid.audit.tables import EntryTable
from healthaid.core.views import ScopedListView


class EntryList(ScopedListView):
    title = _("操作记录")
    ability = Entry.read_ability
    rows = staticmethod(entries_for_list)
    filterset_class = EntryFilter
    ordering = ("-pk",)
    empty_text = _("您审计的地方还没有操作记录。每一次新增、修改、查看完整号码、导入和导出都会自动记在这里。")

    def get_rows(self) -> QuerySet:
        self.table_class = partial(EntryTable, user=self.request.user)
        return super().get_rows()
