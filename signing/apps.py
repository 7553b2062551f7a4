from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    name = "signing"
    verbose_name = _("签约服务")

    def ready(self) -> None:
        from patients.followers import Follower, register
        from signing.actions import end_contracts_of
        from signing.models import Contract
        from signing.selectors import running_contracts_of

        register(Follower(Contract, end=end_contracts_of, running=lambda pk: running_contracts_of(pk).count()))
