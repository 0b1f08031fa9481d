from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.api import further
from sira.plumbing import speaking
from sira.processes.tasks.counting import count_to_decide
from sira.shell.places import Place, add_frame, add_place, add_way

APPROVALS = "approvals"


def to_decide(request: HttpRequest) -> int:
    return count_to_decide(request.user.pk, at=now())  # type: ignore[arg-type]


def works(person: Any) -> bool:
    """Agents ask too, but their places are the workspace's; one word leads here."""
    return bool(person.is_agent)


def asks_only(person: Any) -> bool:
    return not person.is_agent


def addressing() -> speaking.Chosen:
    # It knows tables, which are not there yet when this module is read.
    found: speaking.Chosen = import_module("sira.portal.branding").addressing()
    return found


class PortalConfig(AppConfig):
    name = "sira.portal"

    def ready(self) -> None:
        speaking.ask(addressing)
        further.offer("", "sira.portal.by_program.router")
        add_way("manifest", "portal:manifest")
        add_frame("portal/_frame.html", may_enter=asks_only)
        find = pgettext_lazy("place", "Find, ask")
        add_place(Place("portal", find, "portal:home", "search", order=800, may_enter=asks_only))
        add_place(Place("requests", _("My requests"), "portal:tickets", "ticket", order=810, may_enter=asks_only))
        words = _("Approvals")
        add_place(Place(APPROVALS, words, "portal:approvals", "stamp", 820, may_enter=asks_only, count=to_decide))
        add_place(Place("answers", _("Answers"), "portal:answers", "book-open", order=830, may_enter=asks_only))
        add_place(Place("own", _("My requests"), "portal:tickets", "ticket", order=890, tab=False, may_enter=works))
