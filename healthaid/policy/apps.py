from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    name = "healthaid.policy"
    label = "policy"
    verbose_name = _("政策")

    def ready(self) -> None:
        from healthaid.accounts import navigation
        from healthaid.audit.words import tell_codes
        from healthaid.exchange import registry
        from healthaid.policy import catalogue
        from healthaid.policy.resources.sheets import PriceSheet, ValueSheet

        tell_codes(catalogue.label_of, "parameter")
        tell_codes(catalogue.disease_named, "disease")
        registry.register(ValueSheet)
        registry.register(PriceSheet)
        navigation.register(navigation.Destination("policy:parameter-list", _("政策"), "book", 100, ("policy:",)))
