import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from healthaid.audit.models import Entry
from healthaid.audit.words import subject_label, verb_label


class EntryTable(tables.Table):
    at = tables.DateTimeColumn(format="Y-m-d H:i:s", verbose_name=_("时间"))
    actor_name = tables.Column(_("操作人"))
    verb = tables.Column(_("动作"))
    subject = tables.Column(_("对象"), empty_values=())
    changes = tables.TemplateColumn(
        template_name="audit/_changes.html", verbose_name=_("内容"), extra_context={}, context_object_name="entry"
    )

    class Meta:
        model = Entry
        fields = ("at", "actor_name", "verb", "subject", "changes")

    def render_verb(self, value: str) -> str:
        """In words."""
        return verb_label(value)

    def render_subject(self, record: Entry) -> str:
        """Kind and number."""
        return subject_label(record) if record.subject_kind else "—"
