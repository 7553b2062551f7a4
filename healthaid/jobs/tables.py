from django.utils.translation import gettext_lazy as _

from healthaid.core.tables import DASH, Table, Tone, badge, label, link, minute
from healthaid.jobs.enums import JobState
from healthaid.jobs.health import Sign
from healthaid.jobs.models import Job

TONES: dict[str, Tone] = {
    JobState.QUEUED: "due",
    JobState.RUNNING: "due",
    JobState.DONE: "good",
    JobState.FAILED: "act",
}


class JobTable(Table):
    headings = (_("任务"), _("状态"), _("发起人"), _("发起时间"), _("结束时间"))
    classes = ("", "", "nowrap", "nowrap", "nowrap")

    def cells(self, row: Job) -> tuple[str, ...]:
        return (
            link(row.get_absolute_url(), row.label),
            badge(label(JobState, row.state), TONES[row.state]),
            str(row.requested_by or DASH),
            minute(row.created_at),
            minute(row.finished_at),
        )


class HealthTable(Table):
    headings = (_("项目"), _("状态"), _("情况"), _("怎么办"))
    classes = ("nowrap", "", "nowrap", "")
    look = "stacked-table"
    words = {"good": _("正常"), "due": _("请留意"), "act": _("要处理")}  # of the tones

    def cells(self, row: Sign) -> tuple[str, ...]:
        found = link(row.url, row.found) if row.url else row.found
        return row.name, badge(self.words[row.tone], row.tone), found, "" if row.tone == "good" else row.remedy
