from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "healthaid.reports"
    label = "reports"
    verbose_name = _("月报")

    def ready(self) -> None:
        from healthaid.jobs.registry import register
        from healthaid.reports.actions import JOB_KIND, run_monthly_report

        register(JOB_KIND, _("统计月报"), run_monthly_report)
