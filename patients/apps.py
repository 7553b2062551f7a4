from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = _("群众")

    def ready(self) -> None:
        from healthaid.exchange import registry
        from patients import followers
        from patients.actions.cases import end_cases_of, open_cases
        from patients.models import Condition, CriticalCase
        from patients.resources import RegisterSheet

        registry.register(RegisterSheet)
        followers.register(followers.Follower(Condition))
        followers.register(followers.Follower(CriticalCase, end=end_cases_of, running=open_cases))
