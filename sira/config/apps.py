from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "sira.config"

    def ready(self) -> None:
        # Only now are all tables known that the wiring speaks of.
        import_module("sira.config.wiring").connect()
