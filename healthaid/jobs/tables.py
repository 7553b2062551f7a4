import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from healthaid.jobs.enums import JobState
from healthaid.jobs.models import Job

TONES = {JobState.QUEUED: "due", JobState.RUNNING: "due", JobState.DONE: "good", JobState.FAILED: "act"}


class JobTable(tables.Table):
    label = tables.Column(_("任务"), linkify=True)
    state = tables.Column(_("状态"))
    requested_by = tables.Column(_("发起人"), default="—")
    created_at = tables.DateTimeColumn(format="Y-m-d H:i", verbose_name=_("发起时间"))
    finished_at = tables.DateTimeColumn(format="Y-m-d H:i", verbose_name=_("结束时间"))

    class Meta:
        model = Job
        fields = ("label", "state", "requested_by", "created_at", "finished_at")

    def render_state(self, record: Job) -> SafeString:
        """In a word and an icon."""
        return render_to_string(
            "components/badge.html", {"text": record.get_state_display(), "tone": TONES[JobState(record.state)]}
        )
