"""Work that outlives a request: a row here is the truth, Celery is only the doorbell."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from healthaid.core.fields import CodeField
from healthaid.jobs import registry
from healthaid.jobs.enums import JobState


class Job(models.Model):
    """One piece of work: claimed under a lease, safe to run twice, seen and retried on a page."""

    scope_exempt = "a job is seen by who asked for it, and by administrators; it holds ids only"

    kind = CodeField(_("类型"), max_length=40)
    params = models.JSONField(_("参数"), default=dict)  # ids and codes only, never personal data
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="jobs", verbose_name=_("发起人")
    )
    state = models.CharField(_("状态"), max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(_("已处理"), default=0)
    total = models.PositiveIntegerField(_("总数"), default=0)
    step = models.CharField(_("步骤"), max_length=100, default="")
    result = models.JSONField(_("结果"), default=dict)
    error = models.TextField(_("错误"), default="")
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    lease_token = models.CharField(max_length=32, default="")
    leased_until = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True, default=timezone.now)  # when a worker was last called for it
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("后台任务")
        ordering = ("-pk",)
        constraints = (models.CheckConstraint(condition=Q(state__in=JobState.values), name="jobs_job_state_known"),)
        indexes = (
            models.Index(fields=("state", "leased_until"), name="jobs_job_waiting"),
            models.Index(fields=("requested_by", "-id"), name="jobs_job_of_user"),
        )

    def __str__(self) -> str:
        return str(self.label)

    def get_absolute_url(self) -> str:
        return reverse("jobs:job-detail", args=[self.pk])

    @property
    def label(self) -> str | Promise:
        """What kind of work this is, in words."""
        return registry.label_of(self.kind)

    @property
    def step_label(self) -> str:
        """What it is doing now; the worker writes Chinese, the reader may use another language."""
        return gettext(self.step) if self.step else ""

    @property
    def error_label(self) -> str:
        """Why it failed, in the reader's language where the words are known."""
        return gettext(self.error) if self.error else ""

    @property
    def is_active(self) -> bool:
        """Whether it is still going to change by itself."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)


class Beat(models.Model):
    """When the scheduler last gave a sign of life; one row."""

    scope_exempt = "holds no data of any place"

    at = models.DateTimeField()
