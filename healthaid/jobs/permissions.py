"""May they? Who sees a job at all is the selectors' matter."""

from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.decisions import ALLOWED, Decision, denied
from healthaid.jobs.enums import JobState
from healthaid.jobs.models import Job


def may_retry(user: User, job: Job) -> Decision:
    """Whether the user may run a failed job once more; it still runs with the rights of who asked for it."""
    if job.requested_by_id != user.pk and not user.can(Ability.ADMINISTER):
        return denied(_("只有发起人和系统管理员可以重试。"))
    if job.state != JobState.FAILED:
        return denied(_("只有失败的任务可以重试。"))
    return ALLOWED
