from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "healthaid.exchange"
    label = "exchange"
    verbose_name = _("数据交换")

    def ready(self) -> None:
        from healthaid.accounts import navigation
        from healthaid.accounts.enums import Ability
        from healthaid.audit.words import tell_codes
        from healthaid.core import rotation
        from healthaid.exchange import registry, tasks
        from healthaid.exchange.rotating import Images, Pieces
        from healthaid.jobs.registry import register

        register("check_import", _("校验导入表"), tasks.check_import)
        register("apply_import", _("导入"), tasks.apply_import)
        register("withdraw_import", _("撤回导入"), tasks.withdraw_import)
        register("export_sheet", _("导出"), tasks.export_sheet)
        tell_codes(registry.title_of, "sheet")
        rotation.register(Pieces)
        rotation.register(Images)
        people, pages = (Ability.READ_PEOPLE,), ("exchange:",)
        navigation.register(
            navigation.Destination("exchange:batch-list", _("数据"), "file-earmark-spreadsheet", 90, pages, people)
        )
