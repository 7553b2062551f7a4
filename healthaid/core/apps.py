from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "healthaid.core"
    label = "core"

    def ready(self) -> None:
        from healthaid.core import checks  # noqa: F401 -- registers itself
