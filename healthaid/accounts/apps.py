from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AccountsConfig(AppConfig):
    name = "healthaid.accounts"
    label = "accounts"
    verbose_name = _("账号")

    def ready(self) -> None:
        """The navigation of this room and of those below it, which cannot know it; the words of duties."""
        from healthaid.accounts.enums import Ability, Duty
        from healthaid.accounts.navigation import Destination, register
        from healthaid.audit.words import tell_codes
        from healthaid.core.tables import label

        tell_codes(partial(label, Duty), "duty")
        admin = (Ability.ADMINISTER,)
        accounts, places = pgettext_lazy("list", "账号"), pgettext_lazy("list", "地方")
        pages = ("accounts:account", "accounts:posting")
        register(Destination("accounts:account-list", accounts, "person-gear", 110, pages, admin))
        register(
            Destination("audit:entry-list", _("操作记录"), "journal-text", 130, ("audit:",), (Ability.READ_AUDIT,))
        )
        register(Destination("regions:place-list", places, "geo-alt", 140, ("regions:",), (*admin, Ability.READ_AUDIT)))
