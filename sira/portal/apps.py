from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.shell.places import Place, add_place


def works(person: Any) -> bool:
    """Agents ask too, but their places are the workspace's; one word leads here."""
    return bool(person.is_agent)


def asks_only(person: Any) -> bool:
    return not person.is_agent


class PortalConfig(AppConfig):
    name = "sira.portal"

    def ready(self) -> None:
        find = pgettext_lazy("place", "Find, ask")
        add_place(Place("portal", find, "portal:home", "search", order=800, may_enter=asks_only))
        add_place(Place("requests", _("My requests"), "portal:tickets", "ticket", order=810, may_enter=asks_only))
        add_place(Place("own", _("My requests"), "portal:tickets", "ticket", order=890, tab=False, may_enter=works))
