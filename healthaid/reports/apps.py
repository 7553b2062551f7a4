from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "healthaid.reports"
    label = "reports"
    verbose_name = _("月报")

    def ready(self) -> None:
        from healthaid.accounts.enums import Ability
        from healthaid.accounts.navigation import Destination
        from healthaid.accounts.navigation import register as show
        from healthaid.audit.words import tell_items
        from healthaid.jobs.registry import register
        from healthaid.reports.actions import JOB_KIND, run_monthly_report
        from healthaid.reports.indicators import label_of

        tell_items("reports.monthlyreport", label_of)
        register(JOB_KIND, _("统计月报"), run_monthly_report)
        readers = (Ability.READ_REPORTS,)
        pages = ("reports:dashboard", "reports:place", "reports:figure")
        show(Destination("home", _("工作台"), "house", 10, ("home",)))
        show(Destination("reports:report-list", _("月报"), "calendar3", 70, ("reports:report",), readers))
        show(Destination("reports:dashboard", _("看板"), "bar-chart", 80, pages, readers))
