from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    name = "signing"
    verbose_name = _("签约服务")

    def ready(self) -> None:
        from healthaid.accounts import navigation
        from healthaid.accounts.enums import Ability
        from healthaid.exchange import registry
        from patients import followers, tabs
        from signing.actions import end_contracts_of
        from signing.models import Contract
        from signing.resources import ContractSheet
        from signing.selectors import count_running
        from signing.views import tab

        registry.register(ContractSheet)
        followers.register(followers.Follower(Contract, end=end_contracts_of, running=count_running))
        tabs.register(tabs.Tab("contracts", _("签约"), "signing/_contract_tab.html", tab, order=70))
        people = (Ability.READ_PEOPLE,)
        navigation.register(
            navigation.Destination("signing:contract-list", _("签约"), "pen", 50, ("signing:",), people)
        )
