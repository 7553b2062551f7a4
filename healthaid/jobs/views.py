from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView

from healthaid.accounts.enums import Ability
from healthaid.core.views import AbilityMixin, ActionView, ScopedDetailView, ScopedListView
from healthaid.jobs import actions, selectors
from healthaid.jobs.enums import JobState
from healthaid.jobs.filters import JobFilter
from healthaid.jobs.health import signs
from healthaid.jobs.models import Job
from healthaid.jobs.permissions import may_retry
from healthaid.jobs.tables import TONES, HealthTable, JobTable


class JobList(ScopedListView):
    title = pgettext_lazy("list", "后台任务")
    rows = staticmethod(selectors.jobs_for_list)
    table_class = JobTable
    filterset_class = JobFilter
    ordering = ("-pk",)
    empty_text = _("还没有后台任务。大表导入、整表导出和月报统计会在这里排队，可以离开页面，稍后回来看结果。")


class JobDetail(ScopedDetailView):
    template_name = "jobs/job_detail.html"
    row = staticmethod(selectors.job_for_page)
    context_name = "job"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        job: Job = context["job"]
        return (
            context
            | {
                "title": job.label,
                "tone": TONES[JobState(job.state)],
                "retry": may_retry(self.request.user, job),  # type: ignore[arg-type]
            }
            | selectors.time_left(job, timezone.now())
        )


class JobProgress(JobDetail):
    """Only what changes while one waits; the page fetches it again and again."""

    template_name = "jobs/_job.html"


class JobRetry(ActionView):
    success_message = _("任务已重新排队。")

    def run(self, *, pk: int) -> Job:
        return actions.retry(by=self.request.user, job_id=pk)  # type: ignore[arg-type]


class Health(AbilityMixin, TemplateView):
    """Whether everything that the portal stands on is well, and what to do where it is not."""

    ability = Ability.ADMINISTER
    template_name = "jobs/health.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = signs(self.request.user, timezone.now())  # type: ignore[arg-type]
        bad = sum(sign.tone != "good" for sign in found)
        return super().get_context_data(title=_("系统状态"), table=HealthTable(found), bad=bad, **kwargs)
