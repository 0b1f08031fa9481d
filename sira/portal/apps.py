from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.shell.places import Place, add_place


class PortalConfig(AppConfig):
    name = "sira.portal"

    def ready(self) -> None:
        add_place(Place("portal", pgettext_lazy("place", "Find, ask"), "portal:home", "search", order=800))
        add_place(Place("requests", _("My requests"), "portal:tickets", "ticket", order=810))
