from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FacilitiesConfig(AppConfig):
    name = "facilities"
    verbose_name = _("机构")

    def ready(self) -> None:
        from facilities.resources.clinics import ClinicSheet
        from facilities.resources.facilities import FacilitySheet
        from healthaid.exchange import registry

        registry.register(FacilitySheet)
        registry.register(ClinicSheet)
