from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "healthaid.core"
    label = "core"
