from importlib import import_module

from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    name = "sira.plumbing"

    def ready(self) -> None:
        # It loads Django's addresses, which look for installed apps.
        import_module("sira.plumbing.here").connect()
        import_module("sira.plumbing.speaking").take_over()
