from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FacilitiesConfig(AppConfig):
    name = "facilities"
    verbose_name = _("机构")

    def ready(self) -> None:
        from facilities.enums import Shortfall
        from facilities.resources.clinics import ClinicSheet
        from facilities.resources.facilities import FacilitySheet
        from healthaid.accounts import navigation
        from healthaid.accounts.enums import Ability
        from healthaid.audit.words import tell_codes
        from healthaid.core.tables import label as words
        from healthaid.exchange import registry

        tell_codes(partial(words, Shortfall), "shortfalls")
        registry.register(FacilitySheet)
        registry.register(ClinicSheet)
        label, readers = pgettext_lazy("list", "机构"), (Ability.READ_FACILITIES,)
        navigation.register(
            navigation.Destination("facilities:facility-list", label, "building", 60, ("facilities:",), readers)
        )
