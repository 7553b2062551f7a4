from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "healthaid.jobs"
    label = "jobs"
    verbose_name = _("后台任务")

    def ready(self) -> None:
        from healthaid.accounts.enums import Ability
        from healthaid.accounts.navigation import Destination, register
        from healthaid.audit.words import tell_codes
        from healthaid.jobs.registry import label_of

        tell_codes(label_of, "jobs.job.kind")
        admin = (Ability.ADMINISTER,)
        register(Destination("jobs:job-list", _("任务"), "list-task", 120, ("jobs:job",), admin))
        register(Destination("jobs:health", _("系统状态"), "activity", 125, ("jobs:health",), admin))
