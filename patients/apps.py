from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = _("群众")

    def ready(self) -> None:
        from healthaid.exchange.registry import register
        from patients.resources import RegisterSheet

        register(RegisterSheet)
